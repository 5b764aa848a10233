// SMTP through libcurl.
#include "platform/email/relay.hpp"

#include <curl/curl.h>
#include <fmt/format.h>

#include <atomic>
#include <cstring>
#include <vector>

#include "base/bytes.hpp"
#include "base/model/sid.hpp"
#include "platform/net/run_on.hpp"
#include "platform/net/runtime.hpp"
#include "platform/net/semaphore.hpp"

namespace cloudvno::email {
namespace {

constexpr std::size_t lines = 4;
constexpr std::size_t most_waiting = 1'024;

struct Reader {
  std::string_view rest;

  static std::size_t read(char* into, std::size_t size, std::size_t count, void* self) {
    auto& rest = static_cast<Reader*>(self)->rest;
    const auto length = std::min(size * count, rest.size());
    std::memcpy(into, rest.data(), length);
    rest.remove_prefix(length);
    return length;
  }
};

int is_stopping(void* flag, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<std::atomic<bool>*>(flag)->load() ? 1 : 0;
}

Outcome outcome_of(CURLcode code, long reply) {
  using enum Outcome::Result;
  if (code == CURLE_OK) return {taken, {}};
  switch (code) {
    case CURLE_LOGIN_DENIED:
      return {try_again, "The mail relay refused the platform's login."};
    case CURLE_OPERATION_TIMEDOUT:
      return {try_again, "The mail relay did not answer in time."};
    case CURLE_USE_SSL_FAILED:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
      return {try_again, "No trusted TLS connection to the mail relay could be made."};
    default:
      break;
  }
  if (reply >= 500) return {refused, fmt::format("The mail relay refused the mail ({}).", reply)};
  if (reply >= 400) {
    return {try_again, fmt::format("The mail relay cannot take the mail now ({}).", reply)};
  }
  return {try_again, "The mail relay was not reached."};
}

}  // namespace

// One connection and its thread.
class Relay::Line {
 public:
  Line(const RelayOptions& options, std::atomic<bool>& stopping, std::size_t number)
      : options_(options),
        stopping_(stopping),
        loop_(fmt::format("mail-{}", number)),
        easy_(curl_easy_init()) {}
  ~Line() {
    loop_.stop();
    curl_easy_cleanup(easy_);
  }

  net::Executor executor() { return loop_.executor(); }

  // Blocks its thread for the timeout at most.
  Outcome send(const std::string& to, const std::string& message) {
    curl_easy_reset(easy_);
    const auto set = [this](auto option, auto value) { curl_easy_setopt(easy_, option, value); };
    const auto url =
        fmt::format("{}://{}:{}", options_.security == Security::tls ? "smtps" : "smtp",
                    options_.host, options_.port);
    set(CURLOPT_URL, url.c_str());
    set(CURLOPT_PROTOCOLS, CURLPROTO_SMTP | CURLPROTO_SMTPS);
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_TIMEOUT_MS, static_cast<long>(options_.timeout.count()));
    set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options_.timeout.count() / 2));
    set(CURLOPT_SERVER_RESPONSE_TIMEOUT,
        std::max(1L, static_cast<long>(options_.timeout.count() / 1'000)));
    if (options_.security != Security::none) {
      set(CURLOPT_USE_SSL, static_cast<long>(CURLUSESSL_ALL));
      set(CURLOPT_SSLVERSION,
          static_cast<long>(options_.tls_1_2 ? CURL_SSLVERSION_TLSv1_2 : CURL_SSLVERSION_TLSv1_3));
      if (!options_.ca_file.empty()) set(CURLOPT_CAINFO, options_.ca_file.c_str());
    }
    if (!options_.user.empty()) {
      set(CURLOPT_USERNAME, options_.user.c_str());
      set(CURLOPT_PASSWORD, options_.password.c_str());
    }
    const auto from = fmt::format("<{}>", options_.sender.address);
    set(CURLOPT_MAIL_FROM, from.c_str());
    const auto recipient = fmt::format("<{}>", to);
    auto* recipients = curl_slist_append(nullptr, recipient.c_str());
    set(CURLOPT_MAIL_RCPT, recipients);
    Reader reader{message};
    set(CURLOPT_UPLOAD, 1L);
    set(CURLOPT_READFUNCTION, &Reader::read);
    set(CURLOPT_READDATA, &reader);
    set(CURLOPT_NOPROGRESS, 0L);
    set(CURLOPT_XFERINFOFUNCTION, &is_stopping);
    set(CURLOPT_XFERINFODATA, &stopping_);
    const auto code = curl_easy_perform(easy_);
    long reply = 0;
    curl_easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &reply);
    curl_slist_free_all(recipients);
    return outcome_of(code, reply);
  }

 private:
  const RelayOptions options_;
  std::atomic<bool>& stopping_;
  net::Loop loop_;
  CURL* easy_;
};

// Shared with the mails that are on their way while the relay goes.
struct Relay::State {
  State(RelayOptions relay, const Clock& time)
      : options(std::move(relay)), clock(time), places(lines, most_waiting) {
    for (std::size_t i = 1; i <= lines; ++i) {
      all.push_back(std::make_unique<Line>(options, stopping, i));
      idle.push_back(all.back().get());
    }
  }
  RelayOptions options;
  const Clock& clock;
  std::atomic<bool> stopping = false;
  net::Semaphore places;
  std::vector<std::unique_ptr<Line>> all;
  std::vector<Line*> idle;
};

Relay::Relay(RelayOptions options, const Clock& clock) {
  static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
  static_cast<void>(ready);
  state_ = std::make_shared<State>(std::move(options), clock);
}

Relay::~Relay() {
  stop();
}

void Relay::stop() {
  state_->stopping = true;
}

net::Task<Outcome> Relay::send(Mail mail) {
  const auto state = state_;
  const auto permit = co_await state->places.acquire();
  if (state->stopping) co_return Outcome{Outcome::Result::try_again, {}};
  if (!permit) co_return Outcome{Outcome::Result::try_again, "Too many mails wait for the relay."};
  auto* line = state->idle.back();
  state->idle.pop_back();
  struct Return {
    State& state;
    Line* line;
    ~Return() { state.idle.push_back(line); }
  } const give_back{*state, line};
  const auto now = state->clock.now();
  const auto id = EventSid::make(now);  // a name that nobody else has
  auto message = print_mail(state->options.sender, mail, id.view().substr(2), now);
  co_return co_await net::run_on(
      line->executor(), [](Line& with, std::string to, std::string text) -> net::Task<Outcome> {
        co_return with.send(to, text);
      }(*line, std::move(mail.to), std::move(message)));
}

}  // namespace cloudvno::email
