// Sorting the sockets of other lives.
#include "app/listening_sockets.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>

namespace cloudvno::app {
namespace {

constexpr std::string_view kept = "kept-";

std::string_view plain_name(std::string_view name) {
  return name.starts_with(kept) ? name.substr(kept.size()) : name;
}

// Addresses have many spellings ("::1", "0:0::1").
bool same_address(const std::string& left, const std::string& right) {
  in6_addr a{};
  in6_addr b{};
  const int family = left.find(':') == std::string::npos ? AF_INET : AF_INET6;
  return inet_pton(family, left.c_str(), &a) == 1 && inet_pton(family, right.c_str(), &b) == 1 &&
         std::equal(std::begin(a.s6_addr), std::end(a.s6_addr), std::begin(b.s6_addr));
}

bool is_loopback(const std::string& address) {
  return address.starts_with("127.") || address == "::1";
}

}  // namespace

Result<ListeningSockets> ListeningSockets::sort(
    std::vector<supervisor::InheritedSocket> inherited) {
  for (const auto& socket : inherited) {
    const auto name = plain_name(socket.name);
    if (name != "https" && name != "http") {
      return fail(Errc::invalid_parameter,
                  fmt::format("a socket named \"{}\" was passed to this program; it knows the "
                              "names https and http (FileDescriptorName= in a systemd socket "
                              "unit)",
                              socket.name));
    }
    if (name == "http" && !is_loopback(socket.address)) {
      return fail(Errc::invalid_parameter,
                  fmt::format("the socket \"http\" listens on {}: plain HTTP is for this machine "
                              "only, on 127.0.0.1 or ::1",
                              socket.address));
    }
  }
  ListeningSockets sorted;
  sorted.inherited_ = std::move(inherited);
  return sorted;
}

bool ListeningSockets::is_given(std::string_view name) const {
  return std::ranges::find(inherited_, name, &supervisor::InheritedSocket::name) !=
         inherited_.end();
}

http_io::Endpoint ListeningSockets::endpoint(std::string name, std::string address,
                                             std::int64_t port, bool tls) {
  http_io::Endpoint found{std::move(address), static_cast<std::uint16_t>(port), tls, {}};
  const auto kept_name = std::string(kept) + name;
  const bool given = is_given(name);
  for (auto& socket : inherited_) {
    const bool fits = given ? socket.name == name
                            : socket.name == kept_name &&
                                  same_address(socket.address, found.address) &&
                                  (port == 0 || socket.port == port);
    if (!fits) continue;
    if (given) found.address = socket.address;
    found.port = socket.port;
    found.sockets.push_back(socket.descriptor.release());
  }
  names_.push_back(given ? std::move(name) : kept_name);
  return found;
}

std::vector<http_io::Endpoint> ListeningSockets::endpoints(const Settings& settings) {
  std::vector<http_io::Endpoint> all;
  names_.clear();
  all.push_back(endpoint("https", settings.http_address, settings.http_port, true));
  if (settings.http_plain_port != 0 || is_given("http")) {
    all.push_back(endpoint("http", "127.0.0.1", settings.http_plain_port, false));
  }
  inherited_.clear();
  return all;
}

void ListeningSockets::hold(const std::vector<std::vector<int>>& sockets) {
  for (std::size_t i = 0; i < sockets.size(); ++i) {
    for (const int number : sockets[i]) {
      supervisor::Descriptor listening(number);
      held_.push_back({names_[i], {}, 0, listening.duplicate()});
      listening.release();
    }
  }
}

void ListeningSockets::keep_beyond_this_life(const supervisor::Notifier& notifier) const {
  if (!notifier.has_supervisor()) return;
  for (const auto* name : {"kept-https", "kept-http"}) notifier.forget(name);
  for (const auto& socket : held_) {
    if (socket.name.starts_with(kept)) notifier.keep(socket.descriptor, socket.name);
  }
}

}  // namespace cloudvno::app
