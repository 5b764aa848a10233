// Texts in all languages, and what customers may write themselves.
#include "domain/verify/text.hpp"

#include <gtest/gtest.h>

#include <set>

#include "base/utf8.hpp"
#include "domain/verify/phrases.hpp"
#include "protocol/sms/split.hpp"
#include "protocol/twiml/voice_document.hpp"

namespace cloudvno::verify {
namespace {

TEST(Phrases, CarryTheCodeInEveryLanguageWithinTwoSegments) {
  std::set<std::string_view> languages;
  for (const auto& phrases : all_phrases()) {
    EXPECT_TRUE(languages.insert(phrases.language).second) << phrases.language;
    Request request;
    request.locale = phrases.language;
    EXPECT_TRUE(check_custom_message(phrases.message)) << phrases.language;
    const auto text = message_text(request, "12345678");
    EXPECT_TRUE(text.contains("12345678")) << text;
    EXPECT_FALSE(text.contains('{')) << text;
    const auto segments = sms::count_segments(text);
    ASSERT_TRUE(segments);
    EXPECT_EQ(segments->segments, 1) << phrases.language << ": " << text;
    EXPECT_FALSE(email_subject(request).empty());
    EXPECT_TRUE(email_text(request, "12345678").contains("12345678"));
  }
  EXPECT_GE(languages.size(), 40u);
  for (const auto* from_the_right : {"ar", "he", "fa", "ur"}) {
    EXPECT_TRUE(languages.contains(from_the_right));
  }
}

TEST(Phrases, AreFoundByLocaleThenByLanguageElseInEnglish) {
  EXPECT_EQ(phrases_of("pt_br").language, "pt-BR");
  EXPECT_EQ(phrases_of("pt-PT").language, "pt");
  EXPECT_EQ(phrases_of("DE-at").language, "de");
  EXPECT_EQ(phrases_of("no").language, "nb");
  EXPECT_EQ(phrases_of("fil-PH").language, "tl");
  EXPECT_EQ(phrases_of("zh-Hant").language, "zh-TW");
  EXPECT_EQ(phrases_of("tlh").language, "en");
  EXPECT_TRUE(is_locale("zh-Hant-TW"));
  EXPECT_FALSE(is_locale("en; drop"));
  EXPECT_FALSE(is_locale(""));
}

TEST(CustomMessage, NeedsTheCodeOnceAndNothingHidden) {
  EXPECT_TRUE(check_custom_message("Acme: {code}"));
  EXPECT_TRUE(check_custom_message("Zwei\nZeilen {code} für Sie"));
  for (const std::string& text :
       {std::string("no code"), std::string("{code} and {code}"), std::string("{ code }"),
        std::string("{code}\r\nBcc: all"), std::string("{code}\0", 7), std::string("{code}\x1b["),
        std::string("\u202E{code}"), std::string("{code}\u200B"), std::string("{code}\xff"),
        std::string("\u200F{code}"), std::string("Your\u00AD {code}"), std::string("{code}\u3164"),
        std::string("{code}\n\n@evil.example #1"), std::string("@evil.example #{code}"),
        "{code}" + std::string(315, 'x')}) {
    EXPECT_FALSE(check_custom_message(text)) << text;
  }
  EXPECT_TRUE(check_custom_message("{code}" + std::string(314, 'x')));
}

TEST(CustomMessage, IsFilledInAndBoundToADomain) {
  Request request;
  request.custom_message = "Acme: {code}!";
  EXPECT_EQ(message_text(request, "0042"), "Acme: 0042!");
  request.domain = "example.com";
  EXPECT_EQ(message_text(request, "0042"), "Acme: 0042!\n\n@example.com #0042");
}

TEST(Domain, IsAHostName) {
  EXPECT_TRUE(is_domain("login.example-1.com"));
  for (const auto* text : {"", "example", "-a.com", "a-.com", "a..com", ".com", "a.com.", "a b.com",
                           "a.com #123", "a_b.com"}) {
    EXPECT_FALSE(is_domain(text)) << text;
  }
}

TEST(EmailAddress, IsTakenAsRelaysTakeIt) {
  EXPECT_EQ(read_email_address("Ada.L+x@Example.COM"), "ada.l+x@example.com");
  for (const auto* text :
       {"", "a", "@b.com", "a@", "a@b", "a b@c.com", "a@b.com\r\nRCPT TO:<x@y.z>", "a@b@c.com",
        ".a@b.com", "a..b@c.com", "\"a\"@b.com", "<a@b.com>", "a,b@c.com"}) {
    EXPECT_FALSE(read_email_address(text)) << text;
  }
  EXPECT_FALSE(read_email_address(std::string(65, 'a') + "@b.com"));
}

TEST(SpokenDocument, SaysEachDigitByItselfAndWaitsForAKey) {
  for (const auto& phrases : all_phrases()) {
    Request request;
    request.locale = phrases.language;
    const auto document = twiml::parse_voice_document(spoken_document(request, "4711"));
    ASSERT_TRUE(document) << phrases.language;
  }
  const auto text = spoken_document(Request(), "47");
  EXPECT_TRUE(text.contains(R"(<Say language="en">4</Say><Pause length="1"/><Say language="en">7)"))
      << text;
  EXPECT_FALSE(text.contains("47"));
}

}  // namespace
}  // namespace cloudvno::verify
