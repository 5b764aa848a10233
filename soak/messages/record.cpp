// What a customer and a carrier saw of each message.
#include "record.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <charconv>
#include <ranges>

namespace cloudvno::soak {
namespace {

constexpr std::string_view text_begins{"message "};
// A state may be left out, and never comes after one that stands behind it.
constexpr std::array<std::string_view, 4> states{"queued", "sent", "delivered", "undelivered"};

}  // namespace

std::size_t Record::add(std::size_t pair) {
  messages_.push_back({.pair = static_cast<std::uint32_t>(pair), .sid = {}});
  if (newest_of_pair_.size() <= pair) newest_of_pair_.resize(pair + 1);
  return messages_.size() - 1;
}

std::string Record::text_of(std::size_t index) {
  return fmt::format("{}{}", text_begins, index);
}

bool Record::promised(std::size_t index, std::string_view sid) {
  auto& message = messages_.at(index);
  if (message.sid.empty()) {
    message.sid = sid;
    ++promised_;
    return true;
  }
  if (message.sid == sid) return true;
  ++promised_twice_;
  return false;
}

void Record::taken(std::size_t session, std::string_view text) {
  std::size_t index = messages_.size();
  if (text.starts_with(text_begins)) {
    const auto digits = text.substr(text_begins.size());
    std::from_chars(digits.data(), digits.data() + digits.size(), index);
  }
  if (index >= messages_.size()) {
    ++strange_;
    return;
  }
  auto& message = messages_[index];
  if (message.submits > 0) {
    ++duplicates_;
    ++again_[message.session];
    if (message.session == session) ++again_in_session_;
  }
  ++message.submits;
  message.session = static_cast<std::uint32_t>(session);
  auto& newest = newest_of_pair_[message.pair];
  if (index + 1 < newest) ++out_of_order_;
  newest = std::max(newest, static_cast<std::uint32_t>(index + 1));
}

void Record::called_back(std::string_view sid, std::string_view status, std::string_view id) {
  const auto state = static_cast<std::size_t>(std::ranges::find(states, status) - states.begin());
  if (state == states.size()) {
    ++strange_;
    return;
  }
  auto& told = told_[std::string(sid)];
  auto& known = told.ids.at(state);
  if (known == id) {
    ++callbacks_again_;
    return;
  }
  if (!known.empty()) ++reported_twice_;
  if (static_cast<int>(state) < told.furthest) ++reported_back_;
  known = id;
  told.furthest = std::max(told.furthest, static_cast<int>(state));
  ++callbacks_;
}

boost::json::object Record::counts() const {
  std::size_t most_again = 0;
  for (const auto count : again_ | std::views::values) most_again = std::max(most_again, count);
  return {{"asked", messages_.size()},
          {"accepted", promised_},
          {"promised_twice", promised_twice_},
          {"duplicates", duplicates_},
          {"most_again_of_a_bind", most_again},
          {"again_in_bind", again_in_session_},
          {"out_of_order", out_of_order_},
          {"throttled", throttled_},
          {"strange", strange_},
          {"callbacks", callbacks_},
          {"callbacks_again", callbacks_again_},
          {"reported_twice", reported_twice_},
          {"reported_back", reported_back_}};
}

boost::json::object Record::messages() const {
  boost::json::array sids;
  boost::json::array submits;
  std::size_t unreported = 0;  // promised, and never told of as delivered
  for (const auto& message : messages_) {
    const auto told = told_.find(message.sid);
    const bool reported = told != told_.end() && !told->second.ids[2].empty();
    if (!message.sid.empty() && !reported) ++unreported;
    sids.emplace_back(message.sid);
    submits.emplace_back(message.submits);
  }
  return {{"sids", std::move(sids)}, {"submits", std::move(submits)}, {"unreported", unreported}};
}

}  // namespace cloudvno::soak
