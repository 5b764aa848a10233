// A customer of the platform (tenant), with the secrets that its callbacks are signed with.
#pragma once

#include <memory>
#include <string>

#include "base/model/sid.hpp"
#include "base/time.hpp"
#include "platform/vault/vault.hpp"

namespace cloudvno::accounts {

enum class AccountStatus { active, suspended };

struct Account {
  AccountSid sid;
  AccountStatus status = AccountStatus::active;
  std::string name;
  std::string auth_token;      // 32 hex digits; signs X-CloudVNO-Signature; no API key
  std::string webhook_secret;  // "whsec_" and base64 of 32 bytes (Standard Webhooks)
  bool twilio_signature = false;
  bool rate_limited = true;
  Time created_at;
  std::chrono::days retention{90};  // of messages and logs; 1 to 90
  vault::KeysPtr keys;
};
// shared_ptr: caches, running requests and bodies on storage threads hold one.
using AccountPtr = std::shared_ptr<const Account>;

}  // namespace cloudvno::accounts
