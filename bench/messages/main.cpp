// The three ends of a message gateway under measurement in one thread: HTTP load, an SMSC, and the
// sink of its callbacks. So the processor time that they take is told apart from the gateway's.
//
//   bench_messages SMSC_PORT SINK_PORT
//
// Reads one JSON object a line: {"do":"run", …} (see read_run_options) measures, {"do":"state"}
// tells how many sessions may submit and what they have submitted. Answers each by one line; ends
// with its input.
#include <sys/epoll.h>
#include <unistd.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <cstdio>
#include <exception>

#include "run.hpp"
#include "sink.hpp"

namespace cloudvno::bench {
namespace {

class Commands final : public Loop::Handler {
 public:
  explicit Commands(Loop& loop) { loop.add(STDIN_FILENO, EPOLLIN, *this); }

  void on_events(std::uint32_t) override {
    std::array<char, 4096> piece;
    const auto count = ::read(STDIN_FILENO, piece.data(), piece.size());
    if (count > 0) text_.append(piece.data(), static_cast<std::size_t>(count));
    ended_ |= count <= 0;
  }

  bool ended() const { return ended_; }
  std::optional<boost::json::object> next() {
    const auto end = text_.find('\n');
    if (end == std::string::npos) return std::nullopt;
    auto value = boost::json::parse(std::string_view(text_).substr(0, end));
    text_.erase(0, end + 1);
    return std::move(value.as_object());
  }

 private:
  std::string text_;
  bool ended_ = false;
};

void answer(const boost::json::object& object) {
  std::puts(boost::json::serialize(object).c_str());
  std::fflush(stdout);
}

void serve(std::uint16_t smsc_port, std::uint16_t sink_port) {
  Loop loop;
  Ledger ledger;
  Smsc smsc(loop, ledger, smsc_port);
  const Sink sink(loop, ledger, sink_port);
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
      answer(run->result());
      run.reset();
    }
    if (run) continue;
    const auto command = commands.next();
    if (!command) continue;
    if (command->at("do") == "run") {
      run.emplace(loop, ledger, smsc, read_run_options(*command));
    } else {
      answer({{"bound", smsc.bound()}, {"submits", smsc.submits()}});
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
