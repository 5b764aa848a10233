#include "domain/numbers/inventory_file.hpp"

#include <gtest/gtest.h>

namespace cloudvno::numbers {
namespace {

using ::testing::HasSubstr;

constexpr std::string_view all = "number,country,type,area_code,sms,mms,voice,monthly_price";

InventoryFile file(std::string_view header) {
  auto read = InventoryFile::read_header(header, "acme");
  EXPECT_TRUE(read) << read.error();
  return std::move(*read);
}

TEST(InventoryFile, SaysAllOfANumber) {
  const auto offer = file(all).read_line("+44 20 7123 4567,GB,local,20,no,YES,true,0.75\r");
  ASSERT_TRUE(offer) << offer.error();
  EXPECT_EQ(offer->number.e164(), "+442071234567");
  EXPECT_EQ(offer->kind, (OfferKind{"GB", "local", false, true, true, 12, 2}));
  EXPECT_EQ(offer->area_code(), "20");
  EXPECT_EQ(offer->carrier, "acme");
  EXPECT_EQ(offer->monthly_price, Money::parse("0.75"));
}

TEST(InventoryFile, NeedsOnlyNumberAndCountryInAnyOrder) {
  const auto lines = file("\xEF\xBB\xBF country , number\r");
  const auto offer = lines.read_line("US,+14155551234");
  ASSERT_TRUE(offer) << offer.error();
  EXPECT_EQ(offer->kind, (OfferKind{"US", "local", true, false, false, 11, 3}));
  EXPECT_EQ(offer->monthly_price, std::nullopt);
  const auto code = lines.read_line("US,72345");
  ASSERT_TRUE(code) << code.error();
  EXPECT_EQ(code->kind.type, "short-code");
}

TEST(InventoryFile, SaysWhatIsWrongWithItsFirstLine) {
  const auto refusal = [](std::string_view header) {
    const auto read = InventoryFile::read_header(header, "acme");
    return read ? std::string() : read.error();
  };
  EXPECT_THAT(refusal(""), HasSubstr("There is no column \"\""));
  EXPECT_THAT(refusal("number;country"), HasSubstr("There is no column \"number;country\""));
  EXPECT_THAT(refusal("+14155551234,US"), HasSubstr("There is no column"));
  EXPECT_THAT(refusal("number,type"), HasSubstr("country is missing"));
  EXPECT_THAT(refusal("country"), HasSubstr("number is missing"));
  EXPECT_THAT(refusal("number,country,number"), HasSubstr("number is named twice"));
  EXPECT_THAT(refusal("\"number"), HasSubstr("must name the columns"));
  EXPECT_THAT(refusal(std::string(2'000, 'a')), HasSubstr("must name the columns"));
}

TEST(InventoryFile, SaysWhatIsWrongWithALine) {
  const auto lines = file(all);
  const auto refusal = [&](std::string_view line) {
    const auto read = lines.read_line(line);
    return read ? std::string() : read.error();
  };
  EXPECT_THAT(refusal("4155551234,US,,,,,,"), HasSubstr("number must be in E.164"));
  EXPECT_THAT(refusal(",US,,,,,,"), HasSubstr("number must be in E.164"));
  EXPECT_THAT(refusal("+14155550123,US,,,,,,"), HasSubstr("kept for fiction"));
  EXPECT_THAT(refusal("+14155551234,us,,,,,,"), HasSubstr("country must be"));
  EXPECT_THAT(refusal("+14155551234,,,,,,,"), HasSubstr("country must be"));
  EXPECT_THAT(refusal("+14155551234,GB,,,,,,"), HasSubstr("begin with +44"));
  EXPECT_THAT(refusal("+14155551234,US,fixed,,,,,"), HasSubstr("type must be one of local"));
  EXPECT_THAT(refusal("+14155551234,US,short-code,,,,,"), HasSubstr("cannot be of type"));
  EXPECT_THAT(refusal("72345,US,local,,,,,"), HasSubstr("cannot be of type"));
  EXPECT_THAT(refusal("72345,US,,72,,,,"), HasSubstr("no area_code"));
  EXPECT_THAT(refusal("+14155551234,US,,212,,,,"), HasSubstr("area_code \"212\" does not follow"));
  EXPECT_THAT(refusal("+14155551234,US,,415x,,,,"), HasSubstr("does not follow"));
  EXPECT_THAT(refusal("+14155551234,US,,,maybe,,,"), HasSubstr("sms must be yes or no"));
  EXPECT_THAT(refusal("+14155551234,US,,,,,,1.1234567"), HasSubstr("monthly_price must be"));
  EXPECT_THAT(refusal("+14155551234,US,,,,,,-1"), HasSubstr("monthly_price must be"));
  EXPECT_THAT(refusal("+14155551234,US"), HasSubstr("has 2 fields"));
  EXPECT_THAT(refusal("+14155551234,US,,,,,,,"), HasSubstr("has 9 fields"));
  EXPECT_THAT(refusal("\"+14155551234,US,,,,,,"), HasSubstr("quote"));
  EXPECT_THAT(refusal(std::string(5'000, '1')), HasSubstr("longer than"));
}

TEST(InventoryFile, QuotesNothingThatATerminalWouldObey) {
  const auto read = file("number,country").read_line("\x1b[2J\x07" + std::string(300, 'x') + ",US");
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().find('\x1b'), std::string::npos);
  EXPECT_LT(read.error().size(), 200u);
}

}  // namespace
}  // namespace cloudvno::numbers
