// The vault: keys, and columns sealed under them.
//
// Root keys in a file of the operator wrap one data key per account; a data key seals columns
// with AES-256-GCM (NIST SP 800-38D), the table, column and row being associated data, so that a
// ciphertext moved to another place does not open. A blind index (HMAC-SHA-256, cut to 16 bytes)
// finds equal values without opening them. Destroying an account's wrapped keys, and then the root
// key that they were wrapped under, makes everything sealed under them unreadable, also in copies
// of the store.
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

// One version of a data key: 1 to 255, counted by the account as it turns its key. Version 0 is the
// key of blind indexes: made when the account first turns its data key, and never turned, since
// indexes are looked for by their bytes.
struct DataKey {
  std::uint8_t version = 1;
  Key key{};
};

// The keys of one account, or of the instance, opened in memory. Immutable, thread-safe, wiped when
// destroyed.
class Keys {
 public:
  explicit Keys(const Key& data_key);  // version 1
  // While an account's key is being turned: the last one seals, all open. At least one, besides
  // version 0.
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

  // The version that seals now; seal() writes it as the first byte.
  std::uint8_t version() const;

  // 16 bytes; the same value and purpose give the same index. `purpose` is "table.column".
  Bytes blind_index(std::string_view purpose, std::string_view value) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// shared_ptr: a body on a storage thread may use the keys while the account is being erased.
using KeysPtr = std::shared_ptr<const Keys>;

// Says which root key something was wrapped under, and nothing about the key.
using RootKeyId = std::array<std::uint8_t, 4>;

// Holds the root keys. Thread-safe.
//
// Of the keys in the file one is current: it wraps. The others open: one that is being retired,
// one that waits to become current on every machine. Which is which the store says.
class Vault {
 public:
  // Reads the root key file (lines of 64 hex digits); makes it with one key and mode 0600 if
  // `create` and it is not there. Refuses a file that group or others can read, and says how to
  // mend it. The first key is the current one until use_root_key().
  static Result<std::unique_ptr<Vault>> open(const std::string& root_key_file, bool create);
  explicit Vault(const Key& root_key);  // for tests: without a file
  ~Vault();

  // In the order of the file.
  std::vector<RootKeyId> root_keys() const;
  RootKeyId current_root_key() const;
  // Errc::internal_error if the file has no such key.
  Result<> use_root_key(const RootKeyId& id);
  // Adds a random key to the file, or takes one away for ever: durable when they return. What is
  // current does not change. The last key cannot be taken away.
  Result<RootKeyId> add_root_key();
  Result<> drop_root_key(const RootKeyId& id);
  // Reads the file anew: keys that went are forgotten, the current one stays.
  Result<> reload() const;

  // A new data key for an owner ("AC…" or "instance"), wrapped under the root key, to be stored.
  // Format: 1 byte format, 4 bytes id of the root key, 1 byte version of the data key, then sealed
  // as above: 66 bytes. `version` is the one after the owner's last.
  Bytes make_wrapped_key(std::string_view owner, std::uint8_t version = 1) const;
  // Errc::internal_error if the bytes were changed, are another owner's or were wrapped under a
  // root key that is not in the file, read anew if need be.
  Result<KeysPtr> unwrap(std::string_view owner, ByteView wrapped) const;
  // All versions of an owner's key that are still in use, oldest first.
  Result<KeysPtr> unwrap(std::string_view owner, std::span<const Bytes> wrapped) const;

  // The same key wrapped under the current root key.
  Result<Bytes> wrap_again(std::string_view owner, ByteView wrapped) const;
  // The key of blind indexes that the data key had by itself, as version 0.
  Result<Bytes> wrap_index_key(std::string_view owner, ByteView wrapped) const;
  static RootKeyId root_key_of(ByteView wrapped);  // of what this class wrapped

  // Instance-wide keys, for what is looked up before the account is known. Until use_instance()
  // they are derived from the first root key (HKDF-SHA-256); they outlive it, since opt-outs are
  // kept as nothing but blind indexes under them.
  const Keys& instance() const;
  static constexpr std::string_view instance_owner = "instance";
  Bytes wrap_instance() const;
  // At the start, before instance() is used. As unwrap().
  Result<> use_instance(ByteView wrapped);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace cloudvno::vault
