// Judging who calls.
#include "connectors/http_carrier/gate.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>

#include "base/bytes.hpp"
#include "protocol/http/syntax.hpp"

namespace cloudvno::http_carrier {
namespace {

constexpr int most_failures = 20;
constexpr std::size_t most_addresses = 4'096;

bool equal(std::string_view a, std::string_view b) {
  return equal_in_constant_time(as_bytes(a), as_bytes(b));
}

Bytes hmac_sha256(std::string_view key, std::string_view text) {
  Bytes mac(EVP_MAX_MD_SIZE);
  unsigned size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), mac.data(), &size);
  mac.resize(size);
  return mac;
}

// The query's `secret`; empty without one.
std::string secret_of(const http::Request& request) {
  const auto fields = http::parse_form(request.query);
  if (!fields) return {};
  const auto found =
      std::ranges::find_if(*fields, [](const auto& field) { return field.first == "secret"; });
  return found == fields->end() ? std::string() : found->second;
}

}  // namespace

bool Gate::is_set() const {
  return !options_.secret.empty() || !options_.password.empty() || !options_.hmac_secret.empty() ||
         !options_.addresses.empty();
}

bool Gate::is_signed(const http::Request& request) const {
  auto given = http::trim(request.headers.value(options_.hmac_header));
  if (given.starts_with("sha256=")) given.remove_prefix(7);
  const auto right = hmac_sha256(options_.hmac_secret, request.body);
  auto mac = from_hex(given);
  if (!mac) mac = from_base64(given);
  return mac && equal_in_constant_time(*mac, right);
}

bool Gate::is_right(const http::Request& request, std::string_view in_path) const {
  if (!options_.addresses.empty()) {
    boost::system::error_code error;
    auto peer = boost::asio::ip::make_address(request.peer, error);
    if (error) return false;
    if (peer.is_v6() && peer.to_v6().is_v4_mapped()) {
      peer = boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, peer.to_v6());
    }
    if (std::ranges::none_of(options_.addresses,
                             [&](const auto& range) { return range.contains(peer); }))
      return false;
  }
  if (!options_.secret.empty() &&
      !equal(in_path.empty() ? secret_of(request) : in_path, options_.secret))
    return false;
  if (!options_.password.empty()) {
    const auto right = "Basic " + to_base64(as_bytes(options_.user + ":" + options_.password));
    if (!equal(request.headers.value("Authorization"), right)) return false;
  }
  return options_.hmac_secret.empty() || is_signed(request);
}

Gate::Failures& Gate::failures_of(const std::string& peer, std::int64_t minute) {
  auto found = failures_.find(peer);
  if (found == failures_.end()) {
    if (failures_.size() >= most_addresses) {
      std::erase_if(failures_, [&](const auto& each) { return each.second.minute != minute; });
    }
    if (failures_.size() >= most_addresses) return others_;
    found = failures_.emplace(peer, Failures()).first;
  }
  return found->second;
}

Entry Gate::judge(const http::Request& request, std::string_view in_path, Time now) {
  const auto minute = to_seconds(now) / 60;
  const auto known = failures_.find(request.peer);
  if (known != failures_.end() && known->second.minute == minute &&
      known->second.count >= most_failures)
    return Entry::too_many;
  if (is_set() && is_right(request, in_path)) return Entry::open;
  auto& failures = failures_of(request.peer, minute);
  if (failures.minute != minute) failures = {minute, 0};
  return ++failures.count > most_failures ? Entry::too_many : Entry::refused;
}

}  // namespace cloudvno::http_carrier
