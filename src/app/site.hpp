// Everything that is served beside the API: health, metrics, documentation, the console.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "protocol/http/message.hpp"

namespace cloudvno::app {

// On the control thread; its pages are made once, at the start.
class Site {
 public:
  // `ready` says whether requests can be served now, and if not, why.
  explicit Site(std::function<std::string()> not_ready_because);

  // Nothing if the path belongs to none of its pages.
  std::optional<http::Response> handle(const http::Request& request) const;

 private:
  struct Page {
    std::string content_type;
    std::string body;
  };
  http::Response page(const Page& page) const;

  std::function<std::string()> not_ready_because_;
  std::map<std::string, Page, std::less<>> pages_;
};

}  // namespace cloudvno::app
