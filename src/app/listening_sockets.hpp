// Which sockets the HTTP listeners take over from whoever started the program, and which they leave
// for the next life of it.
//
// A socket named "https" or "http" comes from the operator (a systemd socket unit with
// FileDescriptorName=, or a script) and says itself where to listen, whatever the settings say. One
// named "kept-https" or "kept-http" was opened by this program in an earlier life: it is taken
// where it is still where the settings want it.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "app/settings.hpp"
#include "platform/supervisor/inherited_sockets.hpp"
#include "platform/supervisor/notifier.hpp"
#include "protocol/http_io/server.hpp"

namespace cloudvno::app {

class ListeningSockets {
 public:
  // Refuses (Errc::invalid_parameter) names that it does not know, and a socket for plain HTTP that
  // other machines could reach.
  static Result<ListeningSockets> sort(std::vector<supervisor::InheritedSocket> inherited);

  // The endpoints of the settings, with the sockets that there are for them: HTTPS, then plain HTTP
  // where it is on. Sockets for which there is no use are closed.
  std::vector<http_io::Endpoint> endpoints(const Settings& settings);
  // In the order of endpoints(): what listens now. From here on this holds duplicates.
  void hold(const std::vector<std::vector<int>>& sockets);
  // Puts those that the program opened itself into the supervisor's keeping, and those of earlier
  // settings out of it.
  void keep_beyond_this_life(const supervisor::Notifier& notifier) const;
  // Gives up what it holds: a port is closed with the server that listens on it.
  std::vector<supervisor::InheritedSocket> release() { return std::exchange(held_, {}); }

 private:
  bool is_given(std::string_view name) const;
  http_io::Endpoint endpoint(std::string name, std::string address, std::int64_t port, bool tls);

  std::vector<supervisor::InheritedSocket> inherited_;
  std::vector<std::string> names_;  // of the endpoints' sockets
  std::vector<supervisor::InheritedSocket> held_;
};

}  // namespace cloudvno::app
