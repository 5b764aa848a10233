// Negotiation (RFC 4028 sections 7-9) and times (section 10).
#include "protocol/sip/session_timer.hpp"

#include <algorithm>
#include <string>

namespace cloudvno::sip {
namespace {

// Whoever answers with less than what we have said is the shortest gets it, but not so little that
// one refresh follows the other.
constexpr std::uint32_t shortest_answered = 10;

// Of "1800;refresher=uac".
std::uint32_t seconds_of(std::string_view value) {
  return parse_number(trim(value.substr(0, value.find(';')))).value_or(0);
}

std::string_view params_of(std::string_view value) {
  std::size_t semicolon = value.find(';');
  return semicolon == std::string_view::npos ? std::string_view() : value.substr(semicolon + 1);
}

}  // namespace

std::vector<Header> SessionTimer::request_headers() const {
  std::vector<Header> headers;
  std::uint32_t wish = interval_ != 0 ? interval_ : options_.wish;
  if (wish == 0) return headers;
  wish = std::max({wish, options_.min_se, peer_min_se_});
  std::string value = std::to_string(wish);
  // A refresh keeps the roles; in the first request the other side may choose.
  if (interval_ != 0) value += ours_ ? ";refresher=uac" : ";refresher=uas";
  headers.push_back({"Session-Expires", std::move(value)});
  headers.push_back({"Min-SE", std::to_string(std::max(options_.min_se, peer_min_se_))});
  return headers;
}

void SessionTimer::agree(const SipMessage& response, Micros now) {
  std::string_view value = response.header("Session-Expires");
  std::uint32_t seconds = seconds_of(value);
  if (seconds == 0) return stop();
  auto refresher = find_param(params_of(value), "refresher");
  start(std::max(seconds, shortest_answered), !refresher || !equal_words(*refresher, "uas"), now);
}

bool SessionTimer::raise(const SipMessage& response) {
  std::uint32_t least = seconds_of(response.header("Min-SE"));
  std::uint32_t before = std::max({interval_, options_.wish, options_.min_se, peer_min_se_});
  if (least <= before || least > 86'400) return false;
  peer_min_se_ = least;
  return true;
}

bool SessionTimer::accepts(const SipMessage& request) const {
  std::uint32_t asked = seconds_of(request.header("Session-Expires"));
  return asked == 0 || asked >= options_.min_se || !request.lists("Supported", "timer");
}

std::vector<Header> SessionTimer::answer(const SipMessage& request, Micros now) {
  std::string_view value = request.header("Session-Expires");
  std::uint32_t asked = seconds_of(value);
  std::uint32_t least = std::max(options_.min_se, seconds_of(request.header("Min-SE")));
  std::uint32_t wish = interval_ != 0 ? interval_ : options_.wish;
  bool supported = request.lists("Supported", "timer");
  if (asked == 0 && wish == 0) {
    stop();
    return {};
  }
  // A shorter interval than the one asked for may be answered, a longer one not.
  std::uint32_t seconds = asked == 0 ? wish : wish == 0 ? asked : std::min(asked, wish);
  seconds = std::max(seconds, least);
  auto refresher = find_param(params_of(value), "refresher");
  bool peer_refreshes = supported && (!refresher || equal_words(*refresher, "uac"));
  start(seconds, !peer_refreshes, now);
  std::vector<Header> headers;
  headers.push_back(
      {"Session-Expires",
       std::to_string(seconds) + (peer_refreshes ? ";refresher=uac" : ";refresher=uas")});
  if (peer_refreshes) headers.push_back({"Require", "timer"});
  return headers;
}

void SessionTimer::start(std::uint32_t interval, bool ours, Micros now) {
  // Beyond a day it bounds nothing, and must not overflow either.
  interval_ = std::min<std::uint32_t>(interval, 86'400);
  ours_ = ours;
  refresh_at_.reset();
  if (ours) refresh_at_ = now + std::chrono::seconds(interval_ / 2);
  // Section 10: a BYE goes out a little before the end, so that both sides end alike.
  end_at_ = now + std::chrono::seconds(interval_ - std::min<std::uint32_t>(32, interval_ / 3));
}

void SessionTimer::stop() {
  interval_ = 0;
  refresh_at_.reset();
  end_at_.reset();
}

std::optional<Micros> SessionTimer::next_deadline() const {
  if (!refresh_at_) return end_at_;
  return std::min(*refresh_at_, *end_at_);
}

}  // namespace cloudvno::sip
