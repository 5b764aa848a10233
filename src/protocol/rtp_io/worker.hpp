// A media thread: its streams, their sockets, and the clock that drives them.
#pragma once

#include <atomic>
#include <memory>
#include <thread>
#include <unordered_map>
#include <vector>

#include "protocol/rtp_io/command_queue.hpp"
#include "protocol/rtp_io/datagrams.hpp"
#include "protocol/rtp_io/event_queue.hpp"
#include "protocol/rtp_io/port_pairs.hpp"
#include "protocol/rtp_io/stream.hpp"

namespace cloudvno::rtp_io {

// Wakes each 5 ms, by the clock and not by packets: then it takes what came on all sockets in one
// go (a relayed packet goes out at once), and ticks a quarter of its streams. So the cost of waking
// is shared by all streams, and packets leave spread over the 20 ms; the price is up to 5 ms of
// delay. Without streams it sleeps until a command comes.
//
// A thread that was held up for more than 60 ms goes on from there instead of sending a burst.
class Worker final : private StreamHost {
 public:
  Worker(int number, std::size_t command_capacity, std::shared_ptr<EventQueue> events);
  ~Worker() override;  // closes what is left of streams

  CommandQueue& commands() { return commands_; }
  // Streams that live here or are on their way.
  std::atomic<int>& load() { return load_; }
  std::uint64_t late_ticks() const { return late_ticks_; }
  std::uint64_t failed_sends() const { return failed_sends_; }

  // ---- on the thread itself, by commands ----
  void add(StreamId id, PortPair ports, const StreamOptions& options);
  void remove(StreamId id);
  Stream* find(StreamId id);
  void bridge(StreamId a, StreamId b);
  void stop() { stopping_ = true; }
  Micros now() const { return now_; }

 private:
  static constexpr std::size_t phases = 4;

  struct Leg;
  // What epoll gives back.
  struct Watched {
    Leg* leg = nullptr;
    Port port = Port::rtp;
    int socket = -1;
  };
  struct Leg {
    PortPair ports;
    std::array<Watched, 2> watched;
    std::size_t phase;
    Stream stream;
    Leg(PortPair pair, std::size_t at, StreamId id, const StreamOptions& options, StreamHost& host,
        Micros now)
        : ports(std::move(pair)),
          watched{{{this, Port::rtp, ports.rtp()}, {this, Port::rtcp, ports.rtcp()}}},
          phase(at),
          stream(id, {ports.rtp(), ports.rtcp()}, options, host, now) {}
  };

  void run();
  void run_commands();
  void sleep_until_next();
  void read_clocks();
  void drain();
  void read(const Watched& from);
  void tick();
  void enter_phase(Leg& leg, std::size_t phase);
  void leave_phase(Leg& leg);
  void watch(Leg& leg);

  void send(int socket, const Address& to, ByteView bytes) override;
  void tell(StreamId stream, Event&& event) override;

  int number_;
  CommandQueue commands_;
  std::shared_ptr<EventQueue> events_;
  std::atomic<int> load_ = 0;
  std::atomic<std::uint64_t> late_ticks_ = 0, failed_sends_ = 0;

  int epoll_ = -1;
  Datagrams datagrams_;
  std::unordered_map<std::uint64_t, std::unique_ptr<Leg>> legs_;
  std::array<std::vector<Leg*>, phases> ticking_;
  std::size_t phase_ = 0;
  Micros now_{}, next_{};
  Time wall_;
  std::vector<StreamEvent> told_;
  std::vector<Command> taken_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace cloudvno::rtp_io
