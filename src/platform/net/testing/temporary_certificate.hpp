// A self-signed certificate in a folder of its own, for tests of TLS.
#pragma once

#include "platform/net/tls.hpp"

namespace cloudvno::net::testing {

// For localhost, 127.0.0.1, ::1, extra.example and 192.0.2.1. Its folder goes with it.
class TemporaryCertificate {
 public:
  TemporaryCertificate();
  ~TemporaryCertificate();
  TemporaryCertificate(const TemporaryCertificate&) = delete;
  TemporaryCertificate& operator=(const TemporaryCertificate&) = delete;

  const CertificatePaths& paths() const { return paths_; }

 private:
  std::string folder_;
  CertificatePaths paths_;
};

}  // namespace cloudvno::net::testing
