// Digits waiting to be sent, as telephone events or as tones (RFC 4733, ITU-T Q.23).
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "protocol/media/prompt.hpp"
#include "protocol/rtp/telephone_event.hpp"
#include "protocol/rtp_io/player.hpp"

namespace cloudvno::rtp_io {

// The tone of a digit and a pause of the same length, made once for the process; null for what is
// no digit.
const media::PromptPtr& digit_prompt(char digit);

// Digits of 100 ms with 100 ms between; w waits half a second, W a second. One step a tick of 20
// ms.
class DigitSender {
 public:
  // At most 100 wait; what goes beyond, and what is no digit, is left out.
  void add(std::string_view digits);
  bool active() const { return busy_; }

  struct Step {
    enum class Kind : std::uint8_t { pause, event, tone } kind = Kind::pause;
    bool begins = false;  // event: its timestamp is that of this tick
    bool marker = false;
    std::array<std::uint8_t, rtp::event_size> payload{};
    EncodedFrame frame{};
    bool last = false;  // nothing is left
  };
  Step next(bool as_events, media::Law law);

 private:
  void begin_next(bool as_events);

  std::string waiting_;
  bool busy_ = false;
  int pause_ = 0;  // ticks
  bool begins_ = false;
  std::optional<rtp::EventSender> event_;
  Player tone_;
};

}  // namespace cloudvno::rtp_io
