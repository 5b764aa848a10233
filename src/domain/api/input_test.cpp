// What is taken as the parameters of a request, and what is refused.
#include "domain/api/input.hpp"

#include <boost/json/serialize.hpp>

namespace cloudvno::api {
namespace {

using ::testing::HasSubstr;

Result<boost::json::object> read_json(std::string body) {
  http::Request request;
  request.method = "POST";
  request.headers.add("Content-Type", "application/json; charset=utf-8");
  request.body = std::move(body);
  return read_parameters(request);
}

void expect_repeat(const std::string& body) {
  const auto read = read_json(body);
  ASSERT_FALSE(read) << body.substr(0, 100);
  EXPECT_EQ(read.error().code, Errc::malformed_body);
  EXPECT_THAT(read.error().text, HasSubstr("twice"));
}

TEST(JsonParameters, RefuseANameThatStandsTwiceInOneObject) {
  expect_repeat(R"({"body":"first","body":"second"})");
  expect_repeat(R"({"body":"same","body":"same"})");
  expect_repeat(R"({"a":1,"body":2,"c":3,"body":null})");
  expect_repeat(R"({"":1,"":2})");
}

TEST(JsonParameters, CompareNamesAsTheyReadNotAsTheyAreWritten) {
  expect_repeat(R"({"body":1,"b\u006fdy":2})");
  expect_repeat(R"({"é":1,"\u00e9":2})");
  expect_repeat(R"({"\ud83d\ude00":1,"😀":2})");
}

TEST(JsonParameters, RefuseARepeatedNameInsideToo) {
  expect_repeat(R"({"a":{"x":1,"x":2}})");
  expect_repeat(R"({"a":[{},[{"y":0,"x":1,"x":2}]],"b":1})");
  expect_repeat(R"({"a":{"x":1},"b":{"x":2},"a":3})");
}

TEST(JsonParameters, TakeANameAgainInAnotherObject) {
  const auto read = read_json(R"({"a":{"a":1,"b":[{"a":2},{"a":3}]},"b":"a","A":"B"})");
  ASSERT_TRUE(read) << read.error().text;
  EXPECT_EQ(boost::json::serialize(*read),
            R"({"a":{"a":1,"b":[{"a":2},{"a":3}]},"b":"a","A":"B"})");
}

TEST(JsonParameters, FindARepeatAmongTensOfThousandsOfNames) {
  std::string names;
  for (int i = 0; i < 50'000; ++i) names += fmt::format(R"("n{}":1,)", i);
  EXPECT_TRUE(read_json("{" + names + R"("last":1})"));
  expect_repeat("{" + names + R"("n0":1})");
}

TEST(JsonParameters, SayWhyABodyIsNotTaken) {
  const auto cut = read_json(R"({"a":)");
  ASSERT_FALSE(cut);
  EXPECT_THAT(cut.error().text, HasSubstr("not valid JSON"));
  const auto list = read_json("[]");
  ASSERT_FALSE(list);
  EXPECT_THAT(list.error().text, HasSubstr("must be a JSON object"));
  EXPECT_TRUE(read_json(""));
}

}  // namespace
}  // namespace cloudvno::api
