// Cookies of one call's application (RFC 6265, as far as a call needs it): kept while the call
// lives, sent back to the host that set them.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "protocol/http/message.hpp"

namespace cloudvno::voice {

class Cookies {
 public:
  static constexpr std::size_t most = 50;
  static constexpr std::size_t most_bytes = 4'096;  // of one

  // What an answer sets. Attributes are left aside: all of it ends with the call.
  void take(std::string_view host, const http::Headers& headers);
  // The value of a Cookie header; empty: none.
  std::string for_host(std::string_view host) const;

 private:
  std::map<std::pair<std::string, std::string>, std::string> values_;  // by host and name
};

}  // namespace cloudvno::voice
