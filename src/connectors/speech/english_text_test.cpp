// What the English voice gets to read.
#include "connectors/speech/english_text.hpp"

#include <gtest/gtest.h>

namespace cloudvno::speech {
namespace {

TEST(EnglishText, IsPlainAscii) {
  EXPECT_EQ(english_text("Hello, world!"), "Hello, world!");
  EXPECT_EQ(english_text("Caf\u00e9 \u00c5ngstr\u00f6m"), "Cafe Angstrom");
  EXPECT_EQ(english_text("it\u2019s \u201cfine\u201d so\u2026"), "it's \"fine\" so...");
  EXPECT_EQ(english_text("5 \u20ac"), "5  euros ");
  EXPECT_EQ(english_text("a\nb\x01"
                         "c\xff"
                         "d\u4e2d"),
            "a b cd ");
  EXPECT_EQ(english_text("Stra\u00dfe \u00e6 \u00f7"), "Strasse ae  ");
}

TEST(EnglishText, BreaksEndlessWords) {
  const auto text = english_text(std::string(100, '9'));
  EXPECT_EQ(text, std::string(40, '9') + ' ' + std::string(40, '9') + ' ' + std::string(20, '9'));
}

TEST(EnglishText, CutsRunsOfMarks) {
  EXPECT_EQ(english_text("well" + std::string(4'000, '.') + " (((((a!?!?!?"), "well... (((a!?!");
}

TEST(EnglishText, ComesInPiecesOfWholeSentences) {
  const std::string sentence = "This is a sentence of some length, which says nothing.";
  const auto pieces =
      pieces_of(sentence + ' ' + sentence + ' ' + sentence + ' ' + sentence + ' ' + sentence);
  EXPECT_EQ(pieces, (std::vector<std::string>{sentence + ' ' + sentence + ' ' + sentence,
                                              ' ' + sentence + ' ' + sentence}));
  EXPECT_EQ(pieces_of(""), std::vector<std::string>{""});
}

TEST(EnglishText, LosesNothingInPieces) {
  std::string text;
  for (int i = 0; i < 1'000; ++i) text += fmt::format("word{}{}", i, i % 7 == 0 ? ", " : " ");
  std::string joined;
  for (const auto& piece : pieces_of(text)) {
    EXPECT_LE(piece.size(), 200u);
    joined += piece;
  }
  EXPECT_EQ(joined, text);
}

}  // namespace
}  // namespace cloudvno::speech
