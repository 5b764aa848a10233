// Who sends a request: the account behind an API key, and what the key may do.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "base/model/sid.hpp"
#include "base/result.hpp"
#include "platform/net/task.hpp"
#include "platform/vault/vault.hpp"

namespace cloudvno::api {

// The eight scopes of an API key.
enum class Scope : std::uint8_t {
  messages_read,
  messages_write,
  calls_read,
  calls_write,
  numbers_read,
  numbers_write,
  verify_write,
  lookups_read,
};
inline constexpr int scope_count = 8;

std::string_view scope_name(Scope scope);  // "messages:read"
std::optional<Scope> parse_scope(std::string_view name);

class ScopeSet {
 public:
  static ScopeSet all();
  // From "messages:read messages:write"; nothing if a name is unknown.
  static std::optional<ScopeSet> parse(std::string_view names);
  std::string str() const;
  void add(Scope scope) { bits_ |= 1u << static_cast<int>(scope); }
  bool operator==(const ScopeSet&) const = default;
  bool has(Scope scope) const { return (bits_ & 1u << static_cast<int>(scope)) != 0; }

 private:
  std::uint32_t bits_ = 0;
};

struct Caller {
  AccountSid account;
  ApiKeySid key;
  bool live = false;  // a test key sees and makes test resources only
  ScopeSet scopes;
  bool rate_limited = true;
  vault::KeysPtr keys;
  std::chrono::days retention{90};

  // Rows made before are gone for the customer, whether they are deleted yet or not.
  Time visible_from(Time now) const { return now - retention; }
};
// shared_ptr: the cache of keys and every running request hold it.
using CallerPtr = std::shared_ptr<const Caller>;

// Turns an API key into its caller; implemented by domain/accounts.
class Authenticator {
 public:
  virtual ~Authenticator() = default;
  // Errc::unauthorized, Errc::api_key_revoked, Errc::account_suspended.
  virtual net::Task<Result<CallerPtr>> authenticate(std::string_view key_text) = 0;
  // The answer if it is at hand without the store; else nothing.
  virtual std::optional<CallerPtr> cached(std::string_view key_text) = 0;
};

}  // namespace cloudvno::api
