// Customers' media servers in memory: answer what the test sets, by URL.
#pragma once

#include <list>
#include <map>
#include <optional>

#include "domain/messaging/delivery_errors.hpp"
#include "domain/messaging/media_source.hpp"
#include "platform/net/event.hpp"

namespace cloudvno::messaging::testing {

class FakeMediaSource final : public MediaSource {
 public:
  explicit FakeMediaSource(net::Executor home) : home_(std::move(home)) {}

  net::Task<std::expected<MediaItem, MediaFailure>> fetch(std::string url,
                                                          std::size_t most_bytes) override {
    fetched.push_back(url);
    ++under_way;
    most_under_way = std::max(most_under_way, under_way);
    if (holds) co_await waiting_.emplace_back(home_).wait();
    --under_way;
    const auto found = items.find(url);
    if (found == items.end()) {
      co_return std::unexpected(MediaFailure{error_media_not_fetched, true});
    }
    if (!mms_type(found->second.content_type)) {
      co_return std::unexpected(MediaFailure{error_media_type, false});
    }
    if (found->second.content.size() > most_bytes) {
      co_return std::unexpected(MediaFailure{error_media_too_large, false});
    }
    co_return found->second;
  }
  void release() {
    holds = false;
    for (auto& each : waiting_) each.set();
  }

  std::map<std::string, MediaItem> items;
  std::vector<std::string> fetched;
  std::size_t under_way = 0;
  std::size_t most_under_way = 0;
  bool holds = false;

 private:
  net::Executor home_;
  std::list<net::Event> waiting_;
};

}  // namespace cloudvno::messaging::testing
