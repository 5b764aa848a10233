// Phones of bridged calls: prints the port that they all speak from, reads the ports that they
// speak to (one line), and says how what came back sounded.
//
//   bench_rtp SECONDS
#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <sstream>
#include <string>
#include <thread>

#include "media/generator.hpp"

int main(int argc, char** argv) {
  using namespace cloudvno::bench;
  const int seconds = argc > 1 ? std::atoi(argv[1]) : 5;
  Generator phones;
  fmt::print("{}\n", phones.port());
  std::fflush(stdout);
  std::string line;
  std::getline(std::cin, line);
  std::istringstream words(line);
  std::vector<std::uint16_t> targets;
  for (unsigned port = 0; words >> port;) targets.push_back(static_cast<std::uint16_t>(port));
  phones.start(std::move(targets), false);
  std::this_thread::sleep_for(std::chrono::seconds(2));
  phones.begin_measuring();
  fmt::print("measuring\n");
  std::fflush(stdout);
  std::this_thread::sleep_for(std::chrono::seconds(seconds));
  const Heard heard = phones.stop();
  fmt::print(R"({{"sent":{},"received":{},"lost":{},"gap_p999_ms":{:.1f},"gap_most_ms":{:.1f},)"
             R"("delay_p50_ms":{:.1f},"delay_p99_ms":{:.1f}}})"
             "\n",
             heard.sent, heard.received, heard.lost, heard.gap_p999_ms, heard.gap_most_ms,
             heard.delay_p50_ms, heard.delay_p99_ms);
  return 0;
}
