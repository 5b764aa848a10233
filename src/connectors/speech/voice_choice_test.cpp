// Which voice speaks what a document asks for.
#include "connectors/speech/voice_choice.hpp"

#include <gtest/gtest.h>

namespace cloudvno::speech {
namespace {

std::string chosen(std::string_view voice, std::string_view language) {
  const auto choice = choose_voice(voice, language);
  if (!choice) return std::string("none");
  return (choice->engine == VoiceChoice::Engine::flite ? "flite " : "espeak ") + choice->voice;
}

TEST(VoiceChoice, KnowsTheOldNames) {
  EXPECT_EQ(chosen("man", "en"), "flite rms");
  EXPECT_EQ(chosen("woman", "en"), "flite slt");
  EXPECT_EQ(chosen("alice", ""), "flite slt");
  EXPECT_EQ(chosen("", ""), "flite slt");
  EXPECT_EQ(chosen("man", "en-GB"), "flite awb");
  EXPECT_EQ(chosen("man", "de"), "espeak de");
  EXPECT_EQ(chosen("woman", "de"), "espeak de+f2");
}

TEST(VoiceChoice, KnowsTheNamesOfTheField) {
  EXPECT_EQ(chosen("Polly.Joanna", ""), "flite slt");
  EXPECT_EQ(chosen("Polly.Matthew-Neural", ""), "flite rms");
  EXPECT_EQ(chosen("Polly.Brian", ""), "flite awb");
  EXPECT_EQ(chosen("Polly.Hans", ""), "espeak de");
  EXPECT_EQ(chosen("Polly.Vicki-Neural", ""), "espeak de+f2");
  EXPECT_EQ(chosen("Polly.Mathieu", ""), "espeak fr-fr");
  EXPECT_EQ(chosen("Polly.Camila", ""), "espeak pt-br+f2");
  EXPECT_EQ(chosen("Polly.Zhiyu", ""), "espeak cmn+f2");
  EXPECT_EQ(chosen("Google.de-DE-Standard-A", ""), "espeak de+f2");
  EXPECT_EQ(chosen("Google.cmn-CN-Wavenet-B", ""), "espeak cmn+f2");
  EXPECT_EQ(chosen("Google.en-AU-Neural2-A", ""), "flite slt");
}

TEST(VoiceChoice, SpeaksEnglishForNamesThatItDoesNotKnow) {
  for (const auto* const voice : {"Polly.", "Polly.Nobody", "Google.", "Google.x-y", "xyz"}) {
    EXPECT_EQ(chosen(voice, ""), "flite slt") << voice;
  }
}

TEST(VoiceChoice, TheLanguageWinsOverTheVoices) {
  EXPECT_EQ(chosen("Polly.Hans", "it-IT"), "espeak it");
  EXPECT_EQ(chosen("Polly.Hans", "en-US"), "flite rms");
}

TEST(VoiceChoice, MapsTagsByTheirBeginning) {
  const std::pair<const char*, const char*> cases[] = {
      {"de-DE", "de"},        {"de-CH-1996", "de"}, {"pt-BR", "pt-br"}, {"pt-PT", "pt"},
      {"pt_BR", "pt-br"},     {"zh-CN", "cmn"},     {"zh-TW", "cmn"},   {"zh-HK", "yue"},
      {"cmn-Hans-CN", "cmn"}, {"es-MX", "es-419"},  {"es-ES", "es"},    {"es-419", "es-419"},
      {"fr-CA", "fr-fr"},     {"fr-BE", "fr-be"},   {"nb-NO", "nb"},    {"no-NO", "nb"},
      {"JA-jp", "ja"},        {"arb", "ar"},        {"he-IL", "he"}};
  for (const auto& [tag, voice] : cases) {
    EXPECT_EQ(chosen("man", tag), std::string("espeak ") + voice) << tag;
  }
}

TEST(VoiceChoice, RefusesLanguagesThatNobodyHereSpeaks) {
  for (const auto* const tag :
       {"tlh", "xx-XX", "e", "english", "-", " de", "de de", "--help", "de/../../x", "\xff"}) {
    const auto choice = choose_voice("man", tag);
    ASSERT_FALSE(choice) << tag;
    EXPECT_EQ(choice.error().code, Errc::invalid_parameter);
    EXPECT_FALSE(choice.error().text.empty());
  }
}

}  // namespace
}  // namespace cloudvno::speech
