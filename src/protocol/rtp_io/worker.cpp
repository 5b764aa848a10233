// A media thread: its streams, their sockets, and the clock that drives them.
#include "protocol/rtp_io/worker.hpp"

#include <pthread.h>
#include <sched.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <stdexcept>

#include "base/invariant.hpp"

namespace cloudvno::rtp_io {
namespace {

constexpr Micros slot = std::chrono::milliseconds(5);
constexpr Micros most_behind = std::chrono::milliseconds(60);
constexpr int most_ready = 512;

// A tick that is late is heard; so these threads go first where the system allows it.
void go_first(int number) {
  ::pthread_setname_np(::pthread_self(), fmt::format("media-{}", number).c_str());
  const sched_param param{};
  ::pthread_setschedparam(::pthread_self(), SCHED_OTHER, &param);
  ::setpriority(PRIO_PROCESS, static_cast<id_t>(::syscall(SYS_gettid)), -15);
}

Micros monotonic() {
  timespec time;
  ::clock_gettime(CLOCK_MONOTONIC, &time);
  return std::chrono::seconds(time.tv_sec) + Micros(time.tv_nsec / 1'000);
}

}  // namespace

Worker::Worker(int number, std::size_t command_capacity, std::shared_ptr<EventQueue> events)
    : number_(number),
      commands_(command_capacity),
      events_(std::move(events)),
      epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
  if (epoll_ < 0) throw std::runtime_error("epoll_create1 failed");
  read_clocks();
  thread_ = std::thread([this] { run(); });
}

Worker::~Worker() {
  commands_.push([](Worker* worker) { worker->stop(); }, true);
  thread_.join();
  ::close(epoll_);
}

void Worker::run() {
  go_first(number_);
  while (!stopping_) {
    if (legs_.empty()) {
      events_->push(told_);
      commands_.wait();
      read_clocks();
      next_ = now_;
    } else {
      sleep_until_next();
    }
    run_commands();
    drain();
    tick();
    events_->push(told_);
  }
  for (auto& [id, leg] : legs_) leg->stream.close(now_, wall_);
}

void Worker::read_clocks() {
  now_ = monotonic();
  wall_ = std::chrono::time_point_cast<Micros>(std::chrono::system_clock::now());
}

void Worker::sleep_until_next() {
  next_ += slot;
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(next_);
  const timespec until{seconds.count(), (next_ - seconds).count() * 1'000};
  while (::clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, nullptr) == EINTR) {
  }
  read_clocks();
  if (now_ - next_ > most_behind) {
    ++late_ticks_;
    next_ = now_;
  }
}

void Worker::run_commands() {
  commands_.take(taken_);
  for (Command& command : taken_) command(this);
  taken_.clear();
}

void Worker::drain() {
  std::array<epoll_event, most_ready> ready;
  // A flood must not stop the clock: after so many rounds the rest waits for the next slot.
  for (std::size_t round = 0; round <= legs_.size() / (most_ready / 2); ++round) {
    const int count = ::epoll_wait(epoll_, ready.data(), most_ready, 0);
    for (int i = 0; i < count; ++i) {
      read(*static_cast<const Watched*>(ready[static_cast<std::size_t>(i)].data.ptr));
    }
    if (count < most_ready) return;
  }
}

void Worker::read(const Watched& from) {
  const std::size_t count = datagrams_.read(from.socket);
  for (std::size_t i = 0; i < count; ++i) {
    // Of the wall clock only the difference counts, and not one of somebody setting it.
    const Micros ago =
        std::clamp(wall_ - datagrams_.arrival(i, wall_), Micros(-5'000), Micros(1'000'000));
    from.leg->stream.receive(from.port, datagrams_.bytes(i), datagrams_.from(i), now_ - ago, now_,
                             wall_);
  }
}

void Worker::tick() {
  std::vector<Leg*>& legs = ticking_[phase_];
  phase_ = (phase_ + 1) % phases;
  for (Leg* leg : legs) leg->stream.listen(now_);
  for (Leg* leg : legs) leg->stream.send(now_, wall_);
}

void Worker::enter_phase(Leg& leg, std::size_t phase) {
  leg.phase = phase;
  ticking_[phase].push_back(&leg);
}

void Worker::leave_phase(Leg& leg) {
  std::erase(ticking_[leg.phase], &leg);
}

void Worker::watch(Leg& leg) {
  for (Watched& watched : leg.watched) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.ptr = &watched;
    invariant(::epoll_ctl(epoll_, EPOLL_CTL_ADD, watched.socket, &event) == 0,
              "a socket can be watched");
  }
}

void Worker::add(StreamId id, PortPair ports, const StreamOptions& options) {
  const auto least = std::ranges::min_element(ticking_, {}, &std::vector<Leg*>::size);
  const auto phase = static_cast<std::size_t>(least - ticking_.begin());
  auto leg = std::make_unique<Leg>(std::move(ports), phase, id, options,
                                   static_cast<StreamHost&>(*this), now_);
  watch(*leg);
  enter_phase(*leg, phase);
  legs_.emplace(id.value, std::move(leg));
}

void Worker::remove(StreamId id) {
  const auto found = legs_.find(id.value);
  if (found == legs_.end()) return;
  found->second->stream.close(now_, wall_);
  leave_phase(*found->second);
  // Closing the sockets takes them out of the epoll set.
  legs_.erase(found);
  --load_;
}

Stream* Worker::find(StreamId id) {
  const auto found = legs_.find(id.value);
  return found == legs_.end() ? nullptr : &found->second->stream;
}

void Worker::bridge(StreamId a, StreamId b) {
  const auto first = legs_.find(a.value), second = legs_.find(b.value);
  if (first == legs_.end() || second == legs_.end()) return;
  first->second->stream.bridge(second->second->stream);
  // A recording takes both legs' frames of one tick.
  leave_phase(*second->second);
  enter_phase(*second->second, first->second->phase);
}

void Worker::send(int socket, const Address& to, ByteView bytes) {
  // A full socket buffer loses the packet, as the network would.
  if (::sendto(socket, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL, to.data(),
               to.size()) < 0) {
    failed_sends_.fetch_add(1, std::memory_order_relaxed);
  }
}

void Worker::tell(StreamId stream, Event&& event) {
  told_.push_back({stream, std::move(event)});
}

}  // namespace cloudvno::rtp_io
