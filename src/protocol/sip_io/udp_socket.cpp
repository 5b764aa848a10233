// recvmmsg(2) on Asio's reactor.
#include "protocol/sip_io/udp_socket.hpp"

#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <vector>

namespace cloudvno::sip {

namespace asio = boost::asio;
using asio::ip::udp;

namespace {

constexpr std::size_t batch_size = 16;
constexpr std::size_t largest = 65'536;
constexpr int kernel_buffer = 4 << 20;  // a burst of some thousand messages

// An IPv4 address on a socket of both versions is written as it is everywhere else.
asio::ip::address plain(const asio::ip::address& address) {
  if (address.is_v6() && address.to_v6().is_v4_mapped())
    return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
  return address;
}

// Beyond what net.core.rmem_max grants where we may, as under root; else as much as it does.
void make_room(int socket) {
  const int size = kernel_buffer;
  if (::setsockopt(socket, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size) != 0)
    ::setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
  if (::setsockopt(socket, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof size) != 0)
    ::setsockopt(socket, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
}

Micros wall_now() {
  return std::chrono::duration_cast<Micros>(std::chrono::system_clock::now().time_since_epoch());
}

// Since the kernel had it, by the kernel's stamp; none where there is no stamp, or the clock moved.
Micros waited_since(const msghdr& message, Micros now) {
  for (const cmsghdr* item = CMSG_FIRSTHDR(&message); item != nullptr;
       item = CMSG_NXTHDR(const_cast<msghdr*>(&message), const_cast<cmsghdr*>(item))) {
    if (item->cmsg_level != SOL_SOCKET || item->cmsg_type != SO_TIMESTAMPNS) continue;
    timespec stamp{};
    std::memcpy(&stamp, CMSG_DATA(item), sizeof stamp);
    const Micros came = std::chrono::seconds(stamp.tv_sec) + Micros(stamp.tv_nsec / 1'000);
    return std::max(Micros::zero(), now - came);
  }
  return Micros::zero();
}

}  // namespace

struct UdpSocket::Batch {
  std::vector<char> bytes = std::vector<char>(batch_size * largest);
  std::array<mmsghdr, batch_size> messages{};
  std::array<iovec, batch_size> parts{};
  std::array<sockaddr_storage, batch_size> from{};
  struct alignas(cmsghdr) Control {
    std::array<char, 64> bytes;
  };
  std::array<Control, batch_size> controls{};
};

UdpSocket::UdpSocket(net::Executor executor, Datagram on_datagram)
    : socket_(executor),
      on_datagram_(std::move(on_datagram)),
      alive_(std::make_shared<bool>(true)),
      batch_(std::make_unique<Batch>()) {}

UdpSocket::~UdpSocket() {
  close();
  *alive_ = false;
}

Result<> UdpSocket::open(const udp::endpoint& at) {
  boost::system::error_code fault_code;
  is_v6_ = at.address().is_v6();
  socket_.open(at.protocol(), fault_code);
  if (!fault_code) socket_.bind(at, fault_code);
  if (!fault_code) socket_.non_blocking(true, fault_code);
  if (fault_code) return fault("sip: UDP: " + fault_code.message());
  make_room(socket_.native_handle());
  const int on = 1;
  ::setsockopt(socket_.native_handle(), SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on);
  wait();
  return {};
}

std::uint16_t UdpSocket::port() const {
  boost::system::error_code ignored;
  return socket_.local_endpoint(ignored).port();
}

void UdpSocket::wait() {
  socket_.async_wait(udp::socket::wait_read,
                     [this, alive = alive_](boost::system::error_code fault_code) {
                       if (fault_code || !*alive || !socket_.is_open()) return;
                       receive();
                     });
}

void UdpSocket::receive() {
  auto alive = alive_;
  for (std::size_t taken = 0; taken < turn;) {
    for (std::size_t at = 0; at < batch_size; ++at) {
      batch_->parts[at] = {batch_->bytes.data() + at * largest, largest};
      batch_->messages[at].msg_hdr = {.msg_name = &batch_->from[at],
                                      .msg_namelen = sizeof(sockaddr_storage),
                                      .msg_iov = &batch_->parts[at],
                                      .msg_iovlen = 1,
                                      .msg_control = batch_->controls[at].bytes.data(),
                                      .msg_controllen = batch_->controls[at].bytes.size(),
                                      .msg_flags = 0};
    }
    int count = ::recvmmsg(socket_.native_handle(), batch_->messages.data(), batch_size,
                           MSG_DONTWAIT, nullptr);
    if (count <= 0) break;  // nothing is left, or a fault of one datagram's way (ICMP)
    const Micros now = wall_now();
    for (int at = 0; at < count; ++at) {
      auto index = static_cast<std::size_t>(at);
      udp::endpoint from;
      std::size_t length = batch_->messages[index].msg_hdr.msg_namelen;
      if (length > from.capacity()) continue;
      std::memcpy(from.data(), &batch_->from[index], length);
      from.resize(length);
      from.address(plain(from.address()));
      on_datagram_({batch_->bytes.data() + index * largest, batch_->messages[index].msg_len}, from,
                   waited_since(batch_->messages[index].msg_hdr, now));
      if (!*alive || !socket_.is_open()) return;
    }
    taken += static_cast<std::size_t>(count);
    if (static_cast<std::size_t>(count) < batch_size) break;
  }
  wait();
}

bool UdpSocket::send(std::string_view bytes, const asio::ip::address& address, std::uint16_t port) {
  if (!socket_.is_open() || port == 0) return false;
  asio::ip::address to = address;
  if (is_v6_ && address.is_v4())
    to = asio::ip::make_address_v6(asio::ip::v4_mapped, address.to_v4());
  if (to.is_v6() != is_v6_) return false;
  boost::system::error_code fault_code;
  socket_.send_to(asio::buffer(bytes.data(), bytes.size()), udp::endpoint(to, port), 0, fault_code);
  return !fault_code || fault_code == asio::error::would_block ||
         fault_code == asio::error::connection_refused;
}

void UdpSocket::close() {
  boost::system::error_code ignored;
  socket_.close(ignored);
}

}  // namespace cloudvno::sip
