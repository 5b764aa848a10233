// Many messages by one request.
#include "domain/messaging/testing/messaging_test_base.hpp"

namespace cloudvno::messaging {
namespace {

namespace json = boost::json;

class Batch : public testing::MessagingTest {
 protected:
  json::object item(int number) { return {{"to", recipient(number)}}; }
  http::Response send_batch(json::object body, std::string idempotency = {}) {
    http::Headers headers;
    if (!idempotency.empty()) headers.add("Idempotency-Key", std::move(idempotency));
    return request("POST", "/v1/messages/batch", body, {}, std::move(headers));
  }
  std::string param_of(json::object body) {
    const auto response = send_batch(std::move(body));
    EXPECT_EQ(response.status, 400) << response.body;
    return std::string(json::parse(response.body).at("error").at("param").as_string());
  }
};

TEST_F(Batch, AnswersEachMessageAtItsPlace) {
  auto own = item(2);
  own["body"] = "other";
  auto spelled = item(3);
  spelled["bodi"] = "x";
  const auto response =
      send_batch({{"from", from_},
                  {"body", "hello"},
                  {"messages", json::array{item(0),
                                           {{"to", "nobody"}},
                                           own,
                                           spelled,
                                           {{"to", recipient(4)}, {"from", "+442079460150"}},
                                           {{"to", recipient(5)}, {"tags", "a"}}}}});
  ASSERT_EQ(response.status, 201) << response.body;
  const auto answer = json::parse(response.body);
  const auto& data = answer.at("data").as_array();
  ASSERT_EQ(data.size(), 6u);
  EXPECT_EQ(data[0].at("message").at("body").as_string(), "hello");
  EXPECT_EQ(data[1].at("error").at("code").as_string(), "invalid_phone_number");
  EXPECT_EQ(data[1].at("error").at("param").as_string(), "to");
  EXPECT_EQ(data[2].at("message").at("body").as_string(), "other");
  EXPECT_EQ(data[3].at("error").at("code").as_string(), "unknown_parameter");
  EXPECT_EQ(data[4].at("error").at("code").as_string(), "from_number_not_owned");
  EXPECT_EQ(data[5].at("message").at("tags"), json::array{"a"});
  until([&] { return carrier_.waiting.size() == 3; });
}

TEST_F(Batch, StandsUnderOneIdempotencyKey) {
  const json::object body{
      {"from", from_}, {"body", "hello"}, {"messages", json::array{item(0), item(1)}}};
  const auto first = send_batch(body, "k");
  const auto again = send_batch(body, "k");
  EXPECT_EQ(first.status, 201);
  EXPECT_EQ(again.body, first.body);
  EXPECT_TRUE(again.headers.find("Idempotent-Replayed"));
  until([&] { return carrier_.waiting.size() == 2; });
  EXPECT_EQ(carrier_.submissions.size(), 2u);
}

TEST_F(Batch, RefusesAsAWholeWhatIsNoBatch) {
  EXPECT_EQ(param_of({{"messages", json::array()}}), "messages");
  EXPECT_EQ(param_of({{"messages", json::array(1'001, item(0))}}), "messages");
  EXPECT_EQ(param_of({{"messages", json::array{"x"}}}), "messages");
  EXPECT_EQ(param_of({{"messages", "[{]"}}), "messages");
  EXPECT_EQ(param_of({}), "messages");
  EXPECT_EQ(param_of({{"messages", json::array{item(0)}}, {"bodi", "x"}}), "bodi");
}

TEST_F(Batch, TakesAThousandAndLetsOthersPass) {
  carrier_.set_up(false);
  json::array items;
  for (int i = 0; i < 1'000; ++i) items.push_back(item(i % 100));
  const auto response = send_batch(
      {{"from", from_}, {"body", "bulk"}, {"messages", json::serialize(std::move(items))}});
  ASSERT_EQ(response.status, 201) << response.body;
  EXPECT_EQ(json::parse(response.body).at("data").as_array().size(), 1'000u);
  send({{"body", "first"}});
  carrier_.set_up(true);
  messaging_->tick();
  until([&] { return !carrier_.submissions.empty(); });
  EXPECT_EQ(as_text(carrier_.submissions[0].part.user_data), "first");
}

}  // namespace
}  // namespace cloudvno::messaging
