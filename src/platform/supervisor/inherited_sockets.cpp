// Reading what sd_listen_fds(3) describes.
#include "platform/supervisor/inherited_sockets.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <charconv>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <utility>

namespace cloudvno::supervisor {
namespace {

constexpr const char* pid_variable = "LISTEN_PID";
constexpr const char* count_variable = "LISTEN_FDS";
constexpr const char* names_variable = "LISTEN_FDNAMES";

std::optional<std::int64_t> read_number(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < 0) return std::nullopt;
  return number;
}

std::vector<std::string> split_names(std::string_view text) {
  std::vector<std::string> names;
  for (;;) {
    const auto colon = text.find(':');
    names.emplace_back(text.substr(0, colon));
    if (colon == std::string_view::npos) return names;
    text.remove_prefix(colon + 1);
  }
}

std::unexpected<Error> unusable(const std::string& name, std::string_view why) {
  return fail(Errc::invalid_parameter,
              fmt::format("the socket \"{}\" that this program was started with {}", name, why));
}

Result<InheritedSocket> look_at(std::string name, int number) {
  InheritedSocket socket;
  int listens = 0;
  socklen_t size = sizeof listens;
  if (getsockopt(number, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) != 0) {
    return unusable(name, "is no socket");
  }
  // From here on it is ours, to be closed if it is refused.
  socket.descriptor = Descriptor(number);
  int type = 0;
  size = sizeof type;
  getsockopt(number, SOL_SOCKET, SO_TYPE, &type, &size);
  if (listens == 0 || type != SOCK_STREAM) {
    return unusable(name, "does not listen; Accept=no and ListenStream= make one that does");
  }
  sockaddr_storage address{};
  size = sizeof address;
  getsockname(number, reinterpret_cast<sockaddr*>(&address), &size);
  char text[INET6_ADDRSTRLEN] = {};
  if (address.ss_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &address, sizeof v4);
    inet_ntop(AF_INET, &v4.sin_addr, text, sizeof text);
    socket.port = ntohs(v4.sin_port);
  } else if (address.ss_family == AF_INET6) {
    sockaddr_in6 v6{};
    std::memcpy(&v6, &address, sizeof v6);
    inet_ntop(AF_INET6, &v6.sin6_addr, text, sizeof text);
    socket.port = ntohs(v6.sin6_port);
  } else {
    return unusable(name, "is not of TCP; give ListenStream= an address and a port");
  }
  socket.name = std::move(name);
  socket.address = text;
  fcntl(number, F_SETFD, fcntl(number, F_GETFD) | FD_CLOEXEC);
  fcntl(number, F_SETFL, fcntl(number, F_GETFL) | O_NONBLOCK);
  return socket;
}

}  // namespace

Descriptor::~Descriptor() {
  if (number_ >= 0) ::close(number_);
}

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  if (this == &other) return *this;
  if (number_ >= 0) ::close(number_);
  number_ = other.release();
  return *this;
}

int Descriptor::release() {
  return std::exchange(number_, -1);
}

Descriptor Descriptor::duplicate() const {
  return Descriptor(number_ < 0 ? -1 : fcntl(number_, F_DUPFD_CLOEXEC, 3));
}

Result<std::vector<InheritedSocket>> read_inherited_sockets(const Environment& environment,
                                                            std::int64_t self, int first) {
  const char* pid = environment(pid_variable);
  const char* count_text = environment(count_variable);
  std::vector<InheritedSocket> sockets;
  if (!pid || !count_text) return sockets;
  const auto meant = read_number(pid);
  if (!meant) return fail(Errc::invalid_parameter, "LISTEN_PID is no number");
  if (*meant != self) return sockets;
  const auto count = read_number(count_text);
  if (!count || *count > most_inherited_sockets) {
    return fail(Errc::invalid_parameter,
                fmt::format("LISTEN_FDS is no number from 0 to {}", most_inherited_sockets));
  }
  const char* names_text = environment(names_variable);
  const auto names = split_names(names_text ? names_text : "");
  for (int i = 0; i < static_cast<int>(*count); ++i) {
    const auto at = static_cast<std::size_t>(i);
    TRY_ASSIGN(auto socket, look_at(at < names.size() ? names[at] : std::string(), first + i));
    sockets.push_back(std::move(socket));
  }
  return sockets;
}

Result<std::vector<InheritedSocket>> take_inherited_sockets() {
  auto sockets = read_inherited_sockets([](const char* name) { return std::getenv(name); },
                                        static_cast<std::int64_t>(::getpid()));
  for (const auto* name : {pid_variable, count_variable, names_variable}) ::unsetenv(name);
  return sockets;
}

}  // namespace cloudvno::supervisor
