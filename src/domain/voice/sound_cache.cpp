// A list in order of use, and a table into it.
#include "domain/voice/sound_cache.hpp"

namespace cloudvno::voice {
namespace {

// What an entry takes beside its audio, so that many empty sounds find the bound too.
constexpr std::size_t overhead = 256;

}  // namespace

void SoundCache::erase(std::list<Entry>::iterator entry) {
  bytes_ -= entry->bytes;
  by_key_.erase(entry->key);
  entries_.erase(entry);
}

SoundPtr SoundCache::find(const std::string& key, Time now) {
  const auto at = by_key_.find(key);
  if (at == by_key_.end()) return nullptr;
  if (at->second->until <= now) {
    erase(at->second);
    return nullptr;
  }
  entries_.splice(entries_.begin(), entries_, at->second);
  return at->second->sound;
}

void SoundCache::put(std::string key, SoundPtr sound, Time until) {
  constexpr std::size_t laws = 2;  // a prompt holds both
  const auto size = laws * sound->size() + key.size() + overhead;
  if (size > most_bytes_ || by_key_.contains(key)) return;
  while (bytes_ + size > most_bytes_) erase(std::prev(entries_.end()));
  bytes_ += size;
  entries_.push_front({key, std::move(sound), size, until});
  by_key_.emplace(std::move(key), entries_.begin());
}

}  // namespace cloudvno::voice
