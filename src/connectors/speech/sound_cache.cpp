// A list in order of use, and a table into it.
#include "connectors/speech/sound_cache.hpp"

namespace cloudvno::speech {
namespace {

// What an entry takes beside its audio, so that many empty sounds find the bound too.
constexpr std::size_t overhead = 256;

}  // namespace

voice::SoundPtr SoundCache::find(const std::string& key) {
  const auto at = by_key_.find(key);
  if (at == by_key_.end()) return nullptr;
  entries_.splice(entries_.begin(), entries_, at->second);
  return at->second->sound;
}

void SoundCache::put(std::string key, voice::SoundPtr sound) {
  constexpr std::size_t laws = 2;  // a prompt holds both
  const auto size = laws * sound->size() + key.size() + overhead;
  if (size > most_bytes_ || by_key_.contains(key)) return;
  while (bytes_ + size > most_bytes_) {
    bytes_ -= entries_.back().bytes;
    by_key_.erase(entries_.back().key);
    entries_.pop_back();
  }
  bytes_ += size;
  entries_.push_front({key, std::move(sound), size});
  by_key_.emplace(std::move(key), entries_.begin());
}

}  // namespace cloudvno::speech
