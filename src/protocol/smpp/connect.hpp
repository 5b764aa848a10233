// Opening a connection to an SMSC: name, TCP, TLS.
#pragma once

#include <boost/asio/ssl/context.hpp>
#include <memory>
#include <string>

#include "platform/net/resolver.hpp"
#include "platform/net/task.hpp"
#include "protocol/smpp/transport.hpp"

namespace cloudvno::smpp {

struct ConnectTarget {
  std::string host{};  // a name or an address
  std::uint16_t port = 2775;
  // If set, TLS 1.3, and the certificate has to carry `host`. Outlives its use; says which
  // authorities are trusted.
  boost::asio::ssl::context* tls = nullptr;
};

struct Connected {
  std::unique_ptr<Transport> transport;  // null: `problem` says why, without names or addresses
  std::string problem;
};

// Tries each address of the name. Has no deadline of its own: cancel it. Runs on the caller's
// executor; `resolver` stays until it ends.
net::Task<Connected> connect(net::Resolver& resolver, ConnectTarget target);

}  // namespace cloudvno::smpp
