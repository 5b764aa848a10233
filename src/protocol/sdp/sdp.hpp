// Session descriptions of a telephone call (RFC 8866): what an offer or answer says about its
// audio.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cloudvno::sdp {

// As seen by who wrote the description (RFC 3264 section 5.1).
enum class Direction { sendrecv, sendonly, recvonly, inactive };

std::string_view direction_word(Direction direction);
// What the other side may answer at most: sendonly for recvonly.
Direction reversed(Direction direction);

struct Codec {
  int payload_type = 0;
  std::string name;  // "PCMU", as written
  int clock_rate = 8'000;
  std::string fmtp;  // "0-15"

  bool operator==(const Codec&) const = default;
};

struct Audio {
  std::string address;     // where we send to: IPv4, IPv6, or a name
  std::uint16_t port = 0;  // 0: refused
  std::string protocol = "RTP/AVP";
  Direction direction = Direction::sendrecv;
  int ptime_ms = 0;           // 0: not said
  std::vector<Codec> codecs;  // in the order of preference

  // The old way to hold (RFC 2543): the address 0.0.0.0.
  bool has_null_address() const { return address == "0.0.0.0" || address == "::"; }
};

struct Description {
  // The first audio that is not refused; the media lines around it matter for the answer.
  std::optional<Audio> audio;
  struct Line {
    std::string media, protocol, formats;
  };
  std::vector<Line> lines;
  std::size_t audio_line = 0;  // which of `lines` it is, where there is one
};

// Nothing where it is no session description, or goes past a bound: 16 KiB, 256 lines, 16 media,
// 64 payload types.
std::optional<Description> parse(std::string_view text);

// What one side says about itself.
struct Local {
  std::string address;
  std::uint16_t port = 0;
  std::uint64_t session_id = 0;
  std::uint64_t version = 0;  // to be raised with each change (RFC 3264 section 5)
  int ptime_ms = 20;
  Direction direction = Direction::sendrecv;
  std::vector<Codec> codecs;
};

std::string write_offer(const Local& local);

// Chooses from the offer, in the offer's order and with its payload types, what `local` has (by
// name and clock rate); refuses other media with port 0. Nothing where no voice codec is common.
struct Answer {
  std::string text;
  Audio chosen;  // theirs: where to send, with the common codecs and the direction as they see it
};
std::optional<Answer> write_answer(const Description& offer, const Local& local);

// The codecs that both have, in the order and with the payload types of the first, as one takes
// them from an answer.
std::vector<Codec> common_codecs(const std::vector<Codec>& theirs, const std::vector<Codec>& ours);

// PCMU, PCMA and telephone-event (RFC 3551, RFC 4733).
std::vector<Codec> telephone_codecs();

}  // namespace cloudvno::sdp
