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
  explicit Version(std::uint8_t version, const Key& data_key)
      : number(version),
        sealer(derive_key(data_key, "cloudvno column seal").bytes),
        index(derive_key(data_key, "cloudvno blind index").bytes) {
    invariant(number != 0, "data key version 0 is kept for another format");
  }

  std::uint8_t number;
  Sealer sealer;
  Mac index;
};

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
  std::deque<Version> versions;  // newest last; a deque, because contexts do not move
};

Keys::Keys(const Key& data_key) : impl_(std::make_unique<Impl>()) {
  impl_->versions.emplace_back(1, data_key);
}

Keys::Keys(std::span<const DataKey> newest_last) : impl_(std::make_unique<Impl>()) {
  invariant(!newest_last.empty(), "an account has at least one data key");
  for (const auto& key : newest_last) impl_->versions.emplace_back(key.version, key.key);
}

Keys::~Keys() = default;

Bytes Keys::seal(const Place& place, std::string_view text) const {
  const auto& newest = impl_->versions.back();
  Bytes out;
  out.reserve(1 + Sealer::overhead + text.size());
  out.push_back(newest.number);
  newest.sealer.seal(associated_data(newest.number, place), as_bytes(text), out);
  return out;
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
  const auto mac = impl_->versions.back().index.sign(counted, as_bytes(value));
  return {mac.begin(), mac.begin() + index_size};
}

}  // namespace cloudvno::vault
