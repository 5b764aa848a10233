// Sounds that were spoken or fetched lately, within a bound of memory.
#pragma once

#include <list>
#include <string>
#include <unordered_map>

#include "base/time.hpp"
#include "domain/voice/sound.hpp"

namespace cloudvno::voice {

// The least recently used go first. On one thread.
class SoundCache {
 public:
  explicit SoundCache(std::size_t most_bytes) : most_bytes_(most_bytes) {}

  // Nothing where it is not there, or its time is over.
  SoundPtr find(const std::string& key, Time now = Time::min());
  // What is larger than all the room is not kept.
  void put(std::string key, SoundPtr sound, Time until = Time::max());
  std::size_t bytes() const { return bytes_; }

 private:
  struct Entry {
    std::string key;
    SoundPtr sound;
    std::size_t bytes;
    Time until;
  };

  void erase(std::list<Entry>::iterator entry);

  const std::size_t most_bytes_;
  std::size_t bytes_ = 0;
  std::list<Entry> entries_;  // the latest first
  std::unordered_map<std::string, std::list<Entry>::iterator> by_key_;
};

}  // namespace cloudvno::voice
