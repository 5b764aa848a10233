// Answers in a call.
#include "protocol/twiml/voice_document.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cloudvno::twiml {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

std::vector<Node> verbs(std::string_view type, std::string_view body) {
  return std::get<VoiceDocument>(parse_voice_answer(type, body).value()).verbs;
}

int fault_of(std::string_view type, std::string_view body) {
  const auto read = parse_voice_answer(type, body);
  return read ? 0 : read.error().code;
}

TEST(VoiceDocument, ReadsVerbsInTheirOrder) {
  const auto read = verbs("text/xml; charset=utf-8",
                          "<Response><Say voice='alice'>Hi</Say> stray <Hangup/></Response>");
  ASSERT_THAT(read, SizeIs(2));
  EXPECT_EQ(read[0].name, "Say");
  EXPECT_EQ(read[0].attribute("voice"), "alice");
  EXPECT_EQ(read[0].own_text(), "Hi");
  EXPECT_EQ(read[1].name, "Hangup");
}

// Content types: text/xml, application/xml, text/html = TwiML; audio/* = play; text/plain = speak.
TEST(VoiceDocument, TellsTheKindsOfAnswersByTheirType) {
  for (const auto* type : {"text/xml", "application/xml", "text/html"}) {
    EXPECT_THAT(verbs(type, "<Response><Pause/></Response>"), SizeIs(1)) << type;
  }
  for (const auto* type : {"audio/mpeg", "audio/wav", "audio/x-wav", "audio/ulaw", "Audio/WAVE"}) {
    const auto read = parse_voice_answer(type, "RIFF");
    ASSERT_TRUE(read) << type;
    EXPECT_TRUE(std::holds_alternative<AudioAnswer>(*read)) << type;
  }
  const auto spoken = verbs("text/plain", " Good morning ");
  ASSERT_THAT(spoken, SizeIs(1));
  EXPECT_EQ(spoken[0].name, "Say");
  EXPECT_EQ(spoken[0].own_text(), "Good morning");
  EXPECT_EQ(fault_of("application/json", "{}"), code::wrong_content_type);
  EXPECT_EQ(fault_of("", "<Response/>"), code::wrong_content_type);
}

TEST(VoiceDocument, TakesAnEmptyAnswerForAnEndOfTheCall) {
  EXPECT_THAT(verbs("text/xml", ""), IsEmpty());
  EXPECT_THAT(verbs("text/xml", "<Response/>"), IsEmpty());
  EXPECT_THAT(verbs("application/json", "  "), IsEmpty());
}

TEST(VoiceDocument, RefusesWhatIsNoDocument) {
  EXPECT_EQ(fault_of("text/xml", "<Response><Say></Response>"), code::malformed_document);
  EXPECT_EQ(fault_of("text/xml", "<Reply/>"), code::wrong_root);
  EXPECT_EQ(fault_of("text/xml", std::string(64 * 1024 + 1, ' ')), code::document_too_large);
  EXPECT_EQ(fault_of("text/plain", "\xff"), code::malformed_document);
}

TEST(VoiceDocument, ReadsTheTextOfTheCallItself) {
  EXPECT_THAT(parse_voice_document("<Response><Say>Hi</Say></Response>")->verbs, SizeIs(1));
  EXPECT_EQ(parse_voice_document("Hi").error().code, code::malformed_document);
}

}  // namespace
}  // namespace cloudvno::twiml
