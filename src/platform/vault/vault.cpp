// The root keys, and data keys wrapped under them.
#include "platform/vault/vault.hpp"

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <sys/mman.h>

#include <algorithm>
#include <cstring>
#include <mutex>

#include "base/invariant.hpp"
#include "base/random.hpp"
#include "platform/vault/encoding.hpp"
#include "platform/vault/root_key_file.hpp"
#include "platform/vault/seal.hpp"

namespace cloudvno::vault {
namespace {

constexpr std::uint8_t wrapped_format = 1;
constexpr std::size_t header_size = 1 + sizeof(RootKeyId) + 1;
constexpr std::size_t wrapped_size = header_size + Sealer::overhead + sizeof(Key);

RootKeyId id_of(const Key& root_key) {
  const auto derived = derive_key(root_key, "cloudvno root key id");
  RootKeyId id;
  std::copy_n(derived.bytes.begin(), id.size(), id.begin());
  return id;
}

PassingKey derive_instance_key(const Key& root_key) {
  return derive_key(root_key, "cloudvno instance keys");
}

struct RootKey {
  explicit RootKey(const Key& key)
      : id(id_of(key)), wrapping(derive_key(key, "cloudvno key wrapping").bytes) {
    // Best effort, against a swap file: what cannot be locked is used all the same.
    (void)::mlock(this, sizeof(*this));
  }
  ~RootKey() { (void)::munlock(this, sizeof(*this)); }
  RootKey(const RootKey&) = delete;
  RootKey& operator=(const RootKey&) = delete;

  const RootKeyId id;
  const Sealer wrapping;
};
// shared_ptr: another thread may be using one while the file is read anew.
using RootKeyPtr = std::shared_ptr<const RootKey>;

Bytes associated_data(std::string_view owner, ByteView header) {
  Bytes out(header.begin(), header.end());
  append_counted(out, owner);
  return out;
}

Bytes wrap(const RootKey& root, std::string_view owner, const DataKey& key) {
  Bytes out{wrapped_format};
  out.reserve(wrapped_size);
  out.insert(out.end(), root.id.begin(), root.id.end());
  out.push_back(key.version);
  root.wrapping.seal(associated_data(owner, out), key.key, out);
  return out;
}

std::unexpected<Error> closed(std::string_view owner, std::string_view why) {
  return fault(fmt::format("the data key of {} does not open: {}", owner, why));
}

}  // namespace

struct Vault::Impl {
  RootKeyPtr find(const RootKeyId& id) const {
    const std::scoped_lock lock(mutex);
    const auto found =
        std::ranges::find_if(roots, [&](const auto& root) { return root->id == id; });
    return found == roots.end() ? nullptr : *found;
  }
  RootKeyPtr current() const {
    const std::scoped_lock lock(mutex);
    return current_root;
  }
  void keep(std::span<const PassingKey> keys) {
    std::vector<RootKeyPtr> fresh;
    for (const auto& key : keys) fresh.push_back(std::make_shared<RootKey>(key.bytes));
    const std::scoped_lock lock(mutex);
    roots = std::move(fresh);
    if (!current_root) current_root = roots.front();
  }
  Result<> reload() {
    if (file.empty()) return {};
    TRY_ASSIGN(const auto keys, read_root_keys(file, false));
    keep(keys);
    return {};
  }

  Result<DataKey> unwrap(std::string_view owner, ByteView wrapped) {
    if (wrapped.size() != wrapped_size || wrapped[0] != wrapped_format) {
      return closed(owner, "it is not in a format that this program knows");
    }
    const auto id = root_key_of(wrapped);
    auto root = find(id);
    if (!root) {
      TRY(reload());
      root = find(id);
    }
    if (!root) {
      return closed(
          owner, "it was wrapped under another root key; look at the setting of the root key file");
    }
    const auto header = wrapped.first(header_size);
    auto text = root->wrapping.open(associated_data(owner, header), wrapped.subspan(header_size));
    if (!text) return closed(owner, "its bytes were changed, or are another's");
    DataKey out;
    out.version = header.back();
    std::memcpy(out.key.data(), text->data(), out.key.size());
    OPENSSL_cleanse(text->data(), text->size());
    return out;
  }

  std::string file;  // empty: none
  mutable std::mutex mutex;
  std::vector<RootKeyPtr> roots;
  RootKeyPtr current_root;  // may have left the file: it wraps no more, but is not forgotten yet
  DataKey instance_key;
  std::unique_ptr<Keys> instance;
};

Result<std::unique_ptr<Vault>> Vault::open(const std::string& root_key_file, bool create) {
  TRY_ASSIGN(const auto keys, read_root_keys(root_key_file, create));
  auto vault = std::make_unique<Vault>(keys.front().bytes);
  vault->impl_->file = root_key_file;
  vault->impl_->keep(keys);
  return vault;
}

Vault::Vault(const Key& root_key) : impl_(std::make_unique<Impl>()) {
  const PassingKey only{root_key};
  impl_->keep(std::span(&only, 1));
  impl_->instance_key.key = derive_instance_key(root_key).bytes;
  impl_->instance = std::make_unique<Keys>(impl_->instance_key.key);
}

Vault::~Vault() {
  wipe(impl_->instance_key.key);
}

std::vector<RootKeyId> Vault::root_keys() const {
  const std::scoped_lock lock(impl_->mutex);
  std::vector<RootKeyId> ids;
  for (const auto& root : impl_->roots) ids.push_back(root->id);
  return ids;
}

RootKeyId Vault::current_root_key() const {
  return impl_->current()->id;
}

Result<> Vault::use_root_key(const RootKeyId& id) {
  auto root = impl_->find(id);
  if (!root) {
    TRY(impl_->reload());
    root = impl_->find(id);
  }
  if (!root) {
    return fault(
        fmt::format("the root key file has no key {}, under which this store is sealed; put the "
                    "right file back",
                    to_hex(id)));
  }
  const std::scoped_lock lock(impl_->mutex);
  impl_->current_root = std::move(root);
  return {};
}

Result<RootKeyId> Vault::add_root_key() {
  invariant(!impl_->file.empty(), "the root keys are in a file");
  TRY_ASSIGN(auto keys, read_root_keys(impl_->file, false));
  if (keys.size() == most_root_keys) {
    return fault(
        fmt::format("root key file {}: it has {} keys, no more fit", impl_->file, most_root_keys));
  }
  fill_random(keys.emplace_back().bytes);
  TRY(write_root_keys(impl_->file, keys));
  impl_->keep(keys);
  return id_of(keys.back().bytes);
}

Result<> Vault::drop_root_key(const RootKeyId& id) {
  invariant(!impl_->file.empty(), "the root keys are in a file");
  TRY_ASSIGN(auto keys, read_root_keys(impl_->file, false));
  std::erase_if(keys, [&](const PassingKey& key) { return id_of(key.bytes) == id; });
  if (keys.empty()) return fault("the last root key cannot be dropped");
  TRY(write_root_keys(impl_->file, keys));
  impl_->keep(keys);
  return {};
}

Result<> Vault::reload() const {
  return impl_->reload();
}

RootKeyId Vault::root_key_of(ByteView wrapped) {
  RootKeyId id{};
  if (wrapped.size() == wrapped_size) std::copy_n(wrapped.begin() + 1, id.size(), id.begin());
  return id;
}

Bytes Vault::make_wrapped_key(std::string_view owner, std::uint8_t version) const {
  DataKey key;
  key.version = version;
  fill_random(key.key);
  auto out = wrap(*impl_->current(), owner, key);
  wipe(key.key);
  return out;
}

Result<Bytes> Vault::wrap_again(std::string_view owner, ByteView wrapped) const {
  TRY_ASSIGN(auto key, impl_->unwrap(owner, wrapped));
  auto out = wrap(*impl_->current(), owner, key);
  wipe(key.key);
  return out;
}

Result<Bytes> Vault::wrap_index_key(std::string_view owner, ByteView wrapped) const {
  TRY_ASSIGN(auto key, impl_->unwrap(owner, wrapped));
  DataKey index{0, derive_index_key(key.key).bytes};
  auto out = wrap(*impl_->current(), owner, index);
  wipe(key.key);
  wipe(index.key);
  return out;
}

Result<KeysPtr> Vault::unwrap(std::string_view owner, ByteView wrapped) const {
  const Bytes one(wrapped.begin(), wrapped.end());
  return unwrap(owner, std::span(&one, 1));
}

Result<KeysPtr> Vault::unwrap(std::string_view owner, std::span<const Bytes> wrapped) const {
  std::vector<DataKey> opened;
  opened.reserve(wrapped.size());  // filled in place: a copy left behind would not be wiped
  Result<> all_opened;
  for (const auto& one : wrapped) {
    auto key = impl_->unwrap(owner, one);
    if (!key) {
      all_opened = fail(std::move(key).error());
      break;
    }
    opened.push_back(*key);
    wipe(key->key);
  }
  KeysPtr keys;
  if (all_opened && (opened.empty() || opened.back().version == 0)) {
    all_opened = fault(fmt::format("{} has no data key", owner));
  }
  if (all_opened) keys = std::make_shared<Keys>(opened);
  for (auto& key : opened) wipe(key.key);
  TRY(all_opened);
  return keys;
}

const Keys& Vault::instance() const {
  return *impl_->instance;
}

Bytes Vault::wrap_instance() const {
  return wrap(*impl_->current(), instance_owner, impl_->instance_key);
}

Result<> Vault::use_instance(ByteView wrapped) {
  TRY_ASSIGN(auto key, impl_->unwrap(instance_owner, wrapped));
  impl_->instance_key = key;
  impl_->instance = std::make_unique<Keys>(key.key);
  wipe(key.key);
  return {};
}

}  // namespace cloudvno::vault
