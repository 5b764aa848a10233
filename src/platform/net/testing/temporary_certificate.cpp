// Makes the certificate and removes it.
#include "platform/net/testing/temporary_certificate.hpp"

#include <cstdlib>
#include <filesystem>
#include <stdexcept>

namespace cloudvno::net::testing {

TemporaryCertificate::TemporaryCertificate() {
  folder_ = (std::filesystem::temp_directory_path() / "cloudvno-certificate-XXXXXX").string();
  if (!mkdtemp(folder_.data())) throw std::runtime_error("no temporary folder");
  paths_ = {folder_ + "/certificate.pem", folder_ + "/key.pem"};
  const auto made = make_local_certificate(paths_, {"extra.example", "192.0.2.1"});
  if (!made) throw std::runtime_error(made.error().detail);
}

TemporaryCertificate::~TemporaryCertificate() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

}  // namespace cloudvno::net::testing
