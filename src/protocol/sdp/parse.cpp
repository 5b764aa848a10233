// Reading a session description (RFC 8866 section 5): the lines that a voice call needs.
#include <charconv>

#include "protocol/sdp/sdp.hpp"

namespace cloudvno::sdp {
namespace {

constexpr std::size_t max_text = 16'384;
constexpr std::size_t max_lines = 256;
constexpr std::size_t max_media = 16;
constexpr std::size_t max_codecs = 64;

std::string_view take_word(std::string_view& text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  std::size_t end = std::min(text.find(' '), text.size());
  std::string_view word = text.substr(0, end);
  text.remove_prefix(end);
  return word;
}

std::optional<int> number_of(std::string_view text, int most) {
  int number = 0;
  auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (fault != std::errc() || end != text.data() + text.size() || number < 0 || number > most)
    return std::nullopt;
  return number;
}

// What RFC 3551 table 4 assigns, for those that come without an rtpmap.
Codec static_codec(int payload_type) {
  switch (payload_type) {
    case 0:
      return {0, "PCMU", 8'000, {}};
    case 3:
      return {3, "GSM", 8'000, {}};
    case 8:
      return {8, "PCMA", 8'000, {}};
    case 9:
      return {9, "G722", 8'000, {}};
    case 13:
      return {13, "CN", 8'000, {}};
    case 18:
      return {18, "G729", 8'000, {}};
    default:
      return {payload_type, {}, 8'000, {}};
  }
}

std::optional<std::string> address_of(std::string_view value) {
  std::string_view net = take_word(value), type = take_word(value), address = take_word(value);
  if (net != "IN" || (type != "IP4" && type != "IP6") || address.empty()) return std::nullopt;
  return std::string(address.substr(0, address.find('/')));
}

std::optional<Direction> direction_of(std::string_view word) {
  for (Direction direction :
       {Direction::sendrecv, Direction::sendonly, Direction::recvonly, Direction::inactive})
    if (word == direction_word(direction)) return direction;
  return std::nullopt;
}

Codec* find_codec(Audio& audio, std::string_view& value) {
  auto type = number_of(take_word(value), 127);
  if (!type) return nullptr;
  for (Codec& codec : audio.codecs)
    if (codec.payload_type == *type) return &codec;
  return nullptr;
}

class Reader {
 public:
  bool line(char kind, std::string_view value) {
    if (kind == 'm') return media(value);
    if (kind == 'c') {
      auto address = address_of(value);
      if (!address) return false;
      // Of lines that are not for our audio the address does not matter.
      if (lines_seen_ == 0) session_address_ = *address;
      if (in_audio_) audio_.address = *address;
    } else if (kind == 'a') {
      attribute(value);
    }
    return true;
  }

  std::optional<Description> finish() {
    if (has_audio_) {
      if (audio_.address.empty()) audio_.address = session_address_;
      if (!has_direction_) audio_.direction = session_direction_;
      if (audio_.address.empty()) return std::nullopt;  // RFC 8866 section 5.7
      out_.audio = std::move(audio_);
    }
    return std::move(out_);
  }

 private:
  bool media(std::string_view value) {
    in_audio_ = false;
    if (++lines_seen_ > max_media) return false;
    std::string_view kind = take_word(value), port_text = take_word(value),
                     protocol = take_word(value);
    auto port = number_of(port_text.substr(0, port_text.find('/')), 65'535);
    if (kind.empty() || protocol.empty() || !port) return false;
    while (value.starts_with(' ')) value.remove_prefix(1);
    out_.lines.push_back({std::string(kind), std::string(protocol), std::string(value)});
    bool ours = kind == "audio" && *port != 0 && !has_audio_ &&
                (protocol == "RTP/AVP" || protocol == "RTP/AVPF");
    if (!ours) return true;
    has_audio_ = in_audio_ = true;
    out_.audio_line = out_.lines.size() - 1;
    audio_.port = static_cast<std::uint16_t>(*port);
    audio_.protocol = protocol;
    while (true) {
      std::string_view format = take_word(value);
      if (format.empty()) break;
      auto type = number_of(format, 127);
      if (!type || audio_.codecs.size() == max_codecs) return false;
      audio_.codecs.push_back(static_codec(*type));
    }
    return true;
  }

  void attribute(std::string_view value) {
    std::size_t colon = value.find(':');
    std::string_view name = value.substr(0, colon);
    value = colon == std::string_view::npos ? std::string_view() : value.substr(colon + 1);
    if (auto direction = direction_of(name)) {
      if (lines_seen_ == 0) session_direction_ = *direction;
      if (in_audio_) {
        audio_.direction = *direction;
        has_direction_ = true;
      }
      return;
    }
    if (!in_audio_) return;
    if (name == "ptime") {
      audio_.ptime_ms = number_of(value, 1'000).value_or(0);
    } else if (name == "rtpmap") {
      Codec* codec = find_codec(audio_, value);
      std::string_view encoding = take_word(value);
      std::size_t slash = encoding.find('/');
      if (codec == nullptr || slash == std::string_view::npos) return;
      std::string_view rate = encoding.substr(slash + 1);
      auto clock_rate = number_of(rate.substr(0, rate.find('/')), 1'000'000);
      if (!clock_rate) return;
      codec->name = encoding.substr(0, slash);
      codec->clock_rate = *clock_rate;
    } else if (name == "fmtp") {
      Codec* codec = find_codec(audio_, value);
      while (value.starts_with(' ')) value.remove_prefix(1);
      if (codec != nullptr) codec->fmtp = value;
    }
  }

  Description out_;
  Audio audio_;
  std::string session_address_;
  Direction session_direction_ = Direction::sendrecv;
  std::size_t lines_seen_ = 0;
  bool has_audio_ = false, in_audio_ = false, has_direction_ = false;
};

}  // namespace

std::optional<Description> parse(std::string_view text) {
  if (text.size() > max_text || !text.starts_with("v=0")) return std::nullopt;
  Reader reader;
  std::size_t lines = 0;
  while (!text.empty()) {
    std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) continue;
    if (++lines > max_lines || line.size() < 2 || line[1] != '=') return std::nullopt;
    // Nothing of it may end a line of ours that repeats it.
    for (char c : line)
      if (static_cast<unsigned char>(c) < ' ' && c != '\t') return std::nullopt;
    if (!reader.line(line[0], line.substr(2))) return std::nullopt;
  }
  return reader.finish();
}

}  // namespace cloudvno::sdp
