// What an account binds with as ESME: system id, password, and how much it may do.
#pragma once

#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "base/model/sid.hpp"
#include "base/time.hpp"
#include "platform/vault/vault.hpp"

namespace cloudvno::smpp_access {

struct Credential {
  SmppCredentialSid sid;
  AccountSid account;
  bool live = false;
  std::string system_id;  // unique in the instance
  Bytes password_hash;
  std::string name;
  std::vector<std::string> allowed_addresses;  // ranges; none: from anywhere
  std::int64_t window = 50;                    // requests without an answer, each way, on one bind
  std::int64_t messages_per_second = 100;      // of all binds together
  std::int64_t max_binds = 4;
  bool receive = true;                // inbound messages come over SMPP too
  std::string long_messages = "udh";  // how long ones come: udh or message_payload
  Time created_at;
  Time updated_at;
};

inline constexpr std::int64_t most_credentials = 100;  // of an account and mode

// 14 and 8 random characters: SMPP 3.4 allows 15 and 8 (section 5.2.1, 5.2.2).
std::string make_system_id();
std::string make_password();
Bytes hash_password(const vault::Keys& keys, const SmppCredentialSid& sid,
                    std::string_view password);

}  // namespace cloudvno::smpp_access
