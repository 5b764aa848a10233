// The table of public error codes.
#include "base/model/errors.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace cloudvno {
namespace {

TEST(Errors, HaveNamesOfTheirOwnInOneStyle) {
  std::set<std::string_view> names;
  for (const auto& entry : error_table()) {
    EXPECT_TRUE(names.insert(entry.name).second) << entry.name;
    EXPECT_TRUE(std::ranges::all_of(entry.name, [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    })) << entry.name;
    EXPECT_LE(entry.name.size(), 40u) << entry.name;
  }
}

TEST(Errors, HaveAMeaningThatIsWholeSentences) {
  for (const auto& entry : error_table()) {
    ASSERT_GE(entry.meaning.size(), 20u) << entry.name;
    EXPECT_TRUE(entry.meaning.front() == '`' ||
                (entry.meaning.front() >= 'A' && entry.meaning.front() <= 'Z'))
        << entry.name;
    EXPECT_EQ(entry.meaning.back(), '.') << entry.name;
    EXPECT_EQ(entry.meaning.find("  "), std::string_view::npos) << entry.name;
    EXPECT_EQ(std::ranges::count(entry.meaning, '`') % 2, 0) << entry.name;
  }
}

TEST(Errors, AreFoundByTheirCode) {
  for (const auto& entry : error_table()) EXPECT_EQ(&error_entry(entry.code), &entry);
  EXPECT_EQ(error_entry(Errc::unsubscribed).name, "unsubscribed");
  EXPECT_EQ(error_entry(Errc::unsubscribed).kind, ErrorKind::refused);
}

TEST(Errors, KeepThePublishedCodes) {
  std::set<std::string_view> names;
  for (const auto& entry : error_table()) names.insert(entry.name);
  for (const auto* published :
       {"unauthorized", "api_key_revoked", "insufficient_permissions", "invalid_phone_number",
        "number_not_sms_capable", "message_too_long", "from_number_not_owned", "unsubscribed",
        "carrier_blocked", "call_rejected", "rate_limit_exceeded"}) {
    EXPECT_TRUE(names.contains(published)) << published;
  }
}

}  // namespace
}  // namespace cloudvno
