// AES-256-GCM (NIST SP 800-38D), HMAC-SHA-256 (RFC 2104) and HKDF-SHA-256 (RFC 5869) on OpenSSL.
#pragma once

#include <array>
#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "platform/vault/vault.hpp"

typedef struct evp_cipher_ctx_st EVP_CIPHER_CTX;
typedef struct evp_mac_ctx_st EVP_MAC_CTX;

namespace cloudvno::vault {

// Overwrites a key in a way that the compiler cannot leave out.
void wipe(Key& key);

// A key that leaves nothing behind in memory.
struct PassingKey {
  Key bytes;
  ~PassingKey() { wipe(bytes); }
};

// A key made from another one; different labels give keys that tell nothing about each other.
PassingKey derive_key(const Key& from, std::string_view label);

// Of an account that never turned its data key.
inline PassingKey derive_index_key(const Key& data_key) {
  return derive_key(data_key, "cloudvno blind index");
}

// A few OpenSSL contexts that were keyed once: setting up a key costs more than sealing a short
// text. Kept with their key rather than with the thread, so that they die (and are wiped by
// OpenSSL) with it. Thread-safe: a context is taken out while it is used.
template <class Context>
class ContextPool {
 public:
  using Free = void (*)(Context*);

  explicit ContextPool(Free free) : free_(free) {}
  ~ContextPool() {
    for (auto& slot : slots_) free_(slot.load());
  }
  ContextPool(const ContextPool&) = delete;
  ContextPool& operator=(const ContextPool&) = delete;

  Context* take() {
    for (auto& slot : slots_) {
      if (auto* context = slot.exchange(nullptr, std::memory_order_acquire)) return context;
    }
    return nullptr;
  }
  void give_back(Context* context) {
    for (auto& slot : slots_) {
      Context* empty = nullptr;
      if (slot.compare_exchange_strong(empty, context, std::memory_order_release,
                                       std::memory_order_relaxed)) {
        return;
      }
    }
    free_(context);
  }

 private:
  // As many as threads use one account's keys at one time in the ordinary case.
  std::array<std::atomic<Context*>, 4> slots_{};
  Free free_;
};

// Seals under one AES-256-GCM key. Thread-safe.
//
// Nonces are 96 random bits: NIST SP 800-38D section 8.3 allows 2^32 seals under one key, and
// accounts turn their data key well before.
class Sealer {
 public:
  static constexpr std::size_t nonce_size = 12;
  static constexpr std::size_t tag_size = 16;
  static constexpr std::size_t overhead = nonce_size + tag_size;

  explicit Sealer(const Key& key) : key_(key), contexts_(&free_context) {}
  ~Sealer() { wipe(key_); }
  Sealer(const Sealer&) = delete;
  Sealer& operator=(const Sealer&) = delete;

  // Appends nonce, ciphertext and tag to `out`.
  void seal(ByteView associated, ByteView text, Bytes& out) const;
  // Nothing if a bit of `sealed` or of `associated` is another than it was.
  std::optional<std::string> open(ByteView associated, ByteView sealed) const;

 private:
  static void free_context(EVP_CIPHER_CTX* context);
  EVP_CIPHER_CTX* take() const;

  Key key_;
  mutable ContextPool<EVP_CIPHER_CTX> contexts_;
};

// HMAC-SHA-256 under one key. Thread-safe.
class Mac {
 public:
  explicit Mac(const Key& key) : key_(key), contexts_(&free_context) {}
  ~Mac() { wipe(key_); }
  Mac(const Mac&) = delete;
  Mac& operator=(const Mac&) = delete;

  std::array<std::uint8_t, 32> sign(ByteView first, ByteView second) const;

 private:
  static void free_context(EVP_MAC_CTX* context);
  EVP_MAC_CTX* take() const;

  Key key_;
  mutable ContextPool<EVP_MAC_CTX> contexts_;
};

}  // namespace cloudvno::vault
