// Any octets as an inbound part: its header is read within bounds, and its text joins.
#include <cstdlib>

#include "protocol/sms/join.hpp"
#include "protocol/sms/udh.hpp"

using namespace cloudvno;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // A stream of parts: an octet each for the length and the data coding, then the octets.
  sms::Reassembly join({.most_texts = 8, .most_octets = 4'000});
  Time now = from_micros(0);
  ByteView rest(data, size);
  while (rest.size() >= 2) {
    const auto length = std::min<std::size_t>(rest[0], rest.size() - 2);
    const auto data_coding = rest[1];
    const auto octets = rest.subspan(2, length);
    rest = rest.subspan(2 + length);
    now += std::chrono::seconds(20);
    const auto read = sms::parse_user_data(octets);
    if (!read) continue;
    if (read->text.size() >= octets.size()) std::abort();
    if (!read->concatenation) continue;
    const auto& place = *read->concatenation;
    if (place.number < 1 || place.number > place.total) std::abort();
    join.add({"s", "r", place, data_coding, Bytes(read->text.begin(), read->text.end())}, now);
    if (join.texts() > 8 || join.octets() > 4'000) std::abort();
  }
  join.expire(now + std::chrono::hours(1));
  if (join.texts() != 0 || join.octets() != 0) std::abort();
  return 0;
}
