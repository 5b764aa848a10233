// SQL of the table smpp_return.
#include "domain/smpp_access/return_store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "base/log.hpp"

namespace cloudvno::smpp_access {
namespace {

namespace json = boost::json;

// A sealed value's place is a view of the row's text.
std::string row_of(const SmppCredentialSid& credential, const MessageSid& message) {
  return fmt::format("{}:{}", credential.view(), message.view());
}

vault::Place place(const std::string& row) {
  return {"smpp_return", "content_sealed", row};
}

std::string print(const Return& one) {
  json::object content{{"from", one.from.e164()}, {"to", one.to.e164()}, {"body", one.body}};
  if (one.outcome) {
    json::array ids;
    for (const auto& id : one.outcome->ids) ids.emplace_back(id);
    content["outcome"] = json::object{{"ids", std::move(ids)},
                                      {"status", one.outcome->status},
                                      {"error", one.outcome->error},
                                      {"submitted_at", to_micros(one.outcome->submitted_at)},
                                      {"done_at", to_micros(one.outcome->done_at)}};
  }
  return json::serialize(content);
}

void read(std::string_view text, Return& one) {
  const auto value = json::parse(text);
  const auto& content = value.as_object();
  one.from = PhoneNumber::parse_sender(content.at("from").as_string()).value_or(PhoneNumber());
  one.to = PhoneNumber::parse_sender(content.at("to").as_string()).value_or(PhoneNumber());
  one.body = std::string(content.at("body").as_string());
  const auto* told = content.if_contains("outcome");
  if (!told) return;
  auto& outcome = one.outcome.emplace();
  for (const auto& id : told->at("ids").as_array()) outcome.ids.emplace_back(id.as_string());
  outcome.status = std::string(told->at("status").as_string());
  outcome.error = static_cast<int>(told->at("error").as_int64());
  outcome.submitted_at = from_micros(told->at("submitted_at").as_int64());
  outcome.done_at = from_micros(told->at("done_at").as_int64());
}

}  // namespace

void insert_return(storage::Transaction& tx, const vault::Keys& keys, const Return& one) {
  const auto row = row_of(one.credential, one.message);
  tx.run(
      "INSERT INTO smpp_return (credential_sid, message_sid, account_sid, content_sealed, owner, "
      "attempts, next_attempt_at, created_at) VALUES ($1, $2, $3, $4, '', 0, 0, $5) "
      "ON CONFLICT (credential_sid, message_sid) DO NOTHING",
      one.credential, one.message, one.account, keys.seal(place(row), print(one)), one.created_at);
}

bool any_waiting(storage::Transaction& tx, const SmppCredentialSid& credential, Time now) {
  return tx
      .query(
          "SELECT 1 FROM smpp_return WHERE credential_sid = $1 AND owner = '' AND "
          "next_attempt_at <= $2 LIMIT 1",
          credential, now)
      ->next();
}

std::vector<Return> claim_returns(storage::Transaction& tx, const vault::Keys& keys,
                                  const SmppCredentialSid& credential, std::string_view owner,
                                  Time now, std::int64_t most) {
  std::vector<Return> claimed;
  std::vector<Return> unreadable;
  {
    const auto rows = tx.query(
        "UPDATE smpp_return SET owner = $1 WHERE credential_sid = $2 AND owner = '' AND "
        "message_sid IN (SELECT message_sid FROM smpp_return WHERE credential_sid = $2 AND owner = "
        "'' AND next_attempt_at <= $3 ORDER BY created_at, message_sid LIMIT $4) "
        "RETURNING message_sid, account_sid, content_sealed, attempts, created_at",
        owner, credential, now, most);
    while (rows->next()) {
      Return one;
      one.credential = credential;
      one.message = rows->sid<MessageSid>(0);
      one.account = rows->sid<AccountSid>(1);
      const auto row = row_of(credential, one.message);
      const auto content = keys.open(place(row), rows->bytes(2));
      one.attempts = rows->integer(3);
      one.created_at = rows->time(4);
      if (content) read(*content, one);
      (content ? claimed : unreadable).push_back(std::move(one));
    }
  }
  for (const auto& one : unreadable) {
    log::error("smpp_access.unreadable", {{"message", one.message.view()}});
    delete_return(tx, one);
  }
  std::ranges::sort(claimed, {},
                    [](const Return& one) { return std::pair(one.created_at, one.message); });
  return claimed;
}

void delete_return(storage::Transaction& tx, const Return& one) {
  tx.run("DELETE FROM smpp_return WHERE credential_sid = $1 AND message_sid = $2", one.credential,
         one.message);
}

void postpone_return(storage::Transaction& tx, const Return& one, std::string_view owner,
                     std::int64_t attempts, Time next_attempt_at) {
  tx.run(
      "UPDATE smpp_return SET owner = '', attempts = $4, next_attempt_at = $5 "
      "WHERE credential_sid = $1 AND message_sid = $2 AND owner = $3",
      one.credential, one.message, owner, attempts, next_attempt_at);
}

void release_returns(storage::Transaction& tx, const SmppCredentialSid& credential,
                     std::string_view owner) {
  tx.run("UPDATE smpp_return SET owner = '' WHERE credential_sid = $1 AND owner = $2", credential,
         owner);
}

std::int64_t free_returns(storage::Transaction& tx, std::string_view owner) {
  if (owner.empty()) return 0;
  return tx.run("UPDATE smpp_return SET owner = '' WHERE owner = $1", owner);
}

}  // namespace cloudvno::smpp_access
