// Sounds that were spoken lately, within a bound of memory.
#pragma once

#include <list>
#include <string>
#include <unordered_map>

#include "domain/voice/sound.hpp"

namespace cloudvno::speech {

// The least recently used go first. On one thread.
class SoundCache {
 public:
  explicit SoundCache(std::size_t most_bytes) : most_bytes_(most_bytes) {}

  voice::SoundPtr find(const std::string& key);  // nothing where it is not there
  // What is larger than all the room is not kept.
  void put(std::string key, voice::SoundPtr sound);
  std::size_t bytes() const { return bytes_; }

 private:
  struct Entry {
    std::string key;
    voice::SoundPtr sound;
    std::size_t bytes;
  };

  const std::size_t most_bytes_;
  std::size_t bytes_ = 0;
  std::list<Entry> entries_;  // the latest first
  std::unordered_map<std::string, std::list<Entry>::iterator> by_key_;
};

}  // namespace cloudvno::speech
