// Writing offers and answers (RFC 3264).
#include <fmt/format.h>

#include "protocol/sdp/sdp.hpp"

namespace cloudvno::sdp {
namespace {

bool same_word(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) {
    return std::tolower(static_cast<unsigned char>(x)) ==
           std::tolower(static_cast<unsigned char>(y));
  });
}

bool is_voice(const Codec& codec) {
  return !same_word(codec.name, "telephone-event") && !same_word(codec.name, "CN");
}

std::string head(const Local& local) {
  const char* type = local.address.find(':') != std::string::npos ? "IP6" : "IP4";
  return fmt::format("v=0\r\no=- {} {} IN {} {}\r\ns=-\r\nc=IN {} {}\r\nt=0 0\r\n",
                     local.session_id, local.version, type, local.address, type, local.address);
}

std::string audio_block(const Local& local, std::string_view protocol,
                        const std::vector<Codec>& codecs, Direction direction) {
  std::string out = fmt::format("m=audio {} {}", local.port, protocol);
  for (const Codec& codec : codecs) out += fmt::format(" {}", codec.payload_type);
  out += "\r\n";
  for (const Codec& codec : codecs) {
    out += fmt::format("a=rtpmap:{} {}/{}\r\n", codec.payload_type, codec.name, codec.clock_rate);
    if (!codec.fmtp.empty()) out += fmt::format("a=fmtp:{} {}\r\n", codec.payload_type, codec.fmtp);
  }
  if (local.ptime_ms > 0) out += fmt::format("a=ptime:{}\r\n", local.ptime_ms);
  out += fmt::format("a={}\r\n", direction_word(direction));
  return out;
}

bool sends(Direction direction) {
  return direction == Direction::sendrecv || direction == Direction::sendonly;
}
bool receives(Direction direction) {
  return direction == Direction::sendrecv || direction == Direction::recvonly;
}

// Of two views of our side the one in which both agree.
Direction both(Direction a, Direction b) {
  bool send = sends(a) && sends(b), receive = receives(a) && receives(b);
  return send ? (receive ? Direction::sendrecv : Direction::sendonly)
              : (receive ? Direction::recvonly : Direction::inactive);
}

}  // namespace

std::string_view direction_word(Direction direction) {
  switch (direction) {
    case Direction::sendrecv:
      return "sendrecv";
    case Direction::sendonly:
      return "sendonly";
    case Direction::recvonly:
      return "recvonly";
    case Direction::inactive:
      break;
  }
  return "inactive";
}

Direction reversed(Direction direction) {
  if (direction == Direction::sendonly) return Direction::recvonly;
  if (direction == Direction::recvonly) return Direction::sendonly;
  return direction;
}

std::vector<Codec> telephone_codecs() {
  return {{0, "PCMU", 8'000, {}}, {8, "PCMA", 8'000, {}}, {101, "telephone-event", 8'000, "0-15"}};
}

std::vector<Codec> common_codecs(const std::vector<Codec>& theirs, const std::vector<Codec>& ours) {
  std::vector<Codec> common;
  for (const Codec& codec : theirs) {
    for (const Codec& own : ours) {
      if (!same_word(codec.name, own.name) || codec.clock_rate != own.clock_rate) continue;
      // The parameters are what each receives, so the answer has ours.
      common.push_back({codec.payload_type, own.name, own.clock_rate, own.fmtp});
      break;
    }
  }
  return common;
}

std::string write_offer(const Local& local) {
  return head(local) + audio_block(local, "RTP/AVP", local.codecs, local.direction);
}

std::optional<Answer> write_answer(const Description& offer, const Local& local) {
  if (!offer.audio) return std::nullopt;
  std::vector<Codec> common = common_codecs(offer.audio->codecs, local.codecs);
  if (std::ranges::none_of(common, is_voice)) return std::nullopt;
  Direction theirs = offer.audio->direction;
  if (offer.audio->has_null_address()) theirs = both(theirs, Direction::sendonly);
  Direction direction = both(reversed(theirs), local.direction);
  Answer answer{.text = head(local), .chosen = *offer.audio};
  answer.chosen.codecs = common;
  answer.chosen.direction = reversed(direction);
  // RFC 3264 section 6: a line for each of the offer's, in its order.
  for (std::size_t at = 0; at < offer.lines.size(); ++at) {
    const auto& line = offer.lines[at];
    if (at == offer.audio_line)
      answer.text += audio_block(local, offer.audio->protocol, common, direction);
    else
      answer.text += fmt::format("m={} 0 {} {}\r\n", line.media, line.protocol, line.formats);
  }
  return answer;
}

}  // namespace cloudvno::sdp
