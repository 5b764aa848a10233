// A picture, sound or document of an MMS, and how much of them a message may have.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cloudvno::messaging {

struct MediaItem {
  std::string content_type;  // "image/png"
  std::string content;       // its bytes
};
// Shared by a message's tries, and with whom they are handed to.
using MediaList = std::vector<std::shared_ptr<const MediaItem>>;

inline constexpr std::size_t most_media = 10;                                  // of a message
inline constexpr std::size_t most_media_bytes = 5 * std::size_t{1024} * 1024;  // of all of them

// The type that a Content-Type names, without its parameters and in small letters, where it is one
// that MMS carry: the types that the public MMS references list. Nothing of another one.
std::optional<std::string> mms_type(std::string_view content_type);

}  // namespace cloudvno::messaging
