// What is a keyword, and what only looks like one.
#include "domain/optouts/keyword.hpp"

#include "domain/optouts/settings.hpp"

namespace cloudvno::optouts {
namespace {

std::optional<Keyword> read(std::string_view text) {
  return read_keyword(fold_keyword(text));
}

TEST(Keyword, AreTheWordsOfTheContract) {
  for (const auto* word :
       {"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"}) {
    EXPECT_EQ(read(word), Keyword::stop) << word;
  }
  for (const auto* word : {"START", "YES", "UNSTOP"}) EXPECT_EQ(read(word), Keyword::start) << word;
  for (const auto* word : {"HELP", "INFO"}) EXPECT_EQ(read(word), Keyword::help) << word;
}

TEST(Keyword, IgnoreCaseSpacesAndPunctuation) {
  for (const auto* text :
       {"stop", "Stop", " STOP\r\n", "stop.", "Stop!!", "\"STOP\"", "\u201CStop\u201D", "s t o p",
        "Stop all", "opt-out", "\u00A0stop\u2026", "\uFF33\uFF34\uFF2F\uFF30", "stop\u200B"}) {
    EXPECT_EQ(read(text), Keyword::stop) << text;
  }
}

TEST(Keyword, AreTheWholeText) {
  for (const auto* text : {"", " ", "...", "please stop", "stop it", "STOP2", "nonstop",
                           "yes please", "st\xffop2", "STOPSTOP", "the end"}) {
    EXPECT_EQ(read(text), std::nullopt) << text;
  }
}

TEST(Keyword, HaveCapitalsInOtherAlphabets) {
  constexpr std::pair<const char*, const char*> same[] = {
      {"arrêt", "ARRÊT"}, {"стоп", "СТОП"}, {"ёж", "ЁЖ"},         {"διακοπή", "ΔΙΑΚΟΠΉ"},
      {"łódź", "ŁÓDŹ"},   {"ÿ", "Ÿ"},       {"příliš", "PŘÍLIŠ"}, {"στοπς", "ΣΤΟΠΣ"},
  };
  for (const auto& [small, capital] : same) EXPECT_EQ(fold_keyword(small), capital);
  EXPECT_EQ(fold_keyword("停止"), "停止");
}

TEST(OptOutSettings, ReadAnAccountsOwnKeywordsBesideThoseOfEverybody) {
  Settings settings;
  settings.stop.keywords = {"Arrêt", "ALTO"};
  settings.help.keywords = {"aide"};
  EXPECT_TRUE(settings.check());
  EXPECT_EQ(settings.read(fold_keyword("arrêt!")), Keyword::stop);
  EXPECT_EQ(settings.read(fold_keyword("AIDE")), Keyword::help);
  EXPECT_EQ(settings.read("STOP"), Keyword::stop);
  EXPECT_EQ(settings.read("BONJOUR"), std::nullopt);
}

TEST(OptOutSettings, GiveNoWordTwoMeanings) {
  Settings settings;
  settings.start.keywords = {"Stop!"};
  EXPECT_EQ(settings.check().error().param, "start_keywords");
  settings.start.keywords = {"alto"};
  settings.stop.keywords = {"ALTO"};
  EXPECT_EQ(settings.check().error().param, "start_keywords");
}

// Else two accounts that write to each other would answer each other's answers for ever.
TEST(OptOutSettings, RefuseAReplyThatMayBeAKeyword) {
  Settings settings;
  settings.help.reply = "Help yourself, please";  // 18 letters
  EXPECT_EQ(settings.check().error().param, "help_reply");
  settings.help.reply = std::string(longest_keyword, 'x') + " !!!";
  EXPECT_EQ(settings.check().error().param, "help_reply");
  settings.help.reply += "y";
  EXPECT_TRUE(settings.check());
  settings.help.reply.clear();
  EXPECT_TRUE(settings.check()) << "no reply";
  settings.help.keywords = {std::string(longest_keyword + 1, 'x')};
  EXPECT_EQ(settings.check().error().param, "help_keywords");
  settings.help.keywords = {"?!"};
  EXPECT_EQ(settings.check().error().param, "help_keywords");
  settings.help.keywords.assign(most_keywords + 1, "word");
  EXPECT_EQ(settings.check().error().param, "help_keywords");
  settings.help.keywords.clear();
  settings.help.reply.assign(1'601, 'x');
  EXPECT_EQ(settings.check().error().code, Errc::message_too_long);
}

TEST(OptOutSettings, AnswerInOnePartByThemselves) {
  const Settings settings;
  EXPECT_TRUE(settings.check());
  for (const auto kind : all_keywords) EXPECT_LE(settings.of(kind).reply.size(), 160u);
}

}  // namespace
}  // namespace cloudvno::optouts
