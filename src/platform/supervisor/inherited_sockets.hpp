// Listening sockets that were open before this program began, as sd_listen_fds(3) describes their
// passing: LISTEN_PID names this process, LISTEN_FDS counts descriptors from 3 on, LISTEN_FDNAMES
// names them, separated by colons.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace cloudvno::supervisor {

// A descriptor that is closed unless it is released.
class Descriptor {
 public:
  explicit Descriptor(int number = -1) : number_(number) {}
  ~Descriptor();
  Descriptor(Descriptor&& other) noexcept : number_(other.release()) {}
  Descriptor& operator=(Descriptor&& other) noexcept;

  int number() const { return number_; }
  int release();  // the caller's from now on
  // Another one of the same socket, closed on exec; -1 where there are no descriptors left.
  Descriptor duplicate() const;

 private:
  int number_;
};

struct InheritedSocket {
  std::string name;
  std::string address;  // "0.0.0.0", "::1"
  std::uint16_t port = 0;
  Descriptor descriptor;
};

// At most so many are taken; a service needs a handful, one a thread at most.
inline constexpr int most_inherited_sockets = 256;

using Environment = std::function<const char*(const char*)>;

// Those that were passed to the process `self`; none where the variables are not there or name
// another process. Refuses (Errc::invalid_parameter) numbers that are none and descriptors that are
// no listening TCP sockets. They are closed on exec and non-blocking from here. `first` is 3 but in
// tests.
Result<std::vector<InheritedSocket>> read_inherited_sockets(const Environment& environment,
                                                            std::int64_t self, int first = 3);
// The same from this process's own environment, whose three variables are then removed, so that
// children do not take them for theirs. Once, before threads start.
Result<std::vector<InheritedSocket>> take_inherited_sockets();

}  // namespace cloudvno::supervisor
