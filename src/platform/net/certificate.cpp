// Self-signed certificates for a first start, and when certificates end (RFC 5280).
#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/ip/address.hpp>
#include <cstdio>
#include <memory>

#include "base/random.hpp"
#include "platform/net/tls.hpp"

namespace cloudvno::net {
namespace {

template <auto release>
struct Free {
  template <class T>
  void operator()(T* object) const {
    release(object);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Free<X509_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Free<X509_EXTENSION_free>>;
using Bio = std::unique_ptr<BIO, Free<BIO_free>>;

constexpr long valid_seconds = 365L * 24 * 3600;

// "DNS:localhost,IP:::1"; a name that is neither is left out.
std::string alternative_names(const std::vector<std::string>& names) {
  std::string out = "DNS:localhost,IP:127.0.0.1,IP:::1";
  for (const auto& name : names) {
    boost::system::error_code no_address;
    boost::asio::ip::make_address(name, no_address);
    const bool plain = !name.empty() && name.find_first_not_of(
                                            "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                            "0123456789-.*:") == std::string::npos;
    if (!no_address) {
      out += ",IP:" + name;
    } else if (plain && name.find(':') == std::string::npos) {
      out += ",DNS:" + name;
    }
  }
  return out;
}

bool add_extension(X509* certificate, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  const Extension extension(X509V3_EXT_nconf_nid(nullptr, &context, kind, value.c_str()));
  return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

Certificate make_certificate(EVP_PKEY* key, const std::vector<std::string>& names) {
  Certificate certificate(X509_new());
  auto* x509 = certificate.get();
  if (!x509 || X509_set_version(x509, X509_VERSION_3) != 1) return nullptr;
  const auto serial = random_u64() >> 1;
  if (ASN1_INTEGER_set_uint64(X509_get_serialNumber(x509), serial) != 1) return nullptr;
  // A little in the past, for peers whose clock is behind.
  X509_gmtime_adj(X509_getm_notBefore(x509), -300);
  X509_gmtime_adj(X509_getm_notAfter(x509), valid_seconds);
  auto* subject = X509_get_subject_name(x509);
  const auto* common_name = reinterpret_cast<const unsigned char*>("localhost");
  if (X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, common_name, -1, -1, 0) != 1 ||
      X509_set_issuer_name(x509, subject) != 1 || X509_set_pubkey(x509, key) != 1 ||
      !add_extension(x509, NID_basic_constraints, "critical,CA:FALSE") ||
      !add_extension(x509, NID_key_usage, "critical,digitalSignature") ||
      !add_extension(x509, NID_ext_key_usage, "serverAuth") ||
      !add_extension(x509, NID_subject_alt_name, alternative_names(names)) ||
      X509_sign(x509, key, EVP_sha256()) == 0)
    return nullptr;
  return certificate;
}

// Whole or not at all: written beside and renamed, and never readable by others, not even at first.
Result<> write_file(const std::string& path, BIO* content, mode_t mode) {
  const char* data = nullptr;
  const long size = BIO_get_mem_data(content, &data);
  const std::string beside = path + ".new";
  unlink(beside.c_str());
  const int file = open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  if (file < 0) return fault("cannot write " + beside + ": " + std::strerror(errno));
  const bool written =
      write(file, data, static_cast<std::size_t>(size)) == size && fsync(file) == 0;
  close(file);
  if (!written || rename(beside.c_str(), path.c_str()) != 0)
    return fault("cannot write " + path + ": " + std::strerror(errno));
  return {};
}

}  // namespace

Result<> make_local_certificate(const CertificatePaths& paths,
                                const std::vector<std::string>& names) {
  ERR_clear_error();
  const Key key(EVP_EC_gen("P-256"));
  const auto certificate = key ? make_certificate(key.get(), names) : nullptr;
  const Bio key_text(BIO_new(BIO_s_mem()));
  const Bio certificate_text(BIO_new(BIO_s_mem()));
  if (!certificate ||
      PEM_write_bio_PKCS8PrivateKey(key_text.get(), key.get(), nullptr, nullptr, 0, nullptr,
                                    nullptr) != 1 ||
      PEM_write_bio_X509(certificate_text.get(), certificate.get()) != 1)
    return fault("cannot make a certificate: " + tls_error_text());
  TRY(write_file(paths.key, key_text.get(), 0600));
  return write_file(paths.certificate, certificate_text.get(), 0644);
}

Result<Time> certificate_expiry(const std::string& path) {
  ERR_clear_error();
  const Bio file(BIO_new_file(path.c_str(), "r"));
  const Certificate certificate(file ? PEM_read_bio_X509(file.get(), nullptr, nullptr, nullptr)
                                     : nullptr);
  if (!certificate) return fault("certificate " + path + ": " + tls_error_text());
  std::tm end{};
  if (ASN1_TIME_to_tm(X509_get0_notAfter(certificate.get()), &end) != 1)
    return fault("certificate " + path + " has no readable end");
  return from_micros(static_cast<std::int64_t>(timegm(&end)) * 1'000'000);
}

}  // namespace cloudvno::net
