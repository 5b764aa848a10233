// Both ends of verification by SMS in one thread: who asks for codes and gives them back, and the
// SMSC that gets them.
//
//   bench_verify SMSC_PORT SINK_PORT
//
// The second, where callbacks would go, is left alone: nobody asks for any.
//
// Reads one JSON object a line: {"do":"run","port","key","connections","seconds","first",
// "processes"} measures, {"do":"state"} tells how many sessions may submit. Answers each by one
// line; ends with its input.
#include <boost/json/value_to.hpp>
#include <cstdio>
#include <exception>

#include "base/bytes.hpp"
#include "commands.hpp"
#include "pairs.hpp"
#include "processes.hpp"
#include "smsc.hpp"

namespace cloudvno::bench {
namespace {

struct Run {
  std::unique_ptr<Pairs> pairs;
  std::vector<pid_t> processes;
  Usage before;
  double own_before_us = 0;
  Moment begun;
  Moment end;
  Moment given_up;
  std::uint64_t approved_in_time = 0;
};

boost::json::object result_of(const Run& run) {
  const auto& pairs = *run.pairs;
  const auto after = usage_of(run.processes);
  const double each = 1.0 / static_cast<double>(std::max<std::uint64_t>(1, pairs.approved()));
  boost::json::object threads;
  for (const auto& [name, us] : after.threads_us) {
    const auto before = run.before.threads_us.find(name);
    threads[name] = (us - (before == run.before.threads_us.end() ? 0 : before->second)) * each;
  }
  return {{"rate", static_cast<double>(run.approved_in_time) /
                       std::chrono::duration<double>(run.end - run.begun).count()},
          {"begun", pairs.begun()},
          {"approved", pairs.approved()},
          {"refused", pairs.refused()},
          {"first_refusal", pairs.first_refusal()},
          {"send_p50_ms", Pairs::slowest(pairs.sends(), 2)},
          {"send_p99_ms", Pairs::slowest(pairs.sends(), 100)},
          {"check_p50_ms", Pairs::slowest(pairs.checks(), 2)},
          {"check_p99_ms", Pairs::slowest(pairs.checks(), 100)},
          {"server_cpu_us", (after.cpu_us - run.before.cpu_us) * each},
          {"generator_cpu_us", (own_cpu_us() - run.own_before_us) * each},
          {"threads_us", std::move(threads)},
          {"peak_mib", after.peak_mib}};
}

void serve(std::uint16_t smsc_port) {
  Loop loop;
  std::optional<Run> run;
  Smsc smsc(loop, smsc_port, [&](std::size_t, const smpp::SubmitSm& submit, Moment) {
    if (run) run->pairs->received(submit.destination.addr, as_text(submit.short_message));
    return smpp::CommandStatus::ESME_ROK;
  });
  Commands commands(loop);
  while (!commands.ended()) {
    auto now = std::chrono::steady_clock::now();
    auto wake = now + std::chrono::milliseconds(100);
    if (run) wake = std::min(wake, std::max(now, run->end));
    wake = std::min(wake, smsc.tick(now).value_or(wake));
    loop.turn(std::max(wake - now, Moment::duration::zero()));
    now = std::chrono::steady_clock::now();
    if (run && now >= run->end) {
      if (run->approved_in_time == 0) run->approved_in_time = run->pairs->approved();
      run->pairs->stop();
      if (run->pairs->is_over() || now >= run->given_up) {
        Commands::answer(result_of(*run));
        run.reset();
      }
    }
    if (run) continue;
    const auto command = commands.next();
    if (!command) continue;
    if (command->at("do") != "run") {
      Commands::answer({{"bound", smsc.bound()}});
      continue;
    }
    const auto number = [&](std::string_view name) {
      return command->at(name).to_number<std::uint64_t>();
    };
    run.emplace();
    run->processes = boost::json::value_to<std::vector<pid_t>>(command->at("processes"));
    run->before = usage_of(run->processes);
    run->own_before_us = own_cpu_us();
    run->begun = std::chrono::steady_clock::now();
    run->end = run->begun + std::chrono::seconds(number("seconds"));
    run->given_up = run->end + std::chrono::seconds(15);
    PairsOptions options;
    options.port = static_cast<std::uint16_t>(number("port"));
    options.connections = number("connections");
    options.key = command->at("key").as_string();
    options.first = number("first");
    run->pairs = std::make_unique<Pairs>(loop, std::move(options));
  }
}

}  // namespace
}  // namespace cloudvno::bench

int main(int count, char** arguments) {
  try {
    if (count != 3) throw std::runtime_error("usage: bench_verify SMSC_PORT SINK_PORT");
    cloudvno::bench::serve(static_cast<std::uint16_t>(std::stoi(arguments[1])));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench_verify: %s\n", error.what());
    return 1;
  }
}
