// Look-ups at a fixed rate over keep-alive connections (open loop): bench_lookup_load PORT KEY RATE
// SECONDS. A request that waits for a connection counts from when it was due.
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <deque>
#include <optional>
#include <random>
#include <stdexcept>

#include "loop.hpp"
#include "protocol/http/response_parser.hpp"

using namespace cloudvno;
using namespace cloudvno::bench;

namespace {

struct Run {
  std::deque<class Client*> idle;
  std::vector<double> latencies_us;
  std::size_t failed = 0;
};

class Client final : public Stream {
 public:
  Client(Loop& loop, Run& run, int fd) : Stream(loop, fd), run_(run) {}

  void ask(std::string_view request, Moment due) {
    due_ = due;
    parser_.emplace(false, std::size_t{1} << 16);
    send(request);
  }

 protected:
  std::size_t on_data(std::string_view data) override {
    if (!parser_) throw std::runtime_error("an answer came that nobody asked for");
    const auto used = parser_->consume(data);
    if (parser_->state() == http::ResponseParser::State::complete) {
      const auto response = parser_->take();
      parser_.reset();
      run_.latencies_us.push_back(
          std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - due_)
              .count());
      if (response.status != 200) ++run_.failed;
      run_.idle.push_back(this);
    }
    return used;
  }
  void on_closed() override { throw std::runtime_error("the server closed a connection"); }

 private:
  Run& run_;
  Moment due_;
  std::optional<http::ResponseParser> parser_;
};

double percentile(std::vector<double>& sorted, double share) {
  return sorted.empty() ? 0 : sorted[static_cast<std::size_t>(share * double(sorted.size() - 1))];
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) return fmt::print(stderr, "bench_lookup_load PORT KEY RATE SECONDS\n"), 2;
  const auto port = static_cast<std::uint16_t>(std::atoi(argv[1]));
  const std::string key = argv[2];
  const double rate = std::atof(argv[3]);
  const auto seconds = std::chrono::duration<double>(std::atof(argv[4]));
  constexpr std::size_t connections = 64;
  Loop loop;
  Run run;
  std::vector<std::unique_ptr<Client>> clients;
  for (std::size_t i = 0; i < connections; ++i) {
    clients.push_back(std::make_unique<Client>(loop, run, connect_to(port)));
    run.idle.push_back(clients.back().get());
  }
  std::mt19937_64 random(7);
  const auto interval = std::chrono::nanoseconds(static_cast<std::int64_t>(1e9 / rate));
  const auto begin = std::chrono::steady_clock::now();
  const auto end = begin + std::chrono::duration_cast<std::chrono::nanoseconds>(seconds);
  auto due = begin;
  std::size_t asked = 0;
  while (due < end || run.latencies_us.size() < asked) {
    const auto now = std::chrono::steady_clock::now();
    while (due < end && due <= now && !run.idle.empty()) {
      auto* client = run.idle.front();
      run.idle.pop_front();
      // Another number each time: nothing can be answered from a cache.
      const auto number = 2'000'000'000 + random() % 7'999'999'999;
      client->ask(fmt::format("GET /v1/lookups/+1{} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
                              "{}\r\n\r\n",
                              number, key),
                  due);
      due += interval;
      ++asked;
    }
    const auto wait = due < end && !run.idle.empty() ? due - now : std::chrono::milliseconds(1);
    loop.turn(std::max(std::chrono::nanoseconds(wait), std::chrono::nanoseconds(0)));
  }
  const auto took = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  std::ranges::sort(run.latencies_us);
  fmt::print("rate={:.0f} p50_us={:.0f} p99_us={:.0f} p999_us={:.0f} failed={}\n",
             static_cast<double>(asked) / took, percentile(run.latencies_us, 0.5),
             percentile(run.latencies_us, 0.99), percentile(run.latencies_us, 0.999), run.failed);
  return run.failed == 0 ? 0 : 1;
}
