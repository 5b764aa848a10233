// What is kept, for how long, and what is gone for ever: on real tables of the program.
#include "domain/privacy/testing/privacy_test_base.hpp"

namespace cloudvno::privacy {
namespace {

TEST_F(PrivacyTest, DeletesRowsOnceTheirTimeIsOverAndNoneBefore) {
  round();
  keep_message(account_);
  pass(days(1) + hours(1));
  EXPECT_EQ(count("idempotency"), 0);
  keep_message(account_);
  pass(days(89) - hours(1));
  EXPECT_EQ(count("message"), 2) << "to the millisecond";
  EXPECT_EQ(count("message_part"), 2);
  EXPECT_EQ(count("media"), 2);
  EXPECT_EQ(count("media_piece"), 2);
  clock_.advance(Micros(2'000));
  round();
  EXPECT_EQ(count("message"), 1);
  EXPECT_EQ(count("message_part"), 1);
  EXPECT_EQ(count("media"), 1);
  EXPECT_EQ(count("media_piece"), 1);
  EXPECT_EQ(count("webhook_delivery"), 1);
  EXPECT_EQ(count("outbound_queue"), 1);
  EXPECT_EQ(count("account"), 1);
}

TEST_F(PrivacyTest, DeletesInStepsWhatIsMoreThanOneStep) {
  round();
  for (int i = 0; i < 1'203; ++i) keep_message(account_);
  pass(days(90) + hours(1));
  EXPECT_EQ(count("message"), 0);
  EXPECT_EQ(count("message_part"), 0);
  EXPECT_EQ(count("media"), 0);
  EXPECT_EQ(count("media_piece"), 0);
  EXPECT_EQ(count("webhook_delivery"), 0);
}

TEST_F(PrivacyTest, PassesOverMoreRowsThatAreHeldThanAStepLooksAt) {
  round();
  const auto other = open();
  for (int i = 0; i < 5'100; ++i) keep_event(other);
  keep_event(account_);
  write([&](storage::Transaction& tx) -> Result<bool> {
    insert_hold(tx, *other.account.keys,
                {HoldSid::make(clock_.now()), other.account.sid, "", "case 1", clock_.now(), {}});
    return true;
  });
  pass(days(91));
  EXPECT_EQ(count("event"), 5'100);
}

TEST_F(PrivacyTest, KeepsShorterWhatAnAccountWantsShorter) {
  round();
  const auto other = open();
  write([&](storage::Transaction& tx) -> Result<bool> {
    return accounts::set_retention(tx, other.account.sid, 7, clock_.now());
  });
  keep_message(account_);
  const auto sid = keep_message(other);
  pass(days(7) + hours(1));
  EXPECT_EQ(count("message"), 1);
  EXPECT_EQ(count("message_part"), 1);
  EXPECT_EQ(count("media"), 1);
  EXPECT_EQ(count("media_piece"), 1);
  EXPECT_EQ(body_of(other, sid), "(not_found)");
}

TEST_F(PrivacyTest, KeepsWhatALegalHoldNamesUntilItIsReleased) {
  round();
  const auto other = open();
  const auto held = keep_message(account_, "held");
  keep_message(account_);
  keep_message(other);
  const auto hold = [&](const TestAccount& of, std::string resource) {
    LegalHold made{HoldSid::make(clock_.now()),
                   of.account.sid,
                   std::move(resource),
                   "case 1",
                   clock_.now(),
                   {}};
    write([&](storage::Transaction& tx) -> Result<bool> {
      EXPECT_TRUE(insert_hold(tx, *of.account.keys, made));
      return true;
    });
    return made.sid;
  };
  const auto first = hold(account_, held.str());
  const auto second = hold(other, "");
  pass(days(91));
  EXPECT_EQ(count("message"), 2);
  EXPECT_EQ(count("message_part"), 2);
  EXPECT_EQ(count("media"), 2);
  EXPECT_EQ(count("media_piece"), 2);
  EXPECT_EQ(count("webhook_delivery"), 2);
  EXPECT_EQ(body_of(account_, held), "held");
  const auto listed = db_->read_now([&](storage::Transaction& tx) {
    return list_holds(tx, *account_.account.keys, account_.account.sid);
  });
  ASSERT_EQ(listed->size(), 1u);
  EXPECT_EQ(listed->front().reason, "case 1");
  write([&](storage::Transaction& tx) -> Result<bool> {
    EXPECT_TRUE(release_hold(tx, first, clock_.now()));
    EXPECT_FALSE(release_hold(tx, first, clock_.now()));
    return true;
  });
  round();
  EXPECT_EQ(count("message"), 1);
  write([&](storage::Transaction& tx) -> Result<bool> {
    return release_hold(tx, second, clock_.now());
  });
  round();
  EXPECT_EQ(count("message"), 0);
}

TEST_F(PrivacyTest, DeletesNothingByAClockThatJumped) {
  round();
  keep_message(account_);
  clock_.set(clock_.now() + days(100));
  EXPECT_FALSE(round()) << "nor does anything else end by this clock";
  EXPECT_EQ(count("message"), 1);
  pass(hours(30));
  EXPECT_EQ(count("message"), 1) << "nor when time goes on from there";
  clock_.set(clock_.now() - days(100));
  pass(days(88));
  EXPECT_EQ(count("message"), 1);
  pass(days(3));
  EXPECT_EQ(count("message"), 0) << "the clock is right again";
}

TEST_F(PrivacyTest, DeletesNothingByAClockThatJumpedWhileThePlatformWasDown) {
  round();
  keep_message(account_);
  clock_.set(clock_.now() + days(100));
  begin();
  pass(hours(5));
  EXPECT_EQ(count("message"), 1);
  write([&](storage::Transaction& tx) -> Result<bool> {
    write_clock_mark(tx, clock_.now());  // cloudvno clock accept
    return true;
  });
  round();
  EXPECT_EQ(count("message"), 0);
}

TEST_F(PrivacyTest, BelievesAClockThatFollowsATimeServer) {
  round();
  keep_message(account_);
  synchronised_ = true;
  clock_.set(clock_.now() + days(100));
  begin();
  round();
  EXPECT_EQ(count("message"), 0);
}

TEST_F(PrivacyTest, GoesOnByItselfAfterAShortAbsence) {
  round();
  keep_message(account_);
  pass(days(90) - Micros(1));
  clock_.set(clock_.now() + std::chrono::minutes(30));
  begin();
  round();
  EXPECT_EQ(count("message"), 0);
}

TEST_F(PrivacyTest, LeavesTheWorkToTheNodeThatHasTheDuty) {
  cluster::Node other(*db_, clock_, "other", false);
  ASSERT_TRUE(other.join());
  write([&](storage::Transaction& tx) -> Result<bool> { return other.on_duty(tx, "privacy"); });
  keep_message(account_);
  pass(days(91));
  EXPECT_EQ(count("message"), 1);
  EXPECT_FALSE(round());
  db_.run(other.leave());
  EXPECT_TRUE(round());
  EXPECT_EQ(count("message"), 0);
}

TEST_F(PrivacyTest, TurnsAnAccountsKeyWhileItIsUsed) {
  const auto sid = keep_message(account_, "before");
  const auto other = open();
  keep_message(other);
  write([&](storage::Transaction& tx) {
    return begin_key_turn(tx, vault_, account_.account.sid, clock_.now());
  });
  EXPECT_EQ(db_->transact_now([&](storage::Transaction& tx) {
                 return begin_key_turn(tx, vault_, account_.account.sid, clock_.now());
               })
                .error()
                .code,
            Errc::wrong_state);
  // Who still holds the keys from before seals with them.
  const auto late = keep_message(account_, "late");
  clock_.advance(std::chrono::seconds(2));
  round();
  EXPECT_EQ(body_of(account_, sid), "before");
  EXPECT_EQ(body_of(account_, late), "late");
  EXPECT_EQ(count("account_key WHERE retired_at IS NOT NULL"), 0) << "somebody may hold it yet";
  clock_.advance(std::chrono::seconds(61));
  round();
  EXPECT_EQ(count("account_key WHERE retired_at IS NOT NULL"), 1);
  clock_.advance(std::chrono::seconds(2));
  EXPECT_EQ(body_of(account_, sid), "before");
  EXPECT_EQ(body_of(account_, late), "late");
  EXPECT_FALSE(db_->read_now([&](storage::Transaction& tx) {
    return messaging::find_message(tx, *account_.account.keys, account_.account.sid, sid);
  })) << "the old key opens nothing";
  const Bytes second = {2};
  EXPECT_EQ(count("idempotency WHERE substr(body_sealed, 1, 1) = $1", {ByteView(second)}), 2);
  EXPECT_EQ(count("webhook_delivery WHERE substr(request_sealed, 1, 1) = $1", {ByteView(second)}),
            2);
}

TEST_F(PrivacyTest, TurnsAKeyAgainAndAgain) {
  const auto sid = keep_message(account_, "kept");
  const auto found = db_->read_now(
      [&](storage::Transaction& tx) { return accounts_->find(tx, account_.account.sid); });
  const auto index = (*found)->keys->blind_index("a.b", "x");
  for (int turn = 0; turn < 5; ++turn) {
    write([&](storage::Transaction& tx) {
      return begin_key_turn(tx, vault_, account_.account.sid, clock_.now());
    });
    for (int minute = 0; minute < 2; ++minute) {
      clock_.advance(std::chrono::seconds(62));
      round();
    }
    ASSERT_EQ(count("account_key WHERE version > 0 AND retired_at IS NULL"), 1) << turn;
  }
  EXPECT_EQ(count("account_key WHERE version > 0"), 6);
  EXPECT_EQ(body_of(account_, sid), "kept");
  pass(days(91));
  EXPECT_EQ(count("account_key WHERE version > 0"), 1) << "no backup can be older";
  const auto after = db_->read_now(
      [&](storage::Transaction& tx) { return accounts_->find(tx, account_.account.sid); });
  EXPECT_EQ((*after)->keys->blind_index("a.b", "x"), index);
}

TEST_F(PrivacyTest, ErasesAnAccountAndNoOther) {
  const auto other = open();
  const auto sid = keep_message(account_);
  const auto kept = keep_message(other);
  write([&](storage::Transaction& tx) {
    return destroy_account_keys(tx, account_.account.sid, clock_.now());
  });
  clock_.advance(std::chrono::seconds(2));
  EXPECT_EQ(body_of(account_, sid), "(not_found)");
  EXPECT_EQ(count("outbound_queue"), 1) << "nothing more is sent";
  round();
  EXPECT_EQ(count("message"), 1);
  EXPECT_EQ(count("account"), 1);
  EXPECT_EQ(count("webhook_delivery"), 1);
  EXPECT_EQ(count("erasure WHERE rows_deleted_at IS NOT NULL"), 0) << "somebody may write yet";
  clock_.advance(std::chrono::minutes(1));
  round();
  EXPECT_EQ(count("erasure WHERE rows_deleted_at IS NOT NULL"), 1);
  EXPECT_EQ(body_of(other, kept), "Hello");
  EXPECT_EQ(db_->transact_now([&](storage::Transaction& tx) {
                 return destroy_account_keys(tx, account_.account.sid, clock_.now());
               })
                .error()
                .code,
            Errc::not_found);
}

TEST_F(PrivacyTest, KeepsAnOptOutWhateverBecomesOfTheAccountAndItsKeys) {
  const auto pair = optouts::pair_index(vault_, *PhoneNumber::parse("+12015550101"),
                                        *PhoneNumber::parse("+12015550102"));
  write([&](storage::Transaction& tx) -> Result<bool> {
    return optouts::insert_opt_out(tx, pair, clock_.now());
  });
  write([&](storage::Transaction& tx) {
    return begin_key_turn(tx, vault_, account_.account.sid, clock_.now());
  });
  pass(days(120));
  write([&](storage::Transaction& tx) {
    return destroy_account_keys(tx, account_.account.sid, clock_.now());
  });
  pass(days(2));
  EXPECT_EQ(count("account"), 0);
  EXPECT_TRUE(write([&](storage::Transaction& tx) -> Result<bool> {
                const auto again = optouts::pair_index(vault_, *PhoneNumber::parse("+12015550101"),
                                                       *PhoneNumber::parse("+12015550102"));
                return optouts::find_opt_out(tx, {&again, 1}).has_value();
              }).value());
}

TEST_F(PrivacyTest, HoldsNoAccountThatWasErased) {
  write([&](storage::Transaction& tx) {
    return destroy_account_keys(tx, account_.account.sid, clock_.now());
  });
  const auto held = db_->transact_now([&](storage::Transaction& tx) {
    return insert_hold(
        tx, *account_.account.keys,
        {HoldSid::make(clock_.now()), account_.account.sid, "", "case 1", clock_.now(), {}});
  });
  ASSERT_FALSE(held);
  EXPECT_EQ(held.error().code, Errc::not_found);
}

TEST_F(PrivacyTest, DeletesWhatWasStillUnderWayWhenAnAccountWasErased) {
  write([&](storage::Transaction& tx) {
    return destroy_account_keys(tx, account_.account.sid, clock_.now());
  });
  round();
  // A request that began before: it holds the keys.
  keep_message(account_);
  numbers::Offer offer;
  offer.number = *PhoneNumber::parse("+14157770001");
  offer.kind = {"US", "local", true, false, true, 11, 3};
  write([&](storage::Transaction& tx) -> Result<bool> {
    return numbers::insert_number(
        tx, vault_, *account_.account.keys,
        numbers::make_number(account_.account.sid, true, offer, clock_.now()));
  });
  clock_.advance(std::chrono::minutes(1));
  round();
  for (const auto* table : {"message", "message_part", "outbound_queue", "incoming_number"}) {
    EXPECT_EQ(count(table), 0) << table;
  }
  EXPECT_EQ(count("resting_number WHERE NOT offered_again"), 1) << "for its rest nobody has it";
}

// What a process that is killed at any step of a round leaves, the next one brings to its end.
TEST_F(PrivacyTest, FinishesInTheNextLifeAnErasureThatDiedHalfWay) {
  for (int i = 0; i < 10; ++i) keep_message(account_);
  write([&](storage::Transaction& tx) {
    return destroy_account_keys(tx, account_.account.sid, clock_.now());
  });
  write([&](storage::Transaction& tx) -> Result<bool> {
    tx.run("DELETE FROM message WHERE sid IN (SELECT sid FROM message LIMIT 3)");
    tx.run("DELETE FROM account WHERE sid = $1", account_.account.sid);
    return true;
  });
  begin();
  clock_.advance(std::chrono::minutes(2));
  round();
  for (const auto* table : {"message", "message_part", "webhook_delivery", "idempotency", "account",
                            "api_key", "account_key WHERE account_sid LIKE 'AC%'"}) {
    EXPECT_EQ(count(table), 0) << table;
  }
  EXPECT_EQ(count("erasure WHERE rows_deleted_at IS NOT NULL"), 1);
}

TEST_F(PrivacyTest, ErasesNoAccountOnHold) {
  write([&](storage::Transaction& tx) -> Result<bool> {
    EXPECT_TRUE(insert_hold(
        tx, *account_.account.keys,
        {HoldSid::make(clock_.now()), account_.account.sid, "", "case 1", clock_.now(), {}}));
    return true;
  });
  EXPECT_EQ(db_->transact_now([&](storage::Transaction& tx) {
                 return destroy_account_keys(tx, account_.account.sid, clock_.now());
               })
                .error()
                .code,
            Errc::wrong_state);
}

}  // namespace
}  // namespace cloudvno::privacy
