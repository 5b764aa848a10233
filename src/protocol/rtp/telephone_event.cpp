// Digits as RTP payload "telephone-event" (RFC 4733): read, and sent.
#include "protocol/rtp/telephone_event.hpp"

#include <algorithm>
#include <string_view>

#include "protocol/rtp/wire.hpp"

namespace cloudvno::rtp {
namespace {

constexpr std::string_view digits = "0123456789*#ABCD";
constexpr std::uint8_t volume = 10;
constexpr int times_end_is_sent = 3;
// How much later than a stream's last update the next may begin, to be taken for the same event.
constexpr std::int32_t continues_within = 480;

}  // namespace

std::optional<TelephoneEvent> parse_event(ByteView payload) {
  if (payload.size() < event_size) return {};
  return TelephoneEvent{payload[0], (payload[1] & 0x80) != 0,
                        static_cast<std::uint8_t>(payload[1] & 0x3f), read_u16(payload, 2)};
}

void write_event(const TelephoneEvent& event, std::span<std::uint8_t, event_size> out) {
  out[0] = event.code;
  out[1] = static_cast<std::uint8_t>((event.end ? 0x80 : 0) | (event.volume & 0x3f));
  write_u16(out.data() + 2, event.duration);
}

std::optional<char> event_digit(std::uint8_t code) {
  if (code >= digits.size()) return {};
  return digits[code];
}

std::optional<std::uint8_t> digit_event(char digit) {
  if (digit >= 'a' && digit <= 'd') digit = static_cast<char>(digit - 'a' + 'A');
  const std::size_t at = digits.find(digit);
  if (at == std::string_view::npos) return {};
  return static_cast<std::uint8_t>(at);
}

// Departure: some gateways advance the timestamp with each update of one event, as a segment of a
// long event does (section 2.5.1.3) only once; both are known by the missing marker.
bool EventReceiver::continues(const Packet& packet, const TelephoneEvent& event) const {
  if (ended_ || packet.marker || event.code != current_.code || packet.ssrc != current_.ssrc) {
    return false;
  }
  const std::int32_t later = ahead(packet.timestamp, current_.timestamp);
  return later > 0 && later <= static_cast<std::int32_t>(duration_) + continues_within;
}

std::optional<char> EventReceiver::receive(const Packet& packet) {
  const std::optional<TelephoneEvent> event = parse_event(packet.payload);
  if (!event) return {};
  const std::optional<char> digit = event_digit(event->code);
  if (!digit) return {};

  for (const Seen& seen : seen_) {
    if (seen.code != event->code || seen.ssrc != packet.ssrc || seen.timestamp != packet.timestamp)
      continue;
    if (packet.timestamp == current_.timestamp) {
      duration_ = std::max(duration_, event->duration);
      ended_ |= event->end;
    }
    return {};
  }
  const bool same = continues(packet, *event);
  current_ = Seen{packet.ssrc, packet.timestamp, event->code};
  duration_ = event->duration;
  ended_ = event->end;
  seen_[next_] = current_;
  next_ = (next_ + 1) % seen_.size();
  if (same) return {};
  return digit;
}

EventSender::EventSender(std::uint8_t code, std::uint32_t length, std::uint32_t step)
    : code_(code), step_(std::clamp<std::uint32_t>(step, 1, 8'000)) {
  const std::uint32_t steps = std::max<std::uint32_t>(1, (length + step_ - 1) / step_);
  length_ = std::min(steps, 0xffff / step_) * step_;
}

std::optional<EventSender::Step> EventSender::next() {
  if (ends_ == times_end_is_sent) return {};
  Step step{};
  step.marker = duration_ == 0;
  if (duration_ < length_) duration_ += step_;
  const bool end = duration_ == length_;
  if (end) ++ends_;
  write_event({code_, end, volume, static_cast<std::uint16_t>(duration_)}, step.payload);
  return step;
}

}  // namespace cloudvno::rtp
