// The three ends of a message gateway under trial in one thread: customers that insist on their
// messages, a carrier that can misbehave, and the sink of callbacks. It outlives the gateway.
//
//   soak_messages SMSC_PORT SINK_PORT
//
// Reads one JSON object a line, and answers each by one line with counts (Record, InsistingLoad):
//   {"do":"load", "port":…, "key":…, "senders":[…], "status_callback":…, "rate":…}   begins
//   {"do":"stop"}                                            no new messages
//   {"do":"carrier", "is":"well" | "silent"}                 it answers, or only reads
//   {"do":"carrier", "is":"throttling", "per_second":20}     it takes that many, refuses the rest
//   {"do":"reset"}                                           its connections, at once
//   {"do":"state"}                                           the counts
//   {"do":"messages"}                                        SIDs and how often each was taken
#include <boost/json/value_to.hpp>
#include <cstdio>
#include <exception>

#include "base/bytes.hpp"
#include "commands.hpp"
#include "insisting_load.hpp"
#include "record.hpp"
#include "sink.hpp"
#include "smsc.hpp"

namespace cloudvno::soak {
namespace {

// So that the window is well used, and a kill finds messages in it.
constexpr std::chrono::milliseconds answer_delay{8};

LoadOptions read_options(const boost::json::object& asked) {
  LoadOptions options;
  options.port = asked.at("port").to_number<std::uint16_t>();
  options.key = asked.at("key").as_string();
  options.senders = boost::json::value_to<std::vector<std::string>>(asked.at("senders"));
  options.status_callback = asked.at("status_callback").as_string();
  options.rate = asked.at("rate").to_number<double>();
  return options;
}

class Trial {
 public:
  Trial(std::uint16_t smsc_port, std::uint16_t sink_port)
      : smsc_(loop_, smsc_port,
              [this](std::size_t session, const smpp::SubmitSm& submit, Moment now) {
                return answer(session, submit, now);
              }),
        sink_(loop_, sink_port,
              [this](const http::Request& request) {
                record_.called_back(bench::field_of(request, "MessageSid="),
                                    bench::field_of(request, "MessageStatus="),
                                    request.headers.value("webhook-id"));
              }),
        commands_(loop_) {
    smsc_.set_receipts(true, std::chrono::milliseconds(0));
    smsc_.set_answer_delay(answer_delay);
  }

  void run() {
    while (!commands_.ended()) {
      const auto now = std::chrono::steady_clock::now();
      auto wake = now + std::chrono::milliseconds(100);
      if (load_) wake = std::min(wake, load_->tick(now).value_or(wake));
      wake = std::min(wake, smsc_.tick(now).value_or(wake));
      loop_.turn(std::max(wake - now, Moment::duration::zero()));
      while (const auto command = commands_.next()) obey(*command);
    }
  }

 private:
  smpp::CommandStatus answer(std::size_t session, const smpp::SubmitSm& submit, Moment now) {
    if (!takes(now)) {
      record_.throttled();
      return smpp::CommandStatus::ESME_RTHROTTLED;
    }
    record_.taken(session, as_text(submit.short_message));
    return smpp::CommandStatus::ESME_ROK;
  }

  bool takes(Moment now) {
    if (per_second_ == 0) return true;
    if (now - second_began_ >= std::chrono::seconds(1)) {
      second_began_ = now;
      taken_in_second_ = 0;
    }
    return taken_in_second_++ < per_second_;
  }

  void obey(const boost::json::object& command) {
    const auto& what = command.at("do").as_string();
    if (what == "messages") return bench::Commands::answer(record_.messages());
    if (what == "load") load_.emplace(loop_, record_, read_options(command));
    if (what == "stop" && load_) load_->stop();
    if (what == "reset") smsc_.reset_connections();
    if (what == "carrier") {
      const auto& is = command.at("is").as_string();
      smsc_.set_silent(is == "silent");
      per_second_ = is == "throttling" ? command.at("per_second").to_number<std::size_t>() : 0;
    }
    auto counts = record_.counts();
    counts["bound"] = smsc_.bound();
    counts["receipts_refused"] = smsc_.receipts_refused();
    if (load_) {
      for (auto& [name, value] : load_->counts()) counts[name] = value;
    }
    bench::Commands::answer(counts);
  }

  Loop loop_;
  Record record_;
  std::size_t per_second_ = 0;  // 0: no throttling
  std::size_t taken_in_second_ = 0;
  Moment second_began_;
  bench::Smsc smsc_;
  bench::Sink sink_;
  bench::Commands commands_;
  std::optional<InsistingLoad> load_;
};

}  // namespace
}  // namespace cloudvno::soak

int main(int count, char** arguments) {
  try {
    if (count != 3) throw std::runtime_error("usage: soak_messages SMSC_PORT SINK_PORT");
    cloudvno::soak::Trial trial(static_cast<std::uint16_t>(std::stoi(arguments[1])),
                                static_cast<std::uint16_t>(std::stoi(arguments[2])));
    trial.run();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "soak_messages: %s\n", error.what());
    return 1;
  }
}
