// Phones for measurements: one socket, two threads.
#include "generator.hpp"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "base/invariant.hpp"
#include "protocol/rtp/packet.hpp"

namespace cloudvno::bench {
namespace {

constexpr std::size_t packet_size = 172, batch = 64;
constexpr std::int64_t parts = 20;  // of 20 ms

// The clock that the kernel stamps arrivals with.
std::int64_t wall_ns() {
  timespec time;
  ::clock_gettime(CLOCK_REALTIME, &time);
  return time.tv_sec * 1'000'000'000 + time.tv_nsec;
}

double quantile(std::vector<std::int32_t>& values, double q) {
  if (values.empty()) return 0;
  const auto at = static_cast<std::ptrdiff_t>(q * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), values.begin() + at, values.end());
  return values[static_cast<std::size_t>(at)] / 1e3;
}

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

}  // namespace

Generator::Generator() : stream_of_port_(65'536, -1) {
  socket_ = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  const int on = 1, room = 16 << 20;
  ::setsockopt(socket_, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on);
  ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room);
  const timeval deadline{0, 100'000};
  ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &deadline, sizeof deadline);
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  invariant(::bind(socket_, reinterpret_cast<sockaddr*>(&address), size) == 0, "bound");
  ::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size);
  port_ = ntohs(address.sin_port);
}

Generator::~Generator() {
  stop();
  ::close(socket_);
}

void Generator::start(std::vector<std::uint16_t> targets, bool by_ssrc) {
  targets_ = std::move(targets);
  by_ssrc_ = by_ssrc;
  streams_.assign(targets_.size(), {});
  for (std::size_t i = 0; i < targets_.size(); ++i)
    stream_of_port_[targets_[i]] = static_cast<int>(i);
  speaker_ = std::thread([this] { speak(); });
  listener_ = std::thread([this] { listen(); });
}

void Generator::speak() {
  std::array<std::array<std::uint8_t, packet_size>, batch> packets;
  std::array<sockaddr_in, batch> to;
  std::array<iovec, batch> pieces;
  std::array<mmsghdr, batch> messages{};
  for (std::size_t i = 0; i < batch; ++i) {
    packets[i].fill(0x7e);
    pieces[i] = {packets[i].data(), packet_size};
    messages[i].msg_hdr = {&to[i], sizeof to[i], &pieces[i], 1, nullptr, 0, 0};
  }
  const auto count = static_cast<std::int64_t>(targets_.size());
  timespec next;
  ::clock_gettime(CLOCK_MONOTONIC, &next);
  for (std::int64_t slot = 0; !stopping_; ++slot) {
    const std::int64_t part = slot % parts, round = slot / parts;
    std::int64_t i = count * part / parts;
    const std::int64_t end = count * (part + 1) / parts;
    while (i < end) {
      unsigned filled = 0;
      const std::int64_t now = wall_ns();
      for (; i < end && filled < batch; ++i, ++filled) {
        rtp::write_header(
            {0, false, static_cast<std::uint16_t>(round), static_cast<std::uint32_t>(round * 160),
             static_cast<std::uint32_t>(i + 1)},
            std::span<std::uint8_t, rtp::header_size>(packets[filled].data(), 12));
        std::memcpy(packets[filled].data() + 12, &now, sizeof now);
        to[filled] = loopback(targets_[static_cast<std::size_t>(i)]);
      }
      const int sent = ::sendmmsg(socket_, messages.data(), filled, 0);
      if (measuring_ && sent > 0) counts_.sent += static_cast<std::uint64_t>(sent);
    }
    next.tv_nsec += 1'000'000;
    if (next.tv_nsec >= 1'000'000'000) ++next.tv_sec, next.tv_nsec -= 1'000'000'000;
    ::clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &next, nullptr);
  }
}

void Generator::listen() {
  std::array<std::array<std::uint8_t, 256>, batch> packets;
  std::array<std::array<std::uint8_t, 64>, batch> controls;
  std::array<sockaddr_in, batch> from;
  std::array<iovec, batch> pieces;
  std::array<mmsghdr, batch> messages{};
  while (!stopping_) {
    for (std::size_t i = 0; i < batch; ++i) {
      pieces[i] = {packets[i].data(), packets[i].size()};
      messages[i].msg_hdr = {&from[i],           sizeof from[i],     &pieces[i], 1,
                             controls[i].data(), controls[i].size(), 0};
    }
    const int count = ::recvmmsg(socket_, messages.data(), batch, MSG_WAITFORONE, nullptr);
    if (!measuring_) continue;
    for (int k = 0; k < count; ++k) {
      const auto i = static_cast<std::size_t>(k);
      const cmsghdr* item = CMSG_FIRSTHDR(&messages[i].msg_hdr);
      if (item == nullptr) continue;
      timespec time;
      std::memcpy(&time, CMSG_DATA(item), sizeof time);
      heard(packets[i].data(), messages[i].msg_len, ntohs(from[i].sin_port),
            time.tv_sec * 1'000'000'000 + time.tv_nsec);
    }
  }
}

void Generator::heard(const std::uint8_t* bytes, std::size_t size, std::uint16_t from,
                      std::int64_t at_ns) {
  const auto packet = rtp::parse_packet({bytes, size});
  if (!packet || size != packet_size) return;
  const std::int64_t index =
      by_ssrc_ ? static_cast<std::int64_t>(packet->ssrc) - 1 : stream_of_port_[from];
  if (index < 0 || index >= static_cast<std::int64_t>(streams_.size())) return;
  Stream& stream = streams_[static_cast<std::size_t>(index)];
  ++counts_.received;
  if (stream.begun) {
    const int missed = rtp::ahead(packet->sequence, stream.next);
    if (missed > 0) counts_.lost += static_cast<std::uint64_t>(missed);
    if (missed < 0 && counts_.lost > 0) --counts_.lost;
    gaps_us_.push_back(static_cast<std::int32_t>((at_ns - stream.last_ns) / 1'000));
  }
  std::int64_t spoken = 0;
  std::memcpy(&spoken, packet->payload.data(), sizeof spoken);
  // Not a prompt: those bytes are no time of the last seconds.
  if (spoken < at_ns && at_ns - spoken < 10'000'000'000)
    delays_us_.push_back(static_cast<std::int32_t>((at_ns - spoken) / 1'000));
  stream.begun = true;
  stream.next = static_cast<std::uint16_t>(packet->sequence + 1);
  stream.last_ns = at_ns;
}

Heard Generator::stop() {
  stopping_ = true;
  if (speaker_.joinable()) speaker_.join();
  if (listener_.joinable()) listener_.join();
  counts_.gap_p999_ms = quantile(gaps_us_, 0.999);
  counts_.gap_most_ms = quantile(gaps_us_, 1);
  counts_.delay_p50_ms = quantile(delays_us_, 0.5);
  counts_.delay_p99_ms = quantile(delays_us_, 0.99);
  return counts_;
}

}  // namespace cloudvno::bench
