// The datagrams of sd_notify(3).
#include "platform/supervisor/notifier.hpp"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <charconv>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <ctime>

namespace cloudvno::supervisor {
namespace {

std::int64_t number_or_zero(const char* text) {
  std::int64_t number = 0;
  if (text) std::from_chars(text, text + std::strlen(text), number);
  return number;
}

std::int64_t monotonic_microseconds() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1'000'000 + now.tv_nsec / 1'000;
}

// One line a field: what stands in a status must not begin another.
std::string one_line(std::string_view text) {
  std::string line(text);
  for (char& c : line) {
    if (c == '\n') c = ' ';
  }
  return line;
}

}  // namespace

Notifier::Notifier(const Environment& environment, std::int64_t self) {
  const char* path = environment("NOTIFY_SOCKET");
  if (!path || (path[0] != '/' && path[0] != '@')) return;
  path_ = path;
  if (path_.size() >= sizeof(sockaddr_un::sun_path)) return;
  if (path_[0] == '@') path_[0] = '\0';
  socket_ = Descriptor(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  const auto limit = number_or_zero(environment("WATCHDOG_USEC"));
  const char* watched = environment("WATCHDOG_PID");
  if (limit > 0 && (!watched || number_or_zero(watched) == self)) {
    alive_every_ = std::chrono::microseconds(limit / 2);
  }
}

Notifier Notifier::of_this_process() {
  return {[](const char* name) { return std::getenv(name); }, static_cast<std::int64_t>(getpid())};
}

void Notifier::send(std::string_view text, int descriptor) const {
  if (socket_.number() < 0) return;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path_.data(), path_.size());
  iovec piece{const_cast<char*>(text.data()), text.size()};
  msghdr message{};
  message.msg_name = &address;
  message.msg_namelen = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path_.size());
  message.msg_iov = &piece;
  message.msg_iovlen = 1;
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
  if (descriptor >= 0) {
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    std::memcpy(CMSG_DATA(header), &descriptor, sizeof descriptor);
  }
  ::sendmsg(socket_.number(), &message, MSG_NOSIGNAL);
}

void Notifier::ready(std::string_view status) const {
  send(fmt::format("READY=1\nSTATUS={}", one_line(status)));
}

void Notifier::restarting() const {
  send(fmt::format("RELOADING=1\nMONOTONIC_USEC={}\nSTATUS=restarting in place",
                   monotonic_microseconds()));
}

void Notifier::stopping() const {
  send("STOPPING=1\nSTATUS=answering what runs");
}

void Notifier::alive() const {
  send("WATCHDOG=1");
}

void Notifier::keep(const Descriptor& socket, std::string_view name) const {
  send(fmt::format("FDSTORE=1\nFDNAME={}", name), socket.number());
}

void Notifier::forget(std::string_view name) const {
  send(fmt::format("FDSTOREREMOVE=1\nFDNAME={}", name));
}

}  // namespace cloudvno::supervisor
