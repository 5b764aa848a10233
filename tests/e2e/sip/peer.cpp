// A SIP peer on our rooms for tests against other people's: `peer listen` answers calls as the
// called user says (service, ring, busy, secret), `peer call HOST:PORT USER [udp|tcp]` calls and
// hangs up the answer. Events go out as lines of JSON; it ends with its input, and says how much
// processor time a call took.
#include <sys/resource.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json.hpp>
#include <cstdio>
#include <string_view>

#include "protocol/sdp/sdp.hpp"
#include "protocol/sip_io/endpoint.hpp"

namespace {

using namespace cloudvno;
using namespace cloudvno::sip;
namespace asio = boost::asio;
namespace json = boost::json;

void print(const json::value& value) {
  std::puts(json::serialize(value).c_str());
  std::fflush(stdout);
}

rusage usage_of_this() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage;
}

double cpu_micros() {
  rusage usage = usage_of_this();
  auto micros = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_usec);
  };
  return micros(usage.ru_utime) + micros(usage.ru_stime);
}

sdp::Local local_media() {
  sdp::Local local;
  local.address = "127.0.0.1";
  local.port = 20'000;
  local.codecs = sdp::telephone_codecs();
  return local;
}

std::string answer_to(std::string_view offer) {
  auto description = sdp::parse(offer);
  if (!description) return offer.empty() ? sdp::write_offer(local_media()) : std::string();
  auto answer = sdp::write_answer(*description, local_media());
  return answer ? answer->text : std::string();
}

class Phone final : public CallEvents {
 public:
  Phone(asio::io_context& context, bool quiet)
      : quiet_(quiet),
        resolver_(context.get_executor()),
        endpoint_(
            context.get_executor(), clock_, resolver_, options(),
            {.on_invite = [this](IncomingCall& incoming) { on_invite(incoming); },
             .realm_for = [](const SipMessage& request, const Peer&) -> std::optional<std::string> {
               if (request.target.user != "secret") return std::nullopt;
               return "test";
             },
             .find_user = [](std::string_view realm,
                             std::string_view user) -> std::optional<KnownUser> {
               if (user != "alice") return std::nullopt;
               return KnownUser{make_ha1(DigestAlgorithm::md5, user, realm, "wonder"),
                                make_ha1(DigestAlgorithm::sha256, user, realm, "wonder")};
             }}) {
    endpoint_.start().value();
    print({{"event", "listening"},
           {"udp", endpoint_.port(Transport::udp)},
           {"tcp", endpoint_.port(Transport::tcp)}});
  }

  void call(std::string_view host_port, std::string_view user, Transport transport) {
    InviteOptions invite;
    invite.target = Uri::parse("sip:" + std::string(user) + "@" + std::string(host_port)).value();
    invite.transport = transport;
    invite.from_uri = "sip:+15550199@127.0.0.1";
    invite.sdp = sdp::write_offer(local_media());
    invite.credentials = Credentials{"alice", "wonder"};
    call_ = endpoint_.agent().invite(std::move(invite), *this);
  }

  net::Task<> stop() {
    double cpu = cpu_micros() - cpu_before_;
    print({{"event", "stopped"},
           {"calls", calls_},
           {"peak_kib", usage_of_this().ru_maxrss},
           {"unfinished", endpoint_.agent().calls()},
           {"cpu_us_per_call", calls_ == 0 ? 0.0 : cpu / static_cast<double>(calls_)}});
    co_await endpoint_.stop(std::chrono::seconds(1));
  }

  void on_provisional(const SipMessage& response) override {
    say({{"event", "provisional"}, {"code", response.status}});
  }
  void on_answered(const SipMessage& response) override {
    say({{"event", "answered"}, {"media", sdp::parse(response.sdp()).has_value()}});
    call_->hang_up("Q.850;cause=16");
  }
  void on_acknowledged(std::string_view) override { say({{"event", "acknowledged"}}); }
  std::string on_offer(std::string_view offer) override {
    auto description = sdp::parse(offer);
    auto direction = description && description->audio ? description->audio->direction
                                                       : sdp::Direction::sendrecv;
    say({{"event", "offer"}, {"direction", sdp::direction_word(direction)}});
    return answer_to(offer);
  }
  void on_reinvited(int, std::string_view) override {}
  void on_digit(char digit, int) override {
    say({{"event", "digit"}, {"digit", std::string(1, digit)}});
  }
  void on_ended(const CallEnd& end) override {
    std::string_view by = end.by == CallEnd::By::local    ? "local"
                          : end.by == CallEnd::By::remote ? "remote"
                                                          : "fault";
    say({{"event", "ended"}, {"by", by}, {"code", end.code}});
  }

 private:
  static EndpointOptions options() {
    EndpointOptions out;
    out.udp = out.tcp = ListenAt{"127.0.0.1", 0};
    out.agent.challenge_with = {DigestAlgorithm::md5};  // SIPp 3.6 knows no other
    return out;
  }

  void on_invite(IncomingCall& incoming) {
    if (calls_++ == 0) cpu_before_ = cpu_micros();
    say({{"event", "invite"}, {"user", incoming.request.target.user}, {"as", incoming.username}});
    const std::string& user = incoming.request.target.user;
    if (user == "busy") return incoming.call->reject(486);
    incoming.call->attach(*this);
    incoming.call->ring();
    if (user != "ring") incoming.call->answer(answer_to(incoming.request.sdp()));
  }

  void say(const json::value& value) {
    if (!quiet_) print(value);
  }

  bool quiet_;
  double cpu_before_ = 0;
  std::uint64_t calls_ = 0;
  SystemClock clock_;
  net::CaresResolver resolver_;
  std::shared_ptr<Call> call_;
  Endpoint endpoint_;
};

net::Task<> until_input_ends(Phone& phone, asio::io_context& context) {
  asio::posix::stream_descriptor input(context, ::dup(0));
  char bytes[64];
  boost::system::error_code ended;
  while (!ended)
    co_await input.async_read_some(asio::buffer(bytes),
                                   asio::redirect_error(asio::use_awaitable, ended));
  co_await phone.stop();
  context.stop();
}

}  // namespace

int main(int argc, char** argv) {
  std::string_view mode = argc > 1 ? argv[1] : "";
  asio::io_context context(1);
  Phone phone(context, mode == "quiet");
  if (mode == "call" && argc > 3)
    phone.call(argv[2], argv[3],
               argc > 4 && std::string_view(argv[4]) == "tcp" ? Transport::tcp : Transport::udp);
  asio::co_spawn(context, until_input_ends(phone, context), asio::detached);
  context.run();
  return 0;
}
