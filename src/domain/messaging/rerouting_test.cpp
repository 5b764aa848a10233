// Messages whose carrier is down.
#include "domain/messaging/messaging.hpp"

#include <boost/json/parse.hpp>

#include "domain/messaging/testing/messaging_test_base.hpp"
#include "domain/numbers/assign_numbers.hpp"

namespace cloudvno::messaging {
namespace {

using testing::MessagingTest;

namespace json = boost::json;
using ::testing::IsEmpty;

class RoutingTest : public MessagingTest {
 protected:
  RoutingTest() {
    EXPECT_TRUE(db_->transact_now([&](storage::Transaction& tx) {
      return numbers::assign_carrier_number(tx, vault_, *test_.account.keys, test_.account.sid,
                                            *PhoneNumber::parse(live_from_), "acme", "US",
                                            clock_.now());
    }));
  }
  std::string send_live(std::string to) {
    const auto response =
        request("POST", "/v1/messages", {{"from", live_from_}, {"to", to}, {"body", "hello"}},
                test_.live_key);
    EXPECT_EQ(response.status, 201) << response.body;
    return "/v1/messages/" + std::string(json::parse(response.body).at("sid").as_string());
  }
  json::value read(const std::string& path) {
    return json::parse(request("GET", path, {}, test_.live_key).body);
  }

  const std::string live_from_ = "+12125551234";
};

TEST_F(RoutingTest, LeavesACarrierThatIsDownAndSaysSoInTheRecord) {
  second_carrier_.answers_at_once = live_carrier_.answers_at_once = true;
  const auto first = send_live("+447700900001");
  until([&] { return read(first).at("status").as_string() == "sent"; });
  EXPECT_EQ(read(first).at("carrier").as_string(), "acme");
  live_carrier_.set_up(false);
  messaging_->tick();
  const auto waiting = send_live("+447700900001");
  const auto elsewhere = send_live("+4915112345678");
  EXPECT_THAT(second_carrier_.submissions, IsEmpty());
  clock_.advance(std::chrono::seconds(2));
  messaging_->tick();
  until([&] { return read(waiting).at("status").as_string() == "sent"; });
  EXPECT_EQ(read(waiting).at("carrier").as_string(), "beta");
  EXPECT_EQ(read(waiting).at("route").as_string(), "priority 2; acme was left: its link is down");
  EXPECT_EQ(read(elsewhere).at("status").as_string(), "queued") << "beta takes +44 only";
  live_carrier_.set_up(true);
  clock_.advance(std::chrono::milliseconds(100));
  messaging_->tick();
  until([&] { return read(elsewhere).at("status").as_string() == "sent"; });
  for (int i = 0; i < 3; ++i) {
    const auto probe = send_live("+44770090001" + std::to_string(i));
    until([&] { return read(probe).at("status").as_string() == "sent"; });
    EXPECT_EQ(read(probe).at("carrier").as_string(), "acme");
  }
}

TEST_F(RoutingTest, MovesWhatACarrierLeftInDoubtToTheNextMarked) {
  second_carrier_.answers_at_once = true;
  const auto message = send_live("+447700900001");
  until([&] { return live_carrier_.waiting.size() == 1; });
  live_carrier_.set_up(false);
  messaging_->tick();
  clock_.advance(std::chrono::seconds(2));
  live_carrier_.answer_next({SubmitResult::unknown, {}, 0});
  messaging_->tick();
  until([&] { return read(message).at("status").as_string() == "sent"; });
  EXPECT_EQ(read(message).at("carrier").as_string(), "beta");
  EXPECT_TRUE(read(message).at("possible_duplicate").as_bool());
}

}  // namespace
}  // namespace cloudvno::messaging
