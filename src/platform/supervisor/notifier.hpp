// Tells who supervises this process what it is doing: datagrams to the socket that NOTIFY_SOCKET
// names, as sd_notify(3) describes them. Without one, nothing is told.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "platform/supervisor/inherited_sockets.hpp"

namespace cloudvno::supervisor {

// Any thread. Never waits: a message that the supervisor has no room for is dropped.
class Notifier {
 public:
  // For the process `self`. The variables stay: a program run in this one's place needs them.
  Notifier(const Environment& environment, std::int64_t self);
  static Notifier of_this_process();

  bool has_supervisor() const { return socket_.number() >= 0; }
  void ready(std::string_view status) const;
  // Before the program is run anew in its place; ready() follows.
  void restarting() const;
  void stopping() const;
  void alive() const;
  // Keeps a listening socket open beyond this process's end, for the next under this name; needs
  // FileDescriptorStoreMax= there.
  void keep(const Descriptor& socket, std::string_view name) const;
  // Ends that for every socket of the name.
  void forget(std::string_view name) const;
  // How often alive() is due: half of what the supervisor waits. Nothing: it does not wait for it.
  std::optional<std::chrono::microseconds> alive_every() const { return alive_every_; }

 private:
  void send(std::string_view text, int descriptor = -1) const;

  Descriptor socket_;
  std::string path_;  // a leading NUL is of an abstract name
  std::optional<std::chrono::microseconds> alive_every_;
};

}  // namespace cloudvno::supervisor
