// The types that MMS carry.
#include "domain/messaging/media_item.hpp"

#include <algorithm>
#include <array>

namespace cloudvno::messaging {
namespace {

constexpr auto types = std::to_array<std::string_view>({
    "application/pdf", "application/vcard", "application/vnd.apple.pkpass",
    "audio/3gpp",      "audio/3gpp2",       "audio/ac3",
    "audio/amr",       "audio/amr-nb",      "audio/basic",
    "audio/l24",       "audio/mp4",         "audio/mpeg",
    "audio/ogg",       "audio/vnd.wave",    "audio/vorbis",
    "audio/webm",      "image/bmp",         "image/gif",
    "image/heic",      "image/heif",        "image/jpeg",
    "image/jpg",       "image/png",         "image/tiff",
    "image/webp",      "text/calendar",     "text/csv",
    "text/directory",  "text/richtext",     "text/rtf",
    "text/vcard",      "text/x-vcard",      "video/3gpp",
    "video/3gpp-tt",   "video/3gpp2",       "video/h261",
    "video/h263",      "video/h263-1998",   "video/h263-2000",
    "video/h264",      "video/mp4",         "video/mpeg",
    "video/quicktime", "video/webm",
});

}  // namespace

std::optional<std::string> mms_type(std::string_view content_type) {
  auto type = content_type.substr(0, content_type.find(';'));
  while (!type.empty() && (type.back() == ' ' || type.back() == '\t')) type.remove_suffix(1);
  std::string small(type);
  for (char& c : small) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  if (std::ranges::find(types, small) == types.end()) return std::nullopt;
  return small;
}

}  // namespace cloudvno::messaging
