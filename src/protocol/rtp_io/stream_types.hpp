// What is said to a stream and what it answers: ids, options, events.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "base/time.hpp"
#include "protocol/media/audio.hpp"
#include "protocol/media/g711.hpp"
#include "protocol/rtp_io/address.hpp"

namespace cloudvno::rtp_io {

// The media of one leg of a call: one port pair of ours, one peer. Never used again in a process.
struct StreamId {
  std::uint64_t value = 0;  // the lowest byte is its thread
  auto operator<=>(const StreamId&) const = default;
};
struct PlayId {
  std::uint64_t value = 0;
  auto operator<=>(const PlayId&) const = default;
};
struct RecordingId {
  std::uint64_t value = 0;
  auto operator<=>(const RecordingId&) const = default;
};

struct StreamOptions {
  // Tells MediaTimeout when nothing came for so long; zero: never.
  Micros media_timeout = std::chrono::seconds(30);
  bool tell_voice = false;      // VoiceStarted, VoiceStopped
  bool in_band_digits = false;  // listened for only where telephone-event was not negotiated
};

// What signalling agreed on.
struct Remote {
  Address address;                                 // of the peer's RTP
  media::Law law = media::Law::mu;                 // of what we send; both are understood
  std::optional<std::uint8_t> event_payload_type;  // telephone-event at 8,000 Hz
  int packet_ms = 20;                              // 10 to 60, in tens
  bool send = true;
  bool receive = true;
  bool rtcp_mux = false;
  std::uint16_t rtcp_port = 0;  // 0: the one after RTP's
  // The peer may be behind a NAT: its source is learned from its packets.
  bool symmetric = true;
  // Another source may be learned when the locked one was silent for two seconds.
  bool relearn = true;
};

enum class Track : std::uint8_t { both, inbound, outbound };

struct RecordingOptions {
  int channels = 1;  // with 2: inbound left, outbound right; `track` counts with 1
  Track track = Track::both;
  bool beep = false;         // played before it begins
  Micros silence_timeout{};  // ends it when the peer is silent for so long; zero: never
  Micros max_length = std::chrono::hours(1);
  std::string finish_digits;  // any of these ends it
};

enum class DigitWay : std::uint8_t { telephone_event, in_band };
enum class RecordingEnd : std::uint8_t { stopped, silence, max_length, finish_digit, closed };

struct Digit {
  char digit = 0;
  DigitWay way{};
};
struct FirstMedia {};
struct MediaTimeout {};
struct VoiceStarted {};
struct VoiceStopped {};
struct Played {
  PlayId play;
  bool whole = false;  // false: stopped, replaced or closed before its end
};
struct DigitsSent {};
// At most half a second. A sequence number that is left out is a chunk that was given up, because
// too many waited.
struct RecordingChunk {
  RecordingId recording;
  std::uint32_t sequence = 0;
  media::Samples samples;  // interleaved with 2 channels
};
struct RecordingEnded {
  RecordingId recording;
  RecordingEnd reason{};
  Micros duration{};
  // Of the peer's track, for who wants to trim: no voice before, none after.
  Micros leading_silence{}, trailing_silence{};
};

// How a stream was, at its end.
struct Quality {
  std::uint64_t packets_received = 0, packets_lost = 0, packets_sent = 0;
  std::uint64_t bytes_received = 0, bytes_sent = 0;  // of payload
  std::uint64_t packets_late = 0;                    // where the jitter buffer was in use
  std::uint64_t packets_refused = 0;  // from another source than the locked one, or malformed
  Micros jitter{};
  Micros round_trip{};  // zero: not known
  double score = 0;     // MOS
};
struct Closed {
  Quality quality;
};

using Event = std::variant<Digit, FirstMedia, MediaTimeout, VoiceStarted, VoiceStopped, Played,
                           DigitsSent, RecordingChunk, RecordingEnded, Closed>;

}  // namespace cloudvno::rtp_io
