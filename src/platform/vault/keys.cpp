// Columns sealed under an account's data key, and blind indexes of them.
#include "base/invariant.hpp"

#include <fmt/format.h>

#include <deque>
#include "platform/vault/encoding.hpp"
#include "platform/vault/seal.hpp"
#include "platform/vault/vault.hpp"

namespace cloudvno::vault {
namespace {

constexpr std::size_t index_size = 16;

// One key for one use: what a blind index tells must not help against a seal.
struct Version {
  explicit Version(const DataKey& data_key)
      : number(data_key.version), sealer(derive_key(data_key.key, "cloudvno column seal").bytes) {}

  std::uint8_t number;
  Sealer sealer;
};

// Version 0 where the account has one, else what its only data key gives.
PassingKey index_key_of(std::span<const DataKey> keys) {
  invariant(!keys.empty() && keys.back().version != 0, "an account has at least one data key");
  const auto& first = keys.front();
  if (first.version == 0) return {first.key};
  return derive_index_key(first.key);
}

// The version is bound as well, so that no bit of a sealed value can change unseen.
Bytes associated_data(std::uint8_t version, const Place& place) {
  Bytes out;
  out.reserve(place.table.size() + place.column.size() + place.row.size() + 13);
  out.push_back(version);
  append_counted(out, place.table);
  append_counted(out, place.column);
  append_counted(out, place.row);
  return out;
}

}  // namespace

struct Keys::Impl {
  explicit Impl(std::span<const DataKey> keys) : index(index_key_of(keys).bytes) {
    for (const auto& key : keys) {
      if (key.version != 0) versions.emplace_back(key);
    }
  }

  std::deque<Version> versions;  // newest last; a deque, because contexts do not move
  Mac index;
};

Keys::Keys(const Key& data_key) {
  DataKey first{1, data_key};
  impl_ = std::make_unique<Impl>(std::span(&first, 1));
  wipe(first.key);
}

Keys::Keys(std::span<const DataKey> newest_last) : impl_(std::make_unique<Impl>(newest_last)) {}

Keys::~Keys() = default;

Bytes Keys::seal(const Place& place, std::string_view text) const {
  const auto& newest = impl_->versions.back();
  Bytes out;
  out.reserve(1 + Sealer::overhead + text.size());
  out.push_back(newest.number);
  newest.sealer.seal(associated_data(newest.number, place), as_bytes(text), out);
  return out;
}

std::uint8_t Keys::version() const {
  return impl_->versions.back().number;
}

Result<std::string> Keys::open(const Place& place, ByteView sealed) const {
  if (!sealed.empty()) {
    for (const auto& version : impl_->versions) {
      if (version.number != sealed[0]) continue;
      if (auto text = version.sealer.open(associated_data(sealed[0], place), sealed.subspan(1))) {
        return std::move(*text);
      }
    }
  }
  return fault(fmt::format("a sealed value does not open: {}.{} of {}", place.table, place.column,
                           place.row));
}

Bytes Keys::blind_index(std::string_view purpose, std::string_view value) const {
  Bytes counted;
  append_counted(counted, purpose);
  const auto mac = impl_->index.sign(counted, as_bytes(value));
  return {mac.begin(), mac.begin() + index_size};
}

}  // namespace cloudvno::vault
