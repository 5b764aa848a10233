// One stream to or from another SIP element (RFC 3261 section 18).
#pragma once

#include <array>
#include <deque>
#include <memory>
#include <string>

#include "base/clock.hpp"
#include "protocol/sip/transport.hpp"
#include "protocol/sip_io/framing.hpp"
#include "protocol/sip_io/stream.hpp"

namespace cloudvno::sip {

struct ConnectionLimits {
  FramingLimits framing;
  std::size_t unsent_bytes = 1 << 20;                 // beyond it a message counts as not sent
  Micros message_timeout = std::chrono::seconds(10);  // for the rest of a message that began
  Micros write_timeout = std::chrono::seconds(10);
  // Without a byte from the other side; calls are longer than their silence, so it is long.
  Micros idle_timeout = std::chrono::minutes(60);
  // How often an empty line goes out on a stream that we opened (RFC 5626 section 4.4.1).
  Micros keep_alive = std::chrono::seconds(95);
};

class Connection;

class ConnectionOwner {
 public:
  virtual ~ConnectionOwner() = default;
  virtual void on_message(Connection& connection, std::string_view bytes) = 0;
  // Once; the connection is closed.
  virtual void on_closed(Connection& connection) = 0;
  virtual void on_unsent(std::uint64_t tag) = 0;
};

// Waits for open(), or close() where there is no way there; what is sent meanwhile waits in its
// queue. Shared by its owner and the read and write under way. Runs on one thread.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  // `peer.connection` is its number. `owner` lives until on_closed or leave().
  Connection(ConnectionOwner& owner, const Clock& clock, const ConnectionLimits& limits, Peer peer,
             bool ours);

  const Peer& peer() const { return peer_; }
  bool is_ours() const { return ours_; }  // we opened it

  void open(std::unique_ptr<Stream> stream);
  // False: it is closed, or its queue is full.
  bool send(std::string_view bytes, std::uint64_t tag);
  void close();
  // Closes without telling the owner.
  void leave();
  // Its deadlines and keep-alive; called about once a second.
  void look_at_clock();

 private:
  void read();
  void write();
  void take(std::size_t bytes);

  ConnectionOwner* owner_;
  const Clock& clock_;
  ConnectionLimits limits_;
  Peer peer_;
  bool ours_;
  bool closed_ = false;
  std::unique_ptr<Stream> stream_;
  Framing framing_;
  std::array<char, 8'192> input_;
  struct Waiting {
    std::string bytes;
    std::uint64_t tag;
  };
  std::deque<Waiting> unsent_;  // the first is being written
  std::size_t unsent_bytes_ = 0;
  bool writing_ = false;
  Micros last_read_, last_ping_, write_began_, part_began_;
};

}  // namespace cloudvno::sip
