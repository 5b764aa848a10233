// What holds of messages whatever carriers do, in any order: random lives from fixed seeds.
#include <map>
#include <random>
#include <set>

#include "domain/messaging/delivery_errors.hpp"
#include "domain/messaging/testing/messaging_test_base.hpp"

namespace cloudvno::messaging {
namespace {

namespace json = boost::json;
using testing::MessagingTest;

class MessagingProperty : public MessagingTest {
 protected:
  void pass(std::chrono::seconds time) {
    clock_.advance(time);
    messaging_->on_window_open(carrier_);
    messaging_->tick();
    db_.run(net::sleep_for(std::chrono::milliseconds(1)));
  }
  // What the oldest submission that waits is of.
  const Submission& oldest() const {
    return carrier_.submissions[carrier_.submissions.size() - carrier_.waiting.size()];
  }
  json::value read(const MessageSid& sid) {
    return json::parse(request("GET", "/v1/messages/" + sid.str()).body);
  }
};

TEST_F(MessagingProperty, AStateNeverGoesBackUnderAnyOrderOfReceipts) {
  for (std::uint32_t seed = 1; seed <= 25; ++seed) {
    std::mt19937 random(seed);
    const auto parts = 1 + random() % 3;
    const auto body = std::string(parts == 1 ? 20 : 153 * parts - 5, 'x');
    const auto message = send({{"body", body}, {"to", recipient(static_cast<int>(seed))}});
    until([&] { return carrier_.waiting.size() == parts; });
    const auto first = carrier_.last_id + 1;
    while (!carrier_.waiting.empty()) carrier_.accept_next();
    until([&] { return status_of(message) == "sent"; });
    auto before = MessageStatus::sent;
    for (int i = 0; i < 10; ++i) {
      // One of the message's parts, or of nobody's.
      const auto id = first + static_cast<int>(random() % (parts + 1));
      constexpr std::array states{ReceiptState::delivered, ReceiptState::undelivered,
                                  ReceiptState::in_progress};
      receipt(fmt::format("id{}", id), states.at(random() % states.size()), error_unreachable);
      const auto now = parse_status(status_of(message)).value();
      ASSERT_TRUE(now == before || may_move(before, now))
          << "seed " << seed << ": " << status_name(before) << " to " << status_name(now);
      before = now;
    }
    // And once every part is told of, it is final.
    for (unsigned i = 0; i < parts; ++i) {
      receipt(fmt::format("id{}", first + static_cast<int>(i)), ReceiptState::delivered);
    }
    ASSERT_TRUE(is_final(parse_status(status_of(message)).value())) << "seed " << seed;
  }
}

// Throttled, refused for now, not sent for want of a link: each message goes once, and those of a
// pair in their order.
TEST_F(MessagingProperty, APairKeepsItsOrderAndNothingGoesTwiceWithoutACrash) {
  for (std::uint32_t seed = 1; seed <= 8; ++seed) {
    std::mt19937 random(seed);
    std::map<std::string, std::vector<MessageSid>> asked;
    std::map<std::string, std::vector<MessageSid>> taken;
    constexpr std::size_t count = 24;
    for (std::size_t i = 0; i < count; ++i) {
      const auto to = recipient(static_cast<int>(random() % 4));
      const auto message = send({{"to", to}, {"body", std::to_string(i)}});
      asked[to].push_back(MessageSid::from_store(std::string(message.at("sid").as_string())));
      clock_.advance(std::chrono::milliseconds(2));
    }
    std::size_t accepted = 0;
    for (int turn = 0; turn < 2'000 && accepted < count; ++turn) {
      if (carrier_.waiting.empty()) {
        carrier_.set_up(true);
        pass(std::chrono::seconds(2));
        continue;
      }
      const auto to = oldest().to.e164();
      const auto sid = oldest().message;
      switch (random() % 6) {
        case 0:
          carrier_.answer_next({SubmitResult::throttled, {}, 0});
          break;
        case 1:
          carrier_.answer_next({SubmitResult::temporary, {}, 0});
          break;
        case 2:
          carrier_.set_up(false);
          carrier_.answer_next({SubmitResult::not_sent, {}, 0});
          break;
        default:
          taken[to].push_back(sid);
          ++accepted;
          carrier_.accept_next();
      }
    }
    ASSERT_EQ(taken, asked) << "seed " << seed;
    until([&] { return messaging_->waiting() == 0; });
    for (const auto& [to, sids] : asked) {
      for (const auto& sid : sids) {
        ASSERT_FALSE(read(sid).at("possible_duplicate").as_bool()) << "seed " << seed;
      }
    }
  }
}

// Links that are lost with messages on them: what the carrier may have had goes again, before what
// follows it in its pair, and says so.
TEST_F(MessagingProperty, APairKeepsItsOrderThroughLostLinksAndWhatGoesAgainIsMarked) {
  for (std::uint32_t seed = 1; seed <= 8; ++seed) {
    std::mt19937 random(seed);
    std::map<std::string, std::vector<MessageSid>> asked;
    std::map<std::string, std::vector<MessageSid>> seen;  // each once, at its last time
    std::set<std::string> again;
    constexpr std::size_t count = 16;
    for (std::size_t i = 0; i < count; ++i) {
      const auto to = recipient(static_cast<int>(random() % 3));
      const auto message = send({{"to", to}, {"body", std::to_string(i)}});
      asked[to].push_back(MessageSid::from_store(std::string(message.at("sid").as_string())));
      clock_.advance(std::chrono::milliseconds(2));
    }
    for (int turn = 0; turn < 2'000 && (seen != asked || messaging_->waiting() > 0); ++turn) {
      if (carrier_.waiting.empty()) {
        carrier_.set_up(true);
        pass(std::chrono::seconds(2));
        continue;
      }
      auto& order = seen[oldest().to.e164()];
      const auto sid = oldest().message;
      if (!order.empty() && order.back() == sid) {
        again.insert(sid.str());
      } else {
        order.push_back(sid);
      }
      if (random() % 4 == 0) {
        carrier_.set_up(false);
        carrier_.answer_next({SubmitResult::unknown, {}, 0});
      } else {
        carrier_.accept_next();
      }
    }
    ASSERT_EQ(seen, asked) << "seed " << seed;
    ASSERT_FALSE(again.empty()) << "seed " << seed;
    for (const auto& sid : again) {
      ASSERT_TRUE(read(MessageSid::from_store(sid)).at("possible_duplicate").as_bool())
          << "seed " << seed;
    }
  }
}

}  // namespace
}  // namespace cloudvno::messaging
