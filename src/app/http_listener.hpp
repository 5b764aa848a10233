// The HTTP server in front of the API, the site and HTTP carriers: certificate, endpoints, and who
// answers what.
#pragma once

#include <memory>
#include <string>

#include "app/http_carriers.hpp"
#include "app/listening_sockets.hpp"
#include "app/settings.hpp"
#include "app/site.hpp"
#include "domain/api/api.hpp"
#include "domain/messaging/messaging.hpp"
#include "protocol/http_io/server.hpp"

namespace cloudvno::app {

class HttpListener {
 public:
  // Makes the local certificate where none is configured and none is there, or it has ended.
  static Result<std::unique_ptr<HttpListener>> make(const Settings& settings, const Clock& clock,
                                                    api::Api& api, const Site& site,
                                                    HttpCarriers& carriers,
                                                    messaging::Messaging& messaging,
                                                    net::Executor control,
                                                    ListeningSockets& sockets);

  // `sockets` hold what listens from here on.
  Result<> start();
  std::string addresses() const;  // "https://…\nhttp://…\n", after start
  net::Task<> drain();
  void stop();

 private:
  HttpListener(http_io::ServerOptions options, api::Api& api, const Site& site,
               HttpCarriers& carriers, net::Executor control, ListeningSockets& sockets);

  ListeningSockets& sockets_;
  std::vector<http_io::Endpoint> endpoints_;
  http_io::Server server_;
};

}  // namespace cloudvno::app
