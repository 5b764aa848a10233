// The port through which media are fetched from where customers offer them.
#pragma once

#include <expected>
#include <string>

#include "domain/messaging/media_item.hpp"
#include "platform/net/task.hpp"

namespace cloudvno::messaging {

struct MediaFailure {
  int error_code = 0;     // of delivery_errors.hpp
  bool may_pass = false;  // worth another try
};

// Owned by app; called and resumed on the control thread. A fetch ends within 20 s, follows no
// redirect, goes to no address that the operator does not allow, and holds no more than
// `most_bytes`. What it answers has a type that MMS carry (mms_type), and at least a byte.
class MediaSource {
 public:
  virtual ~MediaSource() = default;
  virtual net::Task<std::expected<MediaItem, MediaFailure>> fetch(std::string url,
                                                                  std::size_t most_bytes) = 0;
};

}  // namespace cloudvno::messaging
