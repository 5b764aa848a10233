// The telephones as accounts have set them.
#include "connectors/phones/phone_book.hpp"

#include <algorithm>

namespace cloudvno::phones {

std::size_t PhoneBook::samples_of(const Entry& entry) {
  return entry.settings.own_sound ? entry.settings.own_sound->size() : 0;
}

PhoneSettings PhoneBook::find(const PhoneKey& key) const {
  const auto found = by_key_.find(key);
  return found == by_key_.end() ? default_settings(key.handset) : found->second->settings;
}

void PhoneBook::forget(Order::iterator entry) {
  samples_ -= samples_of(*entry);
  by_key_.erase(entry->key);
  order_.erase(entry);
}

void PhoneBook::set(const PhoneKey& key, PhoneSettings settings) {
  if (const auto found = by_key_.find(key); found != by_key_.end()) forget(found->second);
  by_key_[key] = order_.insert(order_.end(), Entry{key, std::move(settings)});
  samples_ += samples_of(order_.back());
  if (order_.size() > most) forget(order_.begin());
  while (samples_ > most_sound_samples) {
    const auto with_sound =
        std::ranges::find_if(order_, [](const Entry& entry) { return samples_of(entry) != 0; });
    forget(with_sound);
  }
}

}  // namespace cloudvno::phones
