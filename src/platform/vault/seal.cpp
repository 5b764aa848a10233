// AES-256-GCM, HMAC-SHA-256 and HKDF-SHA-256 on OpenSSL's EVP interface, fetched once.
#include "platform/vault/seal.hpp"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#include <algorithm>

#include "base/invariant.hpp"
#include "base/random.hpp"

namespace cloudvno::vault {
namespace {

// Fetching walks OpenSSL's providers under a lock, at about the cost of sealing 1 kB.
EVP_CIPHER* cipher() {
  static EVP_CIPHER* const fetched = EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr);
  invariant(fetched != nullptr, "OpenSSL has no AES-256-GCM");
  return fetched;
}

EVP_MAC* hmac() {
  static EVP_MAC* const fetched = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
  invariant(fetched != nullptr, "OpenSSL has no HMAC");
  return fetched;
}

void require(int done, const char* what) {
  invariant(done == 1, what);
}

int int_size(ByteView bytes) {
  invariant(bytes.size() <= std::size_t{1} << 30, "text too long to be sealed");
  return static_cast<int>(bytes.size());
}

// Hands a context back however the function ends.
template <class Context>
struct Borrowed {
  ContextPool<Context>& pool;
  Context* context;
  ~Borrowed() { pool.give_back(context); }
};

}  // namespace

PassingKey derive_key(const Key& from, std::string_view label) {
  static EVP_KDF* const kdf = EVP_KDF_fetch(nullptr, "HKDF", nullptr);
  invariant(kdf != nullptr, "OpenSSL has no HKDF");
  const std::unique_ptr<EVP_KDF_CTX, decltype(&EVP_KDF_CTX_free)> context(EVP_KDF_CTX_new(kdf),
                                                                          &EVP_KDF_CTX_free);
  char digest[] = "SHA256";
  const OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest, 0),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, const_cast<std::uint8_t*>(from.data()),
                                        from.size()),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, const_cast<char*>(label.data()),
                                        label.size()),
      OSSL_PARAM_construct_end()};
  PassingKey out;
  require(EVP_KDF_derive(context.get(), out.bytes.data(), out.bytes.size(), parameters),
          "HKDF failed");
  return out;
}

void wipe(Key& key) {
  OPENSSL_cleanse(key.data(), key.size());
}

void Sealer::free_context(EVP_CIPHER_CTX* context) {
  EVP_CIPHER_CTX_free(context);
}

EVP_CIPHER_CTX* Sealer::take() const {
  if (auto* context = contexts_.take()) return context;
  auto* context = EVP_CIPHER_CTX_new();
  invariant(context != nullptr, "no memory for a cipher context");
  require(EVP_EncryptInit_ex2(context, cipher(), key_.data(), nullptr, nullptr), "AES key refused");
  return context;
}

void Sealer::seal(ByteView associated, ByteView text, Bytes& out) const {
  const Borrowed<EVP_CIPHER_CTX> borrowed{contexts_, take()};
  auto* const context = borrowed.context;
  const auto start = out.size();
  out.resize(start + overhead + text.size());
  auto* const nonce = out.data() + start;
  auto* const sealed = nonce + nonce_size;
  fill_random({nonce, nonce_size});
  int written = 0;
  require(EVP_EncryptInit_ex2(context, nullptr, nullptr, nonce, nullptr), "AES nonce refused");
  require(EVP_EncryptUpdate(context, nullptr, &written, associated.data(), int_size(associated)),
          "AES-GCM failed on the associated data");
  require(EVP_EncryptUpdate(context, sealed, &written, text.data(), int_size(text)),
          "AES-GCM failed on the text");
  require(EVP_EncryptFinal_ex(context, sealed + text.size(), &written), "AES-GCM failed to end");
  require(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, static_cast<int>(tag_size),
                              sealed + text.size()),
          "AES-GCM gave no tag");
}

std::optional<std::string> Sealer::open(ByteView associated, ByteView sealed) const {
  if (sealed.size() < overhead) return std::nullopt;
  const auto nonce = sealed.first(nonce_size);
  const auto text = sealed.subspan(nonce_size, sealed.size() - overhead);
  auto tag = std::array<std::uint8_t, tag_size>();
  std::copy_n(sealed.end() - tag_size, tag_size, tag.begin());

  const Borrowed<EVP_CIPHER_CTX> borrowed{contexts_, take()};
  auto* const context = borrowed.context;
  std::string out(text.size(), '\0');
  auto* const target = reinterpret_cast<std::uint8_t*>(out.data());
  int written = 0;
  require(EVP_DecryptInit_ex2(context, nullptr, nullptr, nonce.data(), nullptr),
          "AES nonce refused");
  require(EVP_DecryptUpdate(context, nullptr, &written, associated.data(), int_size(associated)),
          "AES-GCM failed on the associated data");
  require(EVP_DecryptUpdate(context, target, &written, text.data(), int_size(text)),
          "AES-GCM failed on the text");
  require(
      EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, static_cast<int>(tag_size), tag.data()),
      "AES-GCM refused a tag");
  if (EVP_DecryptFinal_ex(context, target + text.size(), &written) != 1) {
    OPENSSL_cleanse(out.data(), out.size());  // unauthenticated text leaves no trace
    return std::nullopt;
  }
  return out;
}

void Mac::free_context(EVP_MAC_CTX* context) {
  EVP_MAC_CTX_free(context);
}

EVP_MAC_CTX* Mac::take() const {
  if (auto* context = contexts_.take()) return context;
  auto* context = EVP_MAC_CTX_new(hmac());
  invariant(context != nullptr, "no memory for a MAC context");
  char digest[] = "SHA256";
  const OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
      OSSL_PARAM_construct_end()};
  require(EVP_MAC_init(context, key_.data(), key_.size(), parameters), "HMAC key refused");
  return context;
}

std::array<std::uint8_t, 32> Mac::sign(ByteView first, ByteView second) const {
  const Borrowed<EVP_MAC_CTX> borrowed{contexts_, take()};
  auto* const context = borrowed.context;
  std::array<std::uint8_t, 32> out;
  std::size_t written = 0;
  require(EVP_MAC_init(context, nullptr, 0, nullptr), "HMAC did not start again");
  require(EVP_MAC_update(context, first.data(), first.size()), "HMAC failed");
  require(EVP_MAC_update(context, second.data(), second.size()), "HMAC failed");
  require(EVP_MAC_final(context, out.data(), &written, out.size()), "HMAC failed to end");
  return out;
}

}  // namespace cloudvno::vault
