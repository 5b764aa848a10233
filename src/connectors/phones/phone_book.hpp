// The telephones as accounts have set them. In memory only.
#pragma once

#include <list>
#include <map>

#include "base/model/sid.hpp"
#include "connectors/phones/phone.hpp"

namespace cloudvno::phones {

// An account's telephone: two accounts that call one number reach two telephones.
struct PhoneKey {
  AccountSid account;
  PhoneNumber handset;
  auto operator<=>(const PhoneKey&) const = default;
};

// Lives on the control thread. Beyond a bound the telephone that was set longest ago is again as
// its number has it.
class PhoneBook {
 public:
  static constexpr std::size_t most = 10'000;
  static constexpr std::size_t most_sound_samples = 16 << 20;  // of what was uploaded: 32 MiB

  PhoneSettings find(const PhoneKey& key) const;
  void set(const PhoneKey& key, PhoneSettings settings);
  std::size_t size() const { return order_.size(); }

 private:
  struct Entry {
    PhoneKey key;
    PhoneSettings settings;
  };
  using Order = std::list<Entry>;  // the last that was set is the last
  static std::size_t samples_of(const Entry& entry);
  void forget(Order::iterator entry);

  Order order_;
  std::map<PhoneKey, Order::iterator> by_key_;
  std::size_t samples_ = 0;
};

}  // namespace cloudvno::phones
