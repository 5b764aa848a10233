// Digits as RTP payload "telephone-event" (RFC 4733): read, and sent.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "protocol/rtp/packet.hpp"

namespace cloudvno::rtp {

inline constexpr std::size_t event_size = 4;

// Section 2.3. The events 0 to 15 are the digits 0-9, *, #, A-D.
struct TelephoneEvent {
  std::uint8_t code = 0;
  bool end = false;
  std::uint8_t volume = 0;  // -dBm0, 0 to 63
  std::uint16_t duration = 0;
};

// The first event of a payload; nothing for one that is too short.
std::optional<TelephoneEvent> parse_event(ByteView payload);
void write_event(const TelephoneEvent& event, std::span<std::uint8_t, event_size> out);

std::optional<char> event_digit(std::uint8_t code);
std::optional<std::uint8_t> digit_event(char digit);  // takes a-d too

// From the packets of one stream to digits, each reported once, when the first packet of its event
// arrives: whichever that is, so neither a lost start nor lost ends matter. Fixed size; pure.
class EventReceiver {
 public:
  // The packet carries the telephone-event payload type.
  std::optional<char> receive(const Packet& packet);

 private:
  struct Seen {
    std::uint32_t ssrc = 0;
    std::uint32_t timestamp = 0;
    std::uint8_t code = 0xff;
  };
  bool continues(const Packet& packet, const TelephoneEvent& event) const;

  // The last ones, so that a packet of an event before the present one is known again.
  std::array<Seen, 4> seen_{};
  std::size_t next_ = 0;
  // The event that is under way.
  Seen current_;
  std::uint16_t duration_ = 0;
  bool ended_ = true;
};

// One digit as packets at 20 ms: the timestamp stays that of the beginning, the duration grows, the
// first carries the marker, the end is sent three times (section 2.5.1). The owner numbers them.
class EventSender {
 public:
  struct Step {
    std::array<std::uint8_t, event_size> payload;
    bool marker;
  };
  // `length` in samples, at most 65,535, rounded up to whole packets of `step`.
  EventSender(std::uint8_t code, std::uint32_t length, std::uint32_t step = 160);

  // Nothing when the last end was given out.
  std::optional<Step> next();
  // Samples from the beginning to where audio goes on.
  std::uint32_t length() const { return length_; }

 private:
  std::uint8_t code_;
  std::uint32_t length_;
  std::uint32_t step_;
  std::uint32_t duration_ = 0;
  int ends_ = 0;
};

}  // namespace cloudvno::rtp
