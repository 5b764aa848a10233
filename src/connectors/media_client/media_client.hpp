// The port messaging::MediaSource over HTTP: from the customer's URL, guarded, within 20 seconds,
// no redirects, no more bytes than asked for.
#pragma once

#include <chrono>

#include "domain/messaging/media_source.hpp"
#include "protocol/http_io/client.hpp"

namespace cloudvno::media_client {

inline constexpr std::chrono::seconds fetch_timeout{20};

class MediaClient final : public messaging::MediaSource {
 public:
  // `allow_http`: the operator lets requests to customers go in clear.
  MediaClient(http_io::Client& client, bool allow_http,
              std::chrono::milliseconds timeout = fetch_timeout)
      : client_(client), allow_http_(allow_http), timeout_(timeout) {}

  net::Task<std::expected<messaging::MediaItem, messaging::MediaFailure>> fetch(
      std::string url, std::size_t most_bytes) override;

 private:
  http_io::Client& client_;
  const bool allow_http_;
  const std::chrono::milliseconds timeout_;
};

}  // namespace cloudvno::media_client
