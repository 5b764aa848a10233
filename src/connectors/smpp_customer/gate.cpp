// Counting wrong passwords.
#include "connectors/smpp_customer/gate.hpp"

#include <boost/asio/ip/address.hpp>

namespace cloudvno::smpp_customer {
namespace {

std::string key_of(const std::string& text) {
  boost::system::error_code fault;
  const auto address = boost::asio::ip::make_address(text, fault);
  if (fault || !address.is_v6() || address.to_v6().is_v4_mapped()) return text;
  auto bytes = address.to_v6().to_bytes();
  std::fill(bytes.begin() + 8, bytes.end(), 0);
  return boost::asio::ip::address_v6(bytes).to_string();
}

}  // namespace

bool Gate::is_banned(const std::string& address, Micros now) const {
  const auto known = known_.find(key_of(address));
  return known != known_.end() && now < known->second.banned_until;
}

bool Gate::failed(const std::string& address, Micros now) {
  const auto key = key_of(address);
  auto [at, is_new] = known_.try_emplace(key);
  auto& known = at->second;
  if (is_new) {
    known.age = ages_.insert(ages_.end(), key);
    known.since = now;
    if (known_.size() > most_addresses) {
      known_.erase(ages_.front());
      ages_.pop_front();
    }
  }
  if (now - known.since > within) {
    known.failures = 0;
    known.since = now;
  }
  if (++known.failures < most_failures) return false;
  known.failures = 0;
  known.banned_until = now + ban;
  return true;
}

}  // namespace cloudvno::smpp_customer
