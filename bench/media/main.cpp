// What the media of a call costs: bridged calls, playing streams, and a bare forwarder beside them.
//
//   bench_media [STREAMS] [SECONDS]     streams of each kind (bridged: half as many calls)
//
// Phones are threads of this program on loopback; the CPU is that of the media thread alone, with
// the kernel's work for its system calls (on loopback that includes delivery to the phone).
#include <dirent.h>
#include <fmt/format.h>
#include <sys/resource.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <thread>

#include "forwarder.hpp"
#include "generator.hpp"
#include "platform/net/runtime.hpp"
#include "protocol/media/tones.hpp"
#include "protocol/rtp_io/media_engine.hpp"

namespace cloudvno::bench {
namespace {

using namespace rtp_io;

struct Measured {
  Heard heard;
  double cpu_us_a_second = 0;
};

// On-CPU time of the thread of that name, in ns.
std::int64_t thread_cpu_ns(std::string_view name) {
  DIR* tasks = ::opendir("/proc/self/task");
  std::int64_t found = 0;
  while (const dirent* task = ::readdir(tasks)) {
    const std::string path = fmt::format("/proc/self/task/{}/", task->d_name);
    std::string comm;
    if (!std::getline(std::ifstream(path + "comm"), comm) || comm != name) continue;
    std::ifstream(path + "schedstat") >> found;
  }
  ::closedir(tasks);
  return found;
}

Measured measure(Generator& phones, std::string_view thread, int seconds) {
  std::this_thread::sleep_for(std::chrono::seconds(2));
  phones.begin_measuring();
  const auto begin = std::chrono::steady_clock::now();
  const std::int64_t before = thread_cpu_ns(thread);
  std::this_thread::sleep_for(std::chrono::seconds(seconds));
  const std::int64_t used = thread_cpu_ns(thread) - before;
  const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - begin;
  return {phones.stop(), static_cast<double>(used) / 1e3 / passed.count()};
}

enum class Kind { bridged, playing, transcoded, recorded };

Measured engine(Kind kind, int streams, int seconds) {
  net::Loop loop("events");
  MediaOptions options;
  options.most_streams = static_cast<std::size_t>(streams);
  MediaEngine media(options, loop.executor(), [](StreamId, Event&) {});
  Generator phones;
  std::vector<std::uint16_t> targets;
  std::vector<StreamId> ids;
  media::Samples tone;
  media::add_tone(tone, 440, 480, std::chrono::seconds(10));
  const auto prompt = std::make_shared<const media::Prompt>(tone);
  for (int i = 0; i < streams; ++i) {
    auto stream = media.open_stream({});
    if (!stream) throw std::runtime_error("no stream: " + stream.error().detail);
    Remote remote;
    remote.address = *Address::parse("127.0.0.1", phones.port());
    remote.event_payload_type = 101;
    if (kind == Kind::transcoded) remote.law = media::Law::a;
    (void)media.set_remote(stream->id, remote);
    if (kind == Kind::playing) (void)media.play(stream->id, prompt, 0);
    if (kind != Kind::playing && i % 2 == 1) (void)media.bridge(ids.back(), stream->id);
    if (kind == Kind::recorded && i % 2 == 1) (void)media.start_recording(stream->id, {});
    ids.push_back(stream->id);
    targets.push_back(stream->port);
  }
  phones.start(std::move(targets), false);
  Measured measured = measure(phones, "media-0", seconds);
  loop.stop();
  return measured;
}

Measured bare(int streams, int seconds) {
  Forwarder forwarder;
  Generator phones;
  phones.start(std::vector<std::uint16_t>(static_cast<std::size_t>(streams), forwarder.port()),
               true);
  return measure(phones, "bare", seconds);
}

void show(std::string_view name, const Measured& measured, int streams, std::string& line) {
  const double a_stream = measured.cpu_us_a_second / streams;
  const double tick = a_stream / 50;
  fmt::print("{:<12} {:>8} {:>10.4f} {:>10.2f} {:>10} {:>6} {:>9.1f} {:>9.1f} {:>8.1f} {:>8.1f}\n",
             name, streams, a_stream / 1e4, tick, measured.heard.received, measured.heard.lost,
             measured.heard.gap_p999_ms, measured.heard.gap_most_ms, measured.heard.delay_p50_ms,
             measured.heard.delay_p99_ms);
  line += fmt::format(
      "{0}_core_percent_per_stream={1:.4f} {0}_us_per_stream_tick={2:.2f} {0}_lost={3} "
      "{0}_gap_p999_ms={4:.1f} ",
      name, a_stream / 1e4, tick, measured.heard.lost, measured.heard.gap_p999_ms);
}

}  // namespace
}  // namespace cloudvno::bench

int main(int argc, char** argv) {
  using namespace cloudvno::bench;
  const int streams = argc > 1 ? std::atoi(argv[1]) : 500;
  const int seconds = argc > 2 ? std::atoi(argv[2]) : 10;
  if (streams < 2 || streams > 4'000 || streams % 2 != 0 || seconds < 1) {
    fmt::print(stderr, "bench_media [STREAMS, even, at most 4000] [SECONDS]\n");
    return 2;
  }
  // Two sockets a stream.
  rlimit files{};
  ::getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &files);
  fmt::print("{:<12} {:>8} {:>10} {:>10} {:>10} {:>6} {:>9} {:>9} {:>8} {:>8}\n", "", "streams",
             "% of core", "us a tick", "packets", "lost", "gap p99.9", "gap most", "delay50",
             "delay99");
  std::string line;
  show("bare", bare(streams, seconds), streams, line);
  show("bridged", engine(Kind::bridged, streams, seconds), streams, line);
  show("playing", engine(Kind::playing, streams, seconds), streams, line);
  show("transcoded", engine(Kind::transcoded, streams, seconds), streams, line);
  show("recorded", engine(Kind::recorded, streams, seconds), streams, line);
  fmt::print("{}\n", line);
}
