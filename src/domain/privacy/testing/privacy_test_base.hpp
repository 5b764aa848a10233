// What the tests of this room share: an account on the program's own tables, and time that passes.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/embedded.hpp"
#include "domain/accounts/account_store.hpp"
#include "domain/accounts/testing/test_account.hpp"
#include "domain/messaging/media_store.hpp"
#include "domain/messaging/message_store.hpp"
#include "domain/messaging/queue_store.hpp"
#include "domain/numbers/number_store.hpp"
#include "domain/numbers/resting_store.hpp"
#include "domain/optouts/opt_out_store.hpp"
#include "domain/privacy/legal_hold.hpp"
#include "domain/privacy/privacy.hpp"
#include "domain/webhooks/delivery_store.hpp"
#include "domain/webhooks/endpoint_store.hpp"
#include "platform/storage/testing/test_database.hpp"

namespace cloudvno::privacy {
using accounts::testing::TestAccount;
using std::chrono::days;
using std::chrono::hours;

class PrivacyTest : public ::testing::Test {
 protected:
  PrivacyTest() {
    EXPECT_TRUE(node_.join());
    begin();
    account_ = open();
  }

  // What a process start does.
  void begin() {
    accounts_ = std::make_unique<accounts::Accounts>(*db_, vault_, clock_);
    privacy_ = std::make_unique<Privacy>(*db_, node_, vault_, *accounts_, clock_,
                                         *storage::read_catalogue(embedded::migrations()),
                                         numbers::rest_unread, [this] { return synchronised_; });
  }
  TestAccount open() { return TestAccount::open(db_, vault_, clock_.now()); }
  // Whether what else ends at its time may go.
  bool round() { return db_.run(privacy_->round()); }
  // Time passes in rounds, as it does while the platform runs.
  void pass(Micros time) {
    for (; time > days(1); time -= days(1)) {
      clock_.advance(days(1));
      round();
    }
    clock_.advance(time);
    round();
  }

  template <class Body>
  auto write(Body body) {
    auto done = db_->transact_now(body);
    EXPECT_TRUE(done) << (done ? "" : done.error().detail);
    return done;
  }
  void keep_event(const TestAccount& of) {
    write([&](storage::Transaction& tx) -> Result<bool> {
      webhooks::Event event{EventSid::make(clock_.now()),
                            of.account.sid,
                            false,
                            "message.sent",
                            "SM1",
                            1,
                            "{}",
                            clock_.now()};
      webhooks::insert_event(tx, *of.account.keys, event);
      return true;
    });
  }
  // A message with all that hangs on it.
  MessageSid keep_message(const TestAccount& of, std::string body = "Hello") {
    messaging::Message message;
    message.sid = MessageSid::make_other(clock_.now());
    message.account = of.account.sid;
    message.num_media = 1;
    message.from = *PhoneNumber::parse("+12015550101");
    message.to = *PhoneNumber::parse("+12015550102");
    message.body = std::move(body);
    message.carrier = "sandbox";
    message.created_at = message.updated_at = clock_.now();
    webhooks::Delivery delivery;
    delivery.sid = DeliverySid::make(clock_.now());
    delivery.account = of.account.sid;
    delivery.kind = "message.status";
    delivery.resource_sid = message.sid.str();
    delivery.request.url = "https://example.com/" + message.body;
    delivery.created_at = delivery.next_attempt_at = clock_.now();
    write([&](storage::Transaction& tx) -> Result<bool> {
      messaging::insert_message(tx, *of.account.keys, message);
      const messaging::MediaItem picture{"image/png", message.body};
      messaging::insert_media(tx, *of.account.keys, message,
                              {std::make_shared<const messaging::MediaItem>(picture)});
      messaging::insert_part(tx, message, 1, as_bytes("0123456789abcdef"));
      messaging::enqueue(tx, message, {}, node_.owner());
      webhooks::insert_delivery(tx, *of.account.keys, delivery, node_.owner());
      tx.run(
          "INSERT INTO idempotency (account_sid, key_index, request_hash, status, body_sealed, "
          "created_at) VALUES ($1, $2, $2, $3, $4, $5)",
          of.account.sid, as_bytes(message.sid.view()), 201,
          of.account.keys->seal(
              {"idempotency", "body_sealed", to_hex(as_bytes(message.sid.view()))}, message.body),
          clock_.now());
      return true;
    });
    return message.sid;
  }
  std::int64_t count(std::string_view table, std::vector<storage::Parameter> parameters = {}) {
    return db_
        ->read_now([&](storage::Transaction& tx) -> Result<std::int64_t> {
          const auto rows =
              tx.query_text(fmt::format("SELECT count(*) FROM {}", table), parameters);
          return rows->next() ? rows->integer(0) : -1;
        })
        .value();
  }
  std::string body_of(const TestAccount& of, const MessageSid& sid) {
    const auto found = db_->read_now([&](storage::Transaction& tx) -> Result<std::string> {
      TRY_ASSIGN(const auto account, accounts_->find(tx, of.account.sid));
      TRY_ASSIGN(const auto message,
                 messaging::find_message(tx, *account->keys, of.account.sid, sid));
      EXPECT_FALSE(message.body.empty());
      // Its picture, where it is kept, holds the same.
      const auto picture = messaging::read_media(tx, *account->keys, sid, 0);
      return picture ? picture->content : "(no picture)";
    });
    return found ? *found : "(" + std::string(error_entry(found.error().code).name) + ")";
  }

  static storage::BatchOptions without_pauses() {
    storage::BatchOptions options;
    options.first_retry = options.longest_retry = std::chrono::milliseconds(0);
    return options;
  }

  storage::testing::TestDatabase db_{embedded::migrations(), without_pauses()};
  vault::Vault vault_{vault::Key{7}};
  ManualClock clock_;
  cluster::Node node_{*db_, clock_, "test", true};
  bool synchronised_ = false;
  std::unique_ptr<accounts::Accounts> accounts_;
  std::unique_ptr<Privacy> privacy_;
  TestAccount account_;
};

}  // namespace cloudvno::privacy
