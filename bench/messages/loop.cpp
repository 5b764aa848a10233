// One epoll loop and the streams on it.
#include "loop.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

namespace cloudvno::bench {
namespace {

int checked(int result, const char* what) {
  if (result < 0) throw std::system_error(errno, std::generic_category(), what);
  return result;
}

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

void send_at_once(int fd) {
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

}  // namespace

Loop::Loop() : epoll_(checked(::epoll_create1(EPOLL_CLOEXEC), "epoll")) {}

Loop::~Loop() {
  ::close(epoll_);
}

void Loop::add(int fd, std::uint32_t events, Handler& handler) {
  epoll_event event{events, {&handler}};
  checked(::epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event), "epoll_ctl");
}

void Loop::change(int fd, std::uint32_t events, Handler& handler) {
  epoll_event event{events, {&handler}};
  checked(::epoll_ctl(epoll_, EPOLL_CTL_MOD, fd, &event), "epoll_ctl");
}

void Loop::forget(const Stream& stream) {
  std::erase(unflushed_, &stream);
}

void Loop::turn(std::chrono::nanoseconds at_most) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(at_most);
  const timespec wait{seconds.count(), (at_most - seconds).count()};
  std::array<epoll_event, 256> events;
  const int count = ::epoll_pwait2(epoll_, events.data(), events.size(), &wait, nullptr);
  for (int i = 0; i < count; ++i) {
    static_cast<Handler*>(events[i].data.ptr)->on_events(events[i].events);
  }
  for (std::size_t i = 0; i < unflushed_.size(); ++i) unflushed_[i]->flush();
  unflushed_.clear();
}

Stream::Stream(Loop& loop, int fd) : loop_(loop), fd_(fd) {
  send_at_once(fd);
  loop_.add(fd, EPOLLIN, *this);
}

Stream::~Stream() {
  loop_.forget(*this);
  if (!closed_) ::close(fd_);
}

void Stream::send(std::string_view bytes) {
  out_ += bytes;
  if (will_flush_ || closed_) return;
  will_flush_ = true;
  loop_.will_flush(*this);
}

void Stream::flush() {
  will_flush_ = false;
  if (closed_ || out_.empty()) return;
  const auto written = ::send(fd_, out_.data(), out_.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  if (written < 0 && errno != EAGAIN) return close();
  if (written > 0) out_.erase(0, static_cast<std::size_t>(written));
  if (out_.empty() == waits_to_write_) {
    waits_to_write_ = !waits_to_write_;
    loop_.change(fd_, waits_to_write_ ? EPOLLIN | EPOLLOUT : EPOLLIN, *this);
  }
}

void Stream::on_events(std::uint32_t events) {
  if (closed_) return;
  if ((events & EPOLLOUT) != 0) flush();
  if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) == 0) return;
  std::array<char, 65536> piece;
  const auto count = ::recv(fd_, piece.data(), piece.size(), MSG_DONTWAIT);
  if (count < 0 && errno == EAGAIN) return;
  if (count <= 0) return close();
  const std::string_view data(piece.data(), static_cast<std::size_t>(count));
  if (in_.empty()) {
    in_ = data.substr(on_data(data));
  } else {
    in_ += data;
    in_.erase(0, on_data(in_));
  }
}

void Stream::reset() {
  if (closed_) return;
  const linger at_once{1, 0};
  ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  close();
}

void Stream::close() {
  if (closed_) return;
  closed_ = true;
  ::close(fd_);
  on_closed();
}

Listener::Listener(Loop& loop, std::uint16_t port, std::function<void(int)> accepted)
    : fd_(checked(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), "socket")),
      accepted_(std::move(accepted)) {
  const int on = 1;
  ::setsockopt(fd_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  const auto address = loopback(port);
  checked(::bind(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address), "bind");
  checked(::listen(fd_, 1024), "listen");
  loop.add(fd_, EPOLLIN, *this);
}

Listener::~Listener() {
  ::close(fd_);
}

void Listener::on_events(std::uint32_t) {
  while (true) {
    const int fd = ::accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0) return;
    accepted_(fd);
  }
}

int connect_to(std::uint16_t port) {
  const int fd = checked(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket");
  const auto address = loopback(port);
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    const int error = errno;
    ::close(fd);
    throw std::system_error(error, std::generic_category(), "connect");
  }
  return fd;
}

}  // namespace cloudvno::bench
