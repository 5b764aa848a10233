// The three ends of a message gateway under measurement in one thread: HTTP load, an SMSC, and the
// sink of its callbacks. So the processor time that they take is told apart from the gateway's.
//
//   bench_messages SMSC_PORT SINK_PORT
//
// Reads one JSON object a line: {"do":"run", …} (see read_run_options) measures, {"do":"state"}
// tells how many sessions may submit and what they have submitted. Answers each by one line; ends
// with its input.
#include <cstdio>
#include <exception>

#include "commands.hpp"
#include "run.hpp"
#include "sink.hpp"
#include "smsc.hpp"

namespace cloudvno::bench {
namespace {

// Reads `To` and `MessageStatus`: `sent` and `delivered`, or Kannel's dlr types 8 (accepted by the
// SMSC) and 1 (delivered).
void take_callback(Ledger& ledger, const http::Request& request) {
  auto number = field_of(request, "To=");
  if (number.starts_with("%2B")) number.remove_prefix(2);
  number = number.substr(std::min<std::size_t>(1, number.size()), Ledger::number_digits);
  const auto status = field_of(request, "MessageStatus=");
  const bool delivered = status == "delivered" || status == "1";
  ledger.called_back(number, delivered, std::chrono::steady_clock::now());
}

void serve(std::uint16_t smsc_port, std::uint16_t sink_port) {
  Loop loop;
  Ledger ledger;
  Smsc smsc(loop, smsc_port, [&](std::size_t, const smpp::SubmitSm& submit, Moment now) {
    ledger.submitted(submit.destination.addr, now);
    return smpp::CommandStatus::ESME_ROK;
  });
  const Sink sink(loop, sink_port,
                  [&](const http::Request& request) { take_callback(ledger, request); });
  Commands commands(loop);
  std::optional<Run> run;
  while (!commands.ended()) {
    auto now = std::chrono::steady_clock::now();
    auto wake = now + std::chrono::milliseconds(100);
    if (run) wake = std::min(wake, run->tick(now).value_or(wake));
    wake = std::min(wake, smsc.tick(now).value_or(wake));
    loop.turn(std::max(wake - now, Moment::duration::zero()));
    now = std::chrono::steady_clock::now();
    if (run && run->is_over(now)) {
      Commands::answer(run->result());
      run.reset();
    }
    if (run) continue;
    const auto command = commands.next();
    if (!command) continue;
    if (command->at("do") == "run") {
      run.emplace(loop, ledger, smsc, read_run_options(*command));
    } else {
      Commands::answer({{"bound", smsc.bound()}, {"submits", smsc.submits()}});
    }
  }
}

}  // namespace
}  // namespace cloudvno::bench

int main(int count, char** arguments) {
  try {
    if (count != 3) throw std::runtime_error("usage: bench_messages SMSC_PORT SINK_PORT");
    cloudvno::bench::serve(static_cast<std::uint16_t>(std::stoi(arguments[1])),
                           static_cast<std::uint16_t>(std::stoi(arguments[2])));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench_messages: %s\n", error.what());
    return 1;
  }
}
