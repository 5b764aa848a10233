// What answers of aggregators mean.
#include "connectors/http_carrier/answer_rules.hpp"

namespace cloudvno::http_carrier {
namespace {

AnswerRules rules(std::vector<std::string_view> texts, std::string_view id = "") {
  AnswerRules made;
  for (const auto text : texts) made.rules.push_back(AnswerRule::parse(text).value());
  made.id = Selector::parse(id).value();
  return made;
}
http::Response answer(int status, std::string body, std::string_view retry_after = {}) {
  http::Response response;
  response.status = status;
  response.body = std::move(body);
  if (!retry_after.empty()) response.headers.add("Retry-After", std::string(retry_after));
  return response;
}
std::string fault(std::string_view text) {
  const auto parsed = AnswerRule::parse(text);
  return parsed ? "" : parsed.error();
}

TEST(AnswerRules, TakeTheFirstThatFits) {
  const auto made =
      rules({"json:/code = 7 -> refused 30005", "json:/code = \"no credit\" -> unavailable",
             "status 200-299 and json:/code != 0 -> refused",
             "status 200,202 and json:/id -> accepted", "status 200 -> temporary"},
            "json:/id");
  const auto verdict = [&](int status, std::string body) {
    return judge(made, answer(status, std::move(body)), "SM1").verdict;
  };
  EXPECT_EQ(judge(made, answer(400, R"({"code":7})"), "").error_code, 30005);
  EXPECT_EQ(verdict(400, R"({"code":7})"), Verdict::refused);
  EXPECT_EQ(verdict(200, R"({"code":"no credit"})"), Verdict::unavailable);
  EXPECT_EQ(judge(made, answer(200, R"({"code":1})"), "").error_code, 30007);
  EXPECT_EQ(verdict(202, R"({"code":0,"id":18446744073709551615})"), Verdict::accepted);
  EXPECT_EQ(judge(made, answer(202, R"({"code":0,"id":18446744073709551615})"), "").id,
            "18446744073709551615");
  EXPECT_EQ(verdict(200, R"({"code":"0","id":null})"), Verdict::temporary);
}

TEST(AnswerRules, FindTheIdWhereverItIs) {
  const auto id = [](std::string_view place, std::string body) {
    auto given = answer(200, std::move(body));
    given.headers.add("X-Id", "h1");
    return judge(rules({}, place), given, "SM1-2").id;
  };
  EXPECT_EQ(id("json:/messages/0/id", R"({"messages":[{"id":"a1"}]})"), "a1");
  EXPECT_EQ(id("json:", R"("whole")"), "whole");
  EXPECT_EQ(id("regex:/<id>([^<]+)<\\/id>/", "<r><id>x9</id></r>"), "x9");
  EXPECT_EQ(id("regex:/\\d+/", "Sent. 4711."), "4711");
  EXPECT_EQ(id("header:x-id", ""), "h1");
  EXPECT_EQ(id("own", ""), "SM1-2");
  EXPECT_EQ(id("json:/id", "no JSON"), "");
  EXPECT_EQ(id("", "x"), "");
}

TEST(AnswerRules, LeaveTheRestToTheStatus) {
  const auto verdict = [](int status, std::string_view retry_after = {}) {
    return judge({}, answer(status, "", retry_after), "").verdict;
  };
  EXPECT_EQ(verdict(202), Verdict::accepted);
  EXPECT_EQ(verdict(302), Verdict::unavailable);
  EXPECT_EQ(verdict(400), Verdict::refused);
  EXPECT_EQ(verdict(401), Verdict::unavailable);
  EXPECT_EQ(verdict(408), Verdict::unknown);
  EXPECT_EQ(verdict(429), Verdict::throttled);
  EXPECT_EQ(verdict(500), Verdict::unknown);
  EXPECT_EQ(verdict(503), Verdict::temporary);
  EXPECT_EQ(verdict(503, "7"), Verdict::throttled);
  EXPECT_EQ(judge({}, answer(429, "", "7"), "").retry_after, std::chrono::seconds(7));
  EXPECT_EQ(judge({}, answer(429, "", "999999"), "").retry_after, std::chrono::seconds(300));
  EXPECT_EQ(judge({}, answer(429, "", "soon"), "").retry_after, std::chrono::seconds(0));
}

TEST(AnswerRules, SayWhatIsWrongWithThem) {
  EXPECT_THAT(fault("status 200"), ::testing::HasSubstr("no arrow"));
  EXPECT_THAT(fault("status abc -> accepted"), ::testing::HasSubstr("200-299"));
  EXPECT_THAT(fault("status 300-200 -> accepted"), ::testing::HasSubstr("200-299"));
  EXPECT_THAT(fault("jsn:/a -> accepted"), ::testing::HasSubstr("no place of a value"));
  EXPECT_THAT(fault("json:a -> accepted"), ::testing::HasSubstr("no place of a value"));
  EXPECT_THAT(fault("regex:/(/ -> accepted"), ::testing::HasSubstr("the regex"));
  EXPECT_THAT(fault("regex:/a -> accepted"), ::testing::HasSubstr("slash at each end"));
  EXPECT_THAT(fault("json:/a -> good"), ::testing::HasSubstr("none of accepted"));
  EXPECT_THAT(fault("json:/a -> refused 7"), ::testing::HasSubstr("refused 30005"));
  EXPECT_THAT(fault("json:/a -> accepted now"), ::testing::HasSubstr("behind the rule"));
  EXPECT_THAT(fault("own -> accepted"), ::testing::HasSubstr("no answer"));
}

// A pattern that goes to and fro over a hostile text ends, as no match.
TEST(AnswerRules, EndAPatternThatDoesNotEnd) {
  const auto made = rules({"regex:/^(a+)+$/ -> refused", "status 200 -> accepted"});
  EXPECT_EQ(judge(made, answer(200, std::string(5'000, 'a') + "b"), "").verdict, Verdict::accepted);
}

}  // namespace
}  // namespace cloudvno::http_carrier
