// Session timers (RFC 4028): who refreshes a call how often, and when it is given up.
#pragma once

#include <optional>
#include <vector>

#include "base/time.hpp"
#include "protocol/sip/message.hpp"

namespace cloudvno::sip {

struct SessionTimerOptions {
  std::uint32_t wish = 0;     // seconds; 0: none of our own accord
  std::uint32_t min_se = 90;  // section 5: the least
};

// One for each call. Off until agree() or answer() find an interval.
class SessionTimer {
 public:
  explicit SessionTimer(const SessionTimerOptions& options) : options_(options) {}

  // Headers of an INVITE or UPDATE of ours, the first and the refreshing ones.
  std::vector<Header> request_headers() const;
  // Its 2xx came.
  void agree(const SipMessage& response, Micros now);
  // Its 422 came: the headers change. False: there is no sense in asking again.
  bool raise(const SipMessage& response);

  // An INVITE or UPDATE came: may it be answered? Else 422 with `min_se()`.
  bool accepts(const SipMessage& request) const;
  std::uint32_t min_se() const { return options_.min_se; }
  // The headers of its 2xx, which is sent now.
  std::vector<Header> answer(const SipMessage& request, Micros now);

  bool runs() const { return interval_ != 0; }
  bool refresh_is_due(Micros now) const { return refresh_at_ && now >= *refresh_at_; }
  bool is_over(Micros now) const { return end_at_ && now >= *end_at_; }
  void refresh_began() { refresh_at_.reset(); }
  std::optional<Micros> next_deadline() const;
  void stop();

 private:
  void start(std::uint32_t interval, bool ours, Micros now);

  SessionTimerOptions options_;
  std::uint32_t interval_ = 0;  // seconds
  std::uint32_t peer_min_se_ = 0;
  bool ours_ = false;  // we refresh
  std::optional<Micros> refresh_at_, end_at_;
};

}  // namespace cloudvno::sip
