// One epoll loop and the streams on it: the generators' only thread. What one turn writes to a
// stream goes out in one write at the turn's end.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace cloudvno::bench {

using Moment = std::chrono::steady_clock::time_point;

class Stream;

class Loop {
 public:
  class Handler {
   public:
    virtual ~Handler() = default;
    virtual void on_events(std::uint32_t events) = 0;
  };

  Loop();
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  void add(int fd, std::uint32_t events, Handler& handler);
  void change(int fd, std::uint32_t events, Handler& handler);
  // Handles what is ready, waits for it at most so long, and writes what was sent meanwhile.
  void turn(std::chrono::nanoseconds at_most);
  void will_flush(Stream& stream) { unflushed_.push_back(&stream); }
  void forget(const Stream& stream);  // a stream that goes away

 private:
  int epoll_;
  std::vector<Stream*> unflushed_;
};

// A connected socket, which it owns. Not to be destroyed, nor reset, from within its own on_data or
// on_closed.
class Stream : public Loop::Handler {
 public:
  Stream(Loop& loop, int fd);
  ~Stream() override;
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  void send(std::string_view bytes);
  bool is_closed() const { return closed_; }
  void reset();  // ends it without a word: the peer sees a reset connection
  void flush();
  void on_events(std::uint32_t events) final;

 protected:
  // Answers how many bytes it used; the others come again with more behind them.
  virtual std::size_t on_data(std::string_view data) = 0;
  virtual void on_closed() {}

 private:
  void close();

  Loop& loop_;
  int fd_;
  std::string in_;
  std::string out_;
  bool will_flush_ = false;
  bool waits_to_write_ = false;
  bool closed_ = false;
};

// Accepts connections on a port of 127.0.0.1; throws where it cannot be had.
class Listener : public Loop::Handler {
 public:
  Listener(Loop& loop, std::uint16_t port, std::function<void(int fd)> accepted);
  ~Listener() override;
  void on_events(std::uint32_t events) override;

 private:
  int fd_;
  std::function<void(int)> accepted_;
};

// A connection to a port of 127.0.0.1; throws where there is none.
int connect_to(std::uint16_t port);

}  // namespace cloudvno::bench
