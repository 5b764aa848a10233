// Lines of the log.
#include "base/log_line.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <limits>

namespace cloudvno::log {
namespace {

constexpr Time time{Micros(1'767'225'600'000'000)};

std::string text(std::string_view value) {
  const auto line = text_line(time, Level::info, "e", {{"v", value}});
  return line.substr(line.find("v="));
}

// What a reader of the JSON line gets for the value.
std::string json(std::string_view value) {
  const auto line = json_line(time, Level::info, "e", {{"v", value}});
  return std::string(boost::json::parse(line).as_object().at("v").as_string());
}

TEST(LogLine, WritesAnEventAndItsFieldsAsText) {
  EXPECT_EQ(text_line(time, Level::info, "smpp.bound", {{"carrier", "acme"}, {"window", 10}}),
            "2026-01-01T00:00:00.000Z info  smpp.bound carrier=acme window=10");
  EXPECT_EQ(text_line(time, Level::error, "x", {}), "2026-01-01T00:00:00.000Z error x");
}

TEST(LogLine, WritesAnEventAndItsFieldsAsJson) {
  EXPECT_EQ(json_line(time, Level::warn, "smpp.bound",
                      {{"carrier", "acme"}, {"window", 10}, {"tls", true}, {"share", 0.5}}),
            R"({"time":"2026-01-01T00:00:00.000Z","level":"warn","event":"smpp.bound",)"
            R"("carrier":"acme","window":10,"tls":true,"share":0.500000})");
}

TEST(LogLine, QuotesATextThatCouldPassForMore) {
  EXPECT_EQ(text("a b=c"), R"(v="a b=c")");
  EXPECT_EQ(text(""), R"(v="")");
  EXPECT_EQ(text(R"(say "hi"\)"), R"(v="say \"hi\"\\")");
  EXPECT_EQ(text("plain-text/1.0"), "v=plain-text/1.0");
}

TEST(LogLine, LetsNoPeerForgeALine) {
  const std::string forged = "x\n2026-01-01T00:00:00.000Z info  account.deleted sid=1";
  EXPECT_EQ(text(forged), R"(v="x\u000a2026-01-01T00:00:00.000Z info  account.deleted sid=1")");
  EXPECT_EQ(json(forged), forged);
  for (const auto* ending : {"\n", "\r", "\x0B", "\x0C", "\u0085", "\u2028", "\u2029"}) {
    const std::string value = std::string("a") + ending + "b";
    for (const auto& line : {text(value), json_line(time, Level::info, "e", {{"v", value}})}) {
      EXPECT_EQ(line.find(ending), std::string::npos) << line;
      EXPECT_NE(line.find("a\\u"), std::string::npos) << line;
    }
  }
}

TEST(LogLine, LetsNoPeerEndTheQuotes) {
  const std::string value = R"(x","event":"forged","y":")";
  EXPECT_EQ(json(value), value);
  EXPECT_EQ(text(R"(x" sid="1)"), R"(v="x\" sid=\"1")");
}

TEST(LogLine, LetsNoPeerCommandTheTerminal) {
  EXPECT_EQ(text("\x1B[2J"), R"(v="\u001b[2J")");
  EXPECT_EQ(text("\u009B2J"), R"(v="\u009b2J")");
  EXPECT_EQ(text("\x7F"), R"(v="\u007f")");
  EXPECT_EQ(text("a\u202Eb"), R"(v="a\u202eb")");
  EXPECT_EQ(text(std::string_view("a\0b", 3)), R"(v="a\u0000b")");
}

TEST(LogLine, StaysUtf8WhateverComes) {
  EXPECT_EQ(json("caf\xC3\xA9 \xFF\xC3"), "café \uFFFD\uFFFD");
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
  EXPECT_NO_THROW(json(all));
}

TEST(LogLine, CutsALongValue) {
  EXPECT_EQ(json(std::string(5'000, 'x')), std::string(longest_value, 'x') + "...");
  EXPECT_EQ(json(std::string(longest_value, 'x')), std::string(longest_value, 'x'));
  EXPECT_LT(text(std::string(5'000, '\n')).size(), 7 * longest_value);
}

TEST(LogLine, StaysJsonForNumbersThatJsonLacks) {
  for (const double number :
       {std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity(),
        std::numeric_limits<double>::quiet_NaN()}) {
    EXPECT_NO_THROW(boost::json::parse(json_line(time, Level::info, "e", {{"v", number}})));
  }
  EXPECT_EQ(text_line(time, Level::info, "e", {{"v", std::numeric_limits<std::int64_t>::min()}}),
            "2026-01-01T00:00:00.000Z info  e v=-9223372036854775808");
}

}  // namespace
}  // namespace cloudvno::log
