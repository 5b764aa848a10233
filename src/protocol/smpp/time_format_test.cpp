// Absolute and relative times (SMPP 3.4 section 7.1.1), and the values of data_coding (5.2.19).
#include "protocol/smpp/time_format.hpp"

#include <gmock/gmock.h>

#include "protocol/smpp/data_coding.hpp"

namespace cloudvno::smpp {
namespace {

using namespace std::chrono_literals;

Time at(std::string_view iso) {
  return from_iso8601(iso).value();
}

const Time now = at("2026-01-31T10:00:00Z");

TEST(SmppTime, ReadsAnAbsoluteTimeWithItsOffset) {
  EXPECT_EQ(parse_time("261123215400000+", now), at("2026-11-23T21:54:00Z"));
  EXPECT_EQ(parse_time("261123215400508+", now), at("2026-11-23T19:54:00.5Z"));
  EXPECT_EQ(parse_time("261123215400020-", now), at("2026-11-24T02:54:00Z"));
}

TEST(SmppTime, ReadsARelativeTimeByTheCalendar) {
  EXPECT_EQ(parse_time("000000100000000R", now), now + 10h);
  EXPECT_EQ(parse_time("000002000030000R", now), now + 48h + 30s);
  EXPECT_EQ(parse_time("000100000000000R", now), at("2026-02-28T10:00:00Z"));
  EXPECT_EQ(parse_time("010000000000000R", now), at("2027-01-31T10:00:00Z"));
}

TEST(SmppTime, RefusesWhatIsNoTime) {
  for (std::string_view text :
       {"", "2611232154", "261123215400000", "261123215400000Z", "261323215400000+",
        "260230215400000+", "261123245400000+", "261123216000000+", "261123215460000+",
        "261123215400049+", "26112321540000x+", "2611232154000000+"})
    EXPECT_EQ(parse_time(text, now), std::nullopt) << text;
}

TEST(SmppTime, PrintsAbsoluteInUtcAndRelativeWithinADate) {
  EXPECT_EQ(print_absolute(at("2026-11-23T21:54:09.25Z")), "261123215409200+");
  EXPECT_EQ(print_relative(10h), "000000100000000R");
  EXPECT_EQ(print_relative(26h + 3min + 4s), "000001020304000R");
  EXPECT_EQ(print_relative(24h * 100), "000031000000000R");
  EXPECT_EQ(print_relative(-1s), "000000000000000R");
}

TEST(SmppTime, ReadsAndPrintsTheDatesOfReceipts) {
  EXPECT_EQ(parse_receipt_date("2611232154"), at("2026-11-23T21:54:00Z"));
  EXPECT_EQ(parse_receipt_date("261123215401"), at("2026-11-23T21:54:01Z"));
  EXPECT_EQ(parse_receipt_date("26112321540"), std::nullopt);
  EXPECT_EQ(parse_receipt_date("26-1-23 21"), std::nullopt);
  EXPECT_EQ(print_receipt_date(at("2026-11-23T21:54:01Z")), "2611232154");
}

TEST(SmppDataCoding, KnowsTheAlphabets) {
  EXPECT_EQ(alphabet_of(0x00), Alphabet::smsc_default);
  EXPECT_EQ(alphabet_of(0x02), Alphabet::binary);
  EXPECT_EQ(alphabet_of(0x05), Alphabet::other);
  EXPECT_EQ(alphabet_of(0xC8), Alphabet::smsc_default);
  EXPECT_EQ(alphabet_of(0xE8), Alphabet::ucs2);
  EXPECT_EQ(alphabet_of(0xF1), Alphabet::smsc_default);
  EXPECT_EQ(alphabet_of(0xF5), Alphabet::binary);
  for (Alphabet alphabet :
       {Alphabet::smsc_default, Alphabet::ia5, Alphabet::latin1, Alphabet::ucs2, Alphabet::binary})
    EXPECT_EQ(alphabet_of(data_coding_of(alphabet)), alphabet);
}

}  // namespace
}  // namespace cloudvno::smpp
