// The vault: keys, and columns sealed under them.
//
// A root key in a file of the operator wraps one data key per account; a data key seals columns
// with AES-256-GCM (NIST SP 800-38D), the table, column and row being associated data, so that a
// ciphertext moved to another place does not open. A blind index (HMAC-SHA-256, cut to 16 bytes)
// finds equal values without opening them. Destroying an account's wrapped key makes everything
// sealed under it unreadable.
#pragma once

#include <array>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "base/model/sid.hpp"
#include "base/result.hpp"

namespace cloudvno::vault {

// Where a sealed value stands. `row` is the row's primary key as text.
struct Place {
  std::string_view table;
  std::string_view column;
  std::string_view row;
};

using Key = std::array<std::uint8_t, 32>;

// One version of a data key: 1 to 255, counted by the account as it turns its key.
struct DataKey {
  std::uint8_t version = 1;
  Key key{};
};

// The keys of one account, or of the instance, opened in memory. Immutable, thread-safe, wiped when
// destroyed.
class Keys {
 public:
  explicit Keys(const Key& data_key);  // version 1
  // While an account's key is being turned: the last one seals and indexes, all open. Not empty.
  explicit Keys(std::span<const DataKey> newest_last);
  ~Keys();
  Keys(const Keys&) = delete;
  Keys& operator=(const Keys&) = delete;

  // Format: 1 byte version of the data key, 12 bytes nonce, ciphertext, 16 bytes tag: 29 bytes more
  // than the text.
  Bytes seal(const Place& place, std::string_view text) const;
  // Errc::internal_error (detail says the place, never the text) if the bytes were changed or
  // moved.
  Result<std::string> open(const Place& place, ByteView sealed) const;

  // 16 bytes; the same value and purpose give the same index. `purpose` is "table.column".
  Bytes blind_index(std::string_view purpose, std::string_view value) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// shared_ptr: a body on a storage thread may use the keys while the account is being erased.
using KeysPtr = std::shared_ptr<const Keys>;

// Holds the root key. Thread-safe.
class Vault {
 public:
  // Reads the root key file (32 bytes, as 64 hex digits and a newline); makes it with mode 0600 if
  // `create` and it is not there. Refuses a file that group or others can read, and says how to
  // mend it.
  static Result<std::unique_ptr<Vault>> open(const std::string& root_key_file, bool create);
  explicit Vault(const Key& root_key);  // for tests
  ~Vault();

  // A new data key for an owner ("AC…" or "instance"), wrapped under the root key, to be stored.
  // Format: 1 byte format, 4 bytes id of the root key, 1 byte version of the data key, then sealed
  // as above: 66 bytes. `version` is the one after the owner's last.
  Bytes make_wrapped_key(std::string_view owner, std::uint8_t version = 1) const;
  // Errc::internal_error if the bytes were changed, are another owner's or were wrapped under
  // another root key.
  Result<KeysPtr> unwrap(std::string_view owner, ByteView wrapped) const;
  // All versions of an owner's key that are still in use, oldest first.
  Result<KeysPtr> unwrap(std::string_view owner, std::span<const Bytes> wrapped) const;

  // Instance-wide keys, derived from the root key (HKDF-SHA-256), for what is looked up before the
  // account is known.
  const Keys& instance() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace cloudvno::vault
