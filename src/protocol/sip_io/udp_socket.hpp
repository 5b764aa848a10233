// SIP's datagrams, in batches.
#pragma once

#include <boost/asio/ip/udp.hpp>
#include <functional>
#include <memory>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "platform/net/task.hpp"

namespace cloudvno::sip {

// `waited`: how long it lay in the kernel's buffer.
using Datagram = std::function<void(std::string_view bytes,
                                    const boost::asio::ip::udp::endpoint& from, Micros waited)>;

// Receives at most `turn` datagrams before others on the thread have theirs, so that a flood does
// not stop the time. Where the kernel's buffer is full a datagram to be sent is dropped: SIP sends
// it again.
class UdpSocket {
 public:
  static constexpr std::size_t turn = 64;

  UdpSocket(net::Executor executor, Datagram on_datagram);
  ~UdpSocket();

  Result<> open(const boost::asio::ip::udp::endpoint& at);
  std::uint16_t port() const;
  // False: it is too long for a datagram, or there is no way there.
  bool send(std::string_view bytes, const boost::asio::ip::address& address, std::uint16_t port);
  void close();

 private:
  struct Batch;
  void wait();
  void receive();

  boost::asio::ip::udp::socket socket_;
  Datagram on_datagram_;
  // Shared with the wait under way, which looks whether the socket is still there.
  std::shared_ptr<bool> alive_;
  std::unique_ptr<Batch> batch_;
  bool is_v6_ = false;
};

}  // namespace cloudvno::sip
