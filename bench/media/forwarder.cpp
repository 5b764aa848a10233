// The least that forwarding costs: recvmmsg and sendmmsg of one socket, and nothing else.
#include "forwarder.hpp"

#include <arpa/inet.h>
#include <pthread.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <array>

#include "base/invariant.hpp"

namespace cloudvno::bench {

Forwarder::Forwarder() {
  socket_ = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  const int room = 16 << 20;
  ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  invariant(::bind(socket_, reinterpret_cast<sockaddr*>(&address), size) == 0, "bound");
  ::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size);
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { run(); });
}

Forwarder::~Forwarder() {
  stopping_ = true;
  thread_.join();
  ::close(socket_);
}

void Forwarder::run() {
  constexpr std::size_t batch = 64;
  ::pthread_setname_np(::pthread_self(), "bare");
  std::array<std::array<std::uint8_t, 1'600>, batch> packets;
  std::array<sockaddr_in, batch> from;
  std::array<iovec, batch> pieces;
  std::array<mmsghdr, batch> messages{};
  timespec next;
  ::clock_gettime(CLOCK_MONOTONIC, &next);
  while (!stopping_) {
    int count = batch;
    while (count == static_cast<int>(batch)) {
      for (std::size_t i = 0; i < batch; ++i) {
        pieces[i] = {packets[i].data(), packets[i].size()};
        messages[i].msg_hdr = {&from[i], sizeof from[i], &pieces[i], 1, nullptr, 0, 0};
      }
      count = ::recvmmsg(socket_, messages.data(), batch, MSG_DONTWAIT, nullptr);
      for (int i = 0; i < count; ++i)
        pieces[static_cast<std::size_t>(i)].iov_len = messages[static_cast<std::size_t>(i)].msg_len;
      if (count > 0) ::sendmmsg(socket_, messages.data(), static_cast<unsigned>(count), 0);
    }
    next.tv_nsec += 5'000'000;
    if (next.tv_nsec >= 1'000'000'000) ++next.tv_sec, next.tv_nsec -= 1'000'000'000;
    ::clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &next, nullptr);
  }
}

}  // namespace cloudvno::bench
