// What all contenders write: one message of 1 kB and its place in a queue, found by their keys.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"

namespace cloudvno::bench {

inline constexpr std::string_view create_message =
    "CREATE TABLE message (sid TEXT PRIMARY KEY, account_sid TEXT NOT NULL, status TEXT NOT NULL, "
    "body_sealed BYTEA NOT NULL, created_at BIGINT NOT NULL)";
inline constexpr std::string_view create_queue =
    "CREATE TABLE outbound_queue (message_sid TEXT PRIMARY KEY, carrier TEXT NOT NULL, "
    "expires_at BIGINT NOT NULL)";
inline constexpr std::string_view insert_message =
    "INSERT INTO message (sid, account_sid, status, body_sealed, created_at) "
    "VALUES ($1, $2, $3, $4, $5)";
inline constexpr std::string_view insert_queue =
    "INSERT INTO outbound_queue (message_sid, carrier, expires_at) VALUES ($1, $2, $3)";

struct Row {
  std::string sid;
  std::string_view account_sid;
  std::string_view status;
  ByteView body;
  std::string_view carrier;
  std::int64_t created_at;
  std::int64_t expires_at;
};

// Rows with ascending SIDs, as the program makes them.
class RowSource {
 public:
  RowSource() : body_(1000) {
    // Neither compressible nor text, as what is sealed.
    std::uint32_t state = 1;
    for (auto& byte : body_) {
      state = state * 1'664'525 + 1'013'904'223;
      byte = static_cast<std::uint8_t>(state >> 24);
    }
  }

  Row next() {
    const std::int64_t now = 1'764'000'000'000'000 + static_cast<std::int64_t>(++count_);
    return {fmt::format("SM{:032x}", count_),
            "AC0123456789abcdef0123456789abcdef",
            "queued",
            body_,
            "sandbox",
            now,
            now + 14'400'000'000};
  }

 private:
  Bytes body_;
  std::uint64_t count_ = 0;
};

}  // namespace cloudvno::bench
