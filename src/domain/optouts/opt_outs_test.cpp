// Opting out and in: at most one answer, whatever comes in whatever order and from how many
// processes; and the routes.
#include "domain/optouts/opt_outs.hpp"

#include <barrier>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <random>
#include <thread>

#include "domain/accounts/accounts.hpp"
#include "domain/accounts/testing/test_account.hpp"
#include "domain/numbers/assign_numbers.hpp"
#include "domain/optouts/opt_outs_api.hpp"
#include "domain/optouts/settings.hpp"
#include "domain/senders/sender_pool_store.hpp"

namespace cloudvno::optouts {
namespace {

namespace json = boost::json;
using accounts::testing::TestAccount;

const auto ada = *PhoneNumber::parse("+12015550100");
const auto bob = *PhoneNumber::parse("+12015550101");

class OptOutsTest : public ::testing::Test {
 protected:
  OptOutsTest() { mount_opt_outs(api_, vault_, clock_); }

  template <class Body, class R = std::invoke_result_t<Body&, storage::Transaction&>::value_type>
  R write(Body body) {
    auto done = db_->transact_now(body);
    EXPECT_TRUE(done) << (done ? "" : done.error().detail);
    return *done;
  }
  Taken take(const numbers::Number& to, std::string_view text, const PhoneNumber& from = ada) {
    return write([&](storage::Transaction& tx) {
      return take_keyword(tx, vault_, *test_.account.keys, to, from, text, clock_.now());
    });
  }
  bool is_blocked(const numbers::Number& sender, const PhoneNumber& recipient = ada) {
    return write([&](storage::Transaction& tx) -> Result<bool> {
      return is_opted_out(tx, vault_, sender.number, recipient);
    });
  }
  senders::SenderPool pool_of(std::initializer_list<numbers::Number> members) {
    senders::SenderPool pool;
    pool.sid = SenderPoolSid::make(clock_.now());
    pool.account = test_.account.sid;
    pool.created_at = pool.updated_at = clock_.now();
    write([&](storage::Transaction& tx) -> Result<bool> {
      senders::insert_pool(tx, *test_.account.keys, pool);
      for (const auto& member : members) senders::insert_member(tx, pool, member.sid);
      return true;
    });
    return pool;
  }
  http::Response ask(std::string method, std::string path, const json::object& body = {},
                     std::string key = {}) {
    http::Request raw;
    raw.method = std::move(method);
    const auto mark = path.find('?');
    raw.path = path.substr(0, mark);
    if (mark != std::string::npos) raw.query = path.substr(mark + 1);
    raw.headers.add("Authorization", "Bearer " + (key.empty() ? test_.test_key : key));
    if (raw.method == "POST") {
      raw.headers.add("Content-Type", "application/json");
      raw.body = json::serialize(body);
    }
    return db_.run(api_.handle(raw));
  }
  std::string pair_query(const std::string& from) const {
    return "/v1/opt_outs?from=" + (from.starts_with('+') ? "%2B" + from.substr(1) : from) +
           "&to=%2B12015550100";
  }

  ManualClock clock_;
  vault::Vault vault_{vault::Key{7}};
  storage::testing::TestDatabase db_;
  TestAccount test_ = TestAccount::open(db_, vault_, clock_.now(), {"Test", false, false});
  TestAccount other_ = TestAccount::open(db_, vault_, clock_.now(), {"Other", false, false});
  accounts::Accounts accounts_{*db_, vault_, clock_};
  api::Api api_{*db_, clock_, accounts_, "https://host"};
  std::vector<numbers::Number> numbers_ = write([&](storage::Transaction& tx) {
    return numbers::assign_sandbox_numbers(tx, vault_, *test_.account.keys, test_.account.sid,
                                           clock_.now());
  });
};

TEST_F(OptOutsTest, BlockAPairFromItsStopToItsStart) {
  const auto stopped = take(numbers_[0], "Stop.");
  EXPECT_EQ(stopped.keyword, Keyword::stop);
  EXPECT_EQ(stopped.reply, Settings().stop.reply);
  EXPECT_TRUE(is_blocked(numbers_[0]));
  EXPECT_FALSE(is_blocked(numbers_[1])) << "another sender";
  EXPECT_FALSE(is_blocked(numbers_[0], bob)) << "another recipient";
  const auto again = take(numbers_[0], "QUIT");
  EXPECT_EQ(again.keyword, Keyword::stop);
  EXPECT_EQ(again.reply, "");
  const auto started = take(numbers_[0], "start");
  EXPECT_EQ(started.keyword, Keyword::start);
  EXPECT_EQ(started.reply, Settings().start.reply);
  EXPECT_FALSE(is_blocked(numbers_[0]));
}

TEST_F(OptOutsTest, LeaveAYesToTheApplicationWhereNothingIsBlocked) {
  const auto taken = take(numbers_[0], "Yes");
  EXPECT_EQ(taken.keyword, std::nullopt);
  EXPECT_EQ(taken.reply, "");
}

TEST_F(OptOutsTest, AnswerAnAppealForHelpAlsoOfWhoOptedOut) {
  EXPECT_EQ(take(numbers_[0], "help").reply, Settings().help.reply);
  take(numbers_[0], "stop");
  const auto taken = take(numbers_[0], "INFO");
  EXPECT_EQ(taken.keyword, Keyword::help);
  EXPECT_EQ(taken.reply, Settings().help.reply);
  EXPECT_TRUE(is_blocked(numbers_[0]));
}

TEST_F(OptOutsTest, HoldForAllMembersOfAPool) {
  pool_of({numbers_[0], numbers_[1]});
  take(numbers_[0], "stop");
  EXPECT_TRUE(is_blocked(numbers_[1]));
  EXPECT_FALSE(is_blocked(numbers_[2])) << "no member";
  EXPECT_EQ(take(numbers_[1], "stop").reply, "") << "answered once, by the first";
  EXPECT_EQ(take(numbers_[1], "start").keyword, Keyword::start);
  EXPECT_FALSE(is_blocked(numbers_[0]));
}

TEST_F(OptOutsTest, AnswerNoSecondStopBecauseAMemberCame) {
  const auto pool = pool_of({numbers_[0]});
  take(numbers_[0], "stop");
  write([&](storage::Transaction& tx) -> Result<bool> {
    return senders::insert_member(tx, pool, numbers_[1].sid);
  });
  EXPECT_EQ(take(numbers_[0], "stop").reply, "");
  EXPECT_TRUE(is_blocked(numbers_[1]));
}

// Against a model in a few lines: who is blocked, and how often that began.
TEST_F(OptOutsTest, AreAnsweredAtMostOnceEachInAnyOrderOfKeywords) {
  pool_of({numbers_[0], numbers_[1]});
  constexpr const char* texts[] = {"stop", "STOPALL", "end",   "start",
                                   "yes",  "help",    "hello", "Quit!"};
  std::mt19937 random(4);
  for (int run = 0; run < 20; ++run) {
    const auto recipient = *PhoneNumber::parse(fmt::format("+1201555{:04}", 1000 + run));
    bool pool_blocked = false;
    bool single_blocked = false;
    int began = 0;
    int answered = 0;
    for (int step = 0; step < 25; ++step) {
      const auto to = random() % 3;
      const std::string text = texts[random() % std::size(texts)];
      bool& blocked = to == 2 ? single_blocked : pool_blocked;
      const auto kind = read_keyword(fold_keyword(text));
      const bool begins = kind == Keyword::stop && !blocked;
      if (kind == Keyword::stop) blocked = true;
      if (kind == Keyword::start) blocked = false;
      const auto taken = take(numbers_[to], text, recipient);
      if (begins) ++began;
      if (taken.keyword == Keyword::stop && !taken.reply.empty()) ++answered;
      EXPECT_EQ(is_blocked(numbers_[0], recipient), pool_blocked);
      EXPECT_EQ(is_blocked(numbers_[1], recipient), pool_blocked);
      EXPECT_EQ(is_blocked(numbers_[2], recipient), single_blocked);
      EXPECT_EQ(answered, began);
    }
  }
}

// Two processes take the same and other keywords of one recipient at one time.
TEST_F(OptOutsTest, AreAnsweredOnceByTwoProcesses) {
  pool_of({numbers_[0], numbers_[1]});
  constexpr int rounds = 40;
  const auto other = db_.open_another();
  for (const auto& [text, state] :
       {std::pair{"stop", true}, std::pair{"start", false}, std::pair{"stop", true}}) {
    std::barrier meet(2);
    std::vector<int> answers[2];
    const auto work = [&](int process) {
      auto& database = process == 0 ? *db_ : *other;
      for (int round = 0; round < rounds; ++round) {
        const auto recipient = *PhoneNumber::parse(fmt::format("+1202555{:04}", round));
        meet.arrive_and_wait();
        // Each by another member: they meet at the pairs of both.
        const auto taken = database.transact_now([&](storage::Transaction& tx) {
          return take_keyword(tx, vault_, *test_.account.keys,
                              numbers_[static_cast<std::size_t>(process)], recipient, text,
                              clock_.now());
        });
        EXPECT_TRUE(taken) << taken.error().detail;
        answers[process].push_back(taken && !taken->reply.empty() ? 1 : 0);
      }
    };
    {
      const std::jthread theirs([&] { work(1); });
      work(0);
    }
    for (int round = 0; round < rounds; ++round) {
      const auto at = static_cast<std::size_t>(round);
      const auto recipient = *PhoneNumber::parse(fmt::format("+1202555{:04}", round));
      EXPECT_EQ(answers[0][at] + answers[1][at], 1) << text << " " << round;
      EXPECT_EQ(is_blocked(numbers_[0], recipient), state);
      EXPECT_EQ(is_blocked(numbers_[1], recipient), state);
    }
  }
}

TEST_F(OptOutsTest, KeepNothingButAHashAndADay) {
  clock_.advance(std::chrono::hours(5));
  take(numbers_[0], "stop");
  const auto row = write([&](storage::Transaction& tx) -> Result<std::pair<Bytes, Time>> {
    const auto rows = tx.query("SELECT pair_index, since_day FROM opt_out");
    EXPECT_TRUE(rows->next());
    return std::pair{rows->copy_bytes(0), rows->time(1)};
  });
  EXPECT_EQ(row.first.size(), 16u);
  EXPECT_EQ(row.second, std::chrono::floor<std::chrono::days>(clock_.now()));
  take(numbers_[0], "start");
  EXPECT_EQ(write([&](storage::Transaction& tx) -> Result<bool> {
              return tx.query("SELECT 1 FROM opt_out")->next();
            }),
            false);
}

TEST_F(OptOutsTest, AreReadRecordedAndLiftedByTheCustomer) {
  const auto from = numbers_[0].number.e164();
  const auto read = [&](const std::string& sender) {
    const auto response = ask("GET", pair_query(sender));
    EXPECT_EQ(response.status, 200) << response.body;
    return json::parse(response.body);
  };
  EXPECT_EQ(read(from).at("opted_out").as_bool(), false);
  EXPECT_TRUE(read(from).at("since").is_null());
  EXPECT_EQ(ask("POST", "/v1/opt_outs", {{"from", from}, {"to", ada.e164()}}).status, 201);
  EXPECT_EQ(read(from).at("since").as_string(), to_iso8601(clock_.now()).substr(0, 10));
  EXPECT_EQ(ask("DELETE", pair_query(from)).status, 204);
  EXPECT_EQ(ask("DELETE", pair_query(from)).status, 404);
  EXPECT_FALSE(is_blocked(numbers_[0]));

  const auto pool = pool_of({numbers_[0], numbers_[1]});
  EXPECT_EQ(ask("POST", "/v1/opt_outs", {{"from", pool.sid.view()}, {"to", ada.e164()}}).status,
            201);
  EXPECT_TRUE(is_blocked(numbers_[0]) && is_blocked(numbers_[1]));
  EXPECT_EQ(read(pool.sid.str()).at("opted_out").as_bool(), true);
  EXPECT_EQ(ask("DELETE", pair_query(numbers_[1].number.e164())).status, 204);
  EXPECT_FALSE(is_blocked(numbers_[0]));
}

TEST_F(OptOutsTest, AreShownToNobodyElse) {
  take(numbers_[0], "stop");
  for (const auto& key : {other_.test_key, test_.live_key}) {
    const auto from = numbers_[0].number.e164();
    EXPECT_EQ(ask("GET", pair_query(from), {}, key).status, 422);
    EXPECT_EQ(ask("DELETE", pair_query(from), {}, key).status, 422);
    EXPECT_EQ(ask("POST", "/v1/opt_outs", {{"from", from}, {"to", bob.e164()}}, key).status, 422);
  }
  EXPECT_TRUE(is_blocked(numbers_[0]));
  EXPECT_FALSE(is_blocked(numbers_[0], bob));
}

TEST_F(OptOutsTest, AreAnsweredAsTheAccountWantsInEachMode) {
  const auto changed = ask("POST", "/v1/opt_out_settings",
                           {{"stop_reply", "Vous êtes désinscrit. À bientôt !"},
                            {"help_reply", ""},
                            {"stop_keywords", json::array{"Arrêt", "ALTO"}}});
  ASSERT_EQ(changed.status, 200) << changed.body;
  EXPECT_EQ(json::parse(ask("GET", "/v1/opt_out_settings").body), json::parse(changed.body));
  EXPECT_EQ(take(numbers_[0], "arrêt").reply, "Vous êtes désinscrit. À bientôt !");
  EXPECT_EQ(take(numbers_[0], "help").reply, "");
  EXPECT_EQ(take(numbers_[0], "start").reply, Settings().start.reply) << "what is left out stays";
  const auto live = json::parse(ask("GET", "/v1/opt_out_settings", {}, test_.live_key).body);
  EXPECT_EQ(live.at("stop_reply").as_string(), Settings().stop.reply);
  EXPECT_TRUE(live.at("date_updated").is_null());
  EXPECT_EQ(ask("POST", "/v1/opt_out_settings", {{"stop_keywords", ""}}).status, 200);
  EXPECT_EQ(take(numbers_[0], "ARRÊT").keyword, std::nullopt);
  const auto refused = ask("POST", "/v1/opt_out_settings", {{"stop_reply", "Start"}});
  EXPECT_EQ(refused.status, 400) << refused.body;
}

}  // namespace
}  // namespace cloudvno::optouts
