// The root key, and data keys wrapped under it.
#include "platform/vault/vault.hpp"

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <sys/mman.h>

#include <algorithm>
#include <cstring>

#include "base/random.hpp"
#include "platform/vault/encoding.hpp"
#include "platform/vault/root_key_file.hpp"
#include "platform/vault/seal.hpp"

namespace cloudvno::vault {
namespace {

constexpr std::uint8_t wrapped_format = 1;
constexpr std::size_t root_id_size = 4;
constexpr std::size_t header_size = 1 + root_id_size + 1;
constexpr std::size_t wrapped_size = header_size + Sealer::overhead + sizeof(Key);

// Says under which root key something was wrapped, and nothing about the key.
std::array<std::uint8_t, root_id_size> root_id(const Key& root_key) {
  const auto derived = derive_key(root_key, "cloudvno root key id");
  std::array<std::uint8_t, root_id_size> id;
  std::copy_n(derived.bytes.begin(), id.size(), id.begin());
  return id;
}

}  // namespace

struct Vault::Impl {
  // The instance's keys hang on this derivation alone. Who turns the root key must keep the derived
  // key (not the root key) in the root key file: opt-outs kept as blind indexes can not be made
  // anew, because their numbers are gone.
  explicit Impl(const Key& root_key)
      : wrapping(derive_key(root_key, "cloudvno key wrapping").bytes),
        instance(derive_key(root_key, "cloudvno instance keys").bytes),
        id(root_id(root_key)) {}

  Bytes associated_data(std::string_view owner, ByteView header) const {
    Bytes out(header.begin(), header.end());
    append_counted(out, owner);
    return out;
  }

  Result<DataKey> unwrap(std::string_view owner, ByteView wrapped) const {
    const auto failed = [&](std::string_view why) {
      return fault(fmt::format("the data key of {} does not open: {}", owner, why));
    };
    if (wrapped.size() != wrapped_size || wrapped[0] != wrapped_format) {
      return failed("it is not in a format that this program knows");
    }
    if (!std::equal(id.begin(), id.end(), wrapped.begin() + 1)) {
      return failed(
          "it was wrapped under another root key; look at the setting of the root key file");
    }
    const auto header = wrapped.first(header_size);
    auto text = wrapping.open(associated_data(owner, header), wrapped.subspan(header_size));
    if (!text || header.back() == 0) return failed("its bytes were changed, or are another's");
    DataKey out;
    out.version = header.back();
    std::memcpy(out.key.data(), text->data(), out.key.size());
    OPENSSL_cleanse(text->data(), text->size());
    return out;
  }

  Sealer wrapping;
  Keys instance;
  std::array<std::uint8_t, root_id_size> id;
};

Result<std::unique_ptr<Vault>> Vault::open(const std::string& root_key_file, bool create) {
  TRY_ASSIGN(auto key, read_root_key(root_key_file, create));
  auto vault = std::make_unique<Vault>(key);
  wipe(key);
  return vault;
}

Vault::Vault(const Key& root_key) : impl_(std::make_unique<Impl>(root_key)) {
  // Best effort, against a swap file: what cannot be locked is used all the same.
  (void)::mlock(impl_.get(), sizeof(Impl));
}

Vault::~Vault() {
  (void)::munlock(impl_.get(), sizeof(Impl));
}

Bytes Vault::make_wrapped_key(std::string_view owner, std::uint8_t version) const {
  Bytes out{wrapped_format};
  out.reserve(wrapped_size);
  out.insert(out.end(), impl_->id.begin(), impl_->id.end());
  out.push_back(version);
  Key key;
  fill_random(key);
  impl_->wrapping.seal(impl_->associated_data(owner, out), key, out);
  wipe(key);
  return out;
}

Result<KeysPtr> Vault::unwrap(std::string_view owner, ByteView wrapped) const {
  TRY_ASSIGN(auto key, impl_->unwrap(owner, wrapped));
  KeysPtr keys = std::make_shared<Keys>(std::span(&key, 1));
  wipe(key.key);
  return keys;
}

Result<KeysPtr> Vault::unwrap(std::string_view owner, std::span<const Bytes> wrapped) const {
  if (wrapped.empty()) return fault(fmt::format("{} has no data key", owner));
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
  if (all_opened) keys = std::make_shared<Keys>(opened);
  for (auto& key : opened) wipe(key.key);
  TRY(all_opened);
  return keys;
}

const Keys& Vault::instance() const {
  return impl_->instance;
}

}  // namespace cloudvno::vault
