// Where a message's text, media and recipient lie: its rows; the answer kept for an
// Idempotency-Key; events and deliveries of it; and of a reply, the answer of the application that
// asked for it, in the log of the inbound message's callback.
#include "domain/messaging/forget_message.hpp"

#include "domain/api/idempotency.hpp"
#include "domain/messaging/message_store.hpp"
#include "domain/privacy/legal_hold.hpp"
#include "domain/webhooks/forget_resource.hpp"

namespace cloudvno::messaging {
namespace {

namespace json = boost::json;

// An application answers a callback within its last retry, after 36 minutes.
constexpr std::chrono::hours most_reply_delay{1};
constexpr std::int64_t most_inbound_of_reply = 1'000;

bool forget_in_object(json::object& object, const Message& message) {
  const auto* sid = object.if_contains("sid");
  if (!sid || !sid->is_string() || sid->as_string() != message.sid.view()) return false;
  object["body"] = message.body;
  object["num_media"] = message.num_media;
  if (message.num_media == 0) object["media"] = json::array();
  object["to"] = message.shown_to();
  return true;
}

// The answer of one message, or of the batch that it came with.
bool forget_in_answer(json::object& answer, const Message& message) {
  const auto* data = answer.if_contains("data");
  if (!data || !data->is_array()) return forget_in_object(answer, message);
  for (auto& item : answer["data"].as_array()) {
    auto* made = item.is_object() ? item.as_object().if_contains("message") : nullptr;
    if (made && made->is_object() && forget_in_object(made->as_object(), message)) return true;
  }
  return false;
}

// The recipient wrote not long before the reply was made.
Result<> forget_what_asked_for_it(storage::Transaction& tx, const vault::Keys& keys,
                                  const Message& reply) {
  std::vector<std::string> inbound;
  {
    const auto rows = tx.query(
        "SELECT sid FROM message WHERE NOT hidden AND from_index = $1 AND account_sid = $2 AND "
        "created_at >= $3 "
        "AND created_at <= $4 AND direction = 'inbound' ORDER BY substr(sid, 3) DESC LIMIT $5",
        from_index(keys, reply.to), reply.account, reply.created_at - most_reply_delay,
        reply.created_at, most_inbound_of_reply);
    while (rows->next()) inbound.emplace_back(rows->text(0));
  }
  for (const auto& sid : inbound) {
    TRY(webhooks::forget_answers(tx, keys, reply.account, sid));
  }
  return {};
}

Result<> refuse_if_held(storage::Transaction& tx, const Message& message) {
  if (!privacy::is_held(tx, message.account.view(), message.sid.view())) return {};
  return fail(Errc::legal_hold);
}

}  // namespace

Result<> forget_in_record(storage::Transaction& tx, const vault::Keys& keys,
                          const Message& message) {
  forget_in_message(tx, keys, message);
  return api::edit_kept_answers(
      tx, keys, message.account, message.created_at,
      [&](json::object& answer) { return forget_in_answer(answer, message); });
}

Result<> redact_message(storage::Transaction& tx, const vault::Keys& keys, Message& message,
                        Time now) {
  TRY(refuse_if_held(tx, message));
  message.body.clear();
  message.num_media = 0;
  message.updated_at = now;
  TRY(forget_in_record(tx, keys, message));
  if (message.direction == Direction::outbound_reply) {
    TRY(forget_what_asked_for_it(tx, keys, message));
  }
  return webhooks::forget_in_resource(tx, keys, message.account, message.sid.view(),
                                      {{"body"}, {"Body"}});
}

Result<> delete_whole_message(storage::Transaction& tx, const vault::Keys& keys,
                              const Message& message) {
  TRY(refuse_if_held(tx, message));
  auto last = message;
  last.body.clear();
  last.num_media = 0;
  if (last.obfuscated_to.empty()) last.obfuscated_to = obfuscate(message.to);
  TRY(forget_in_record(tx, keys, last));
  if (message.direction == Direction::outbound_reply) {
    TRY(forget_what_asked_for_it(tx, keys, message));
  }
  webhooks::delete_of_resource(tx, message.account, message.sid.view());
  delete_message(tx, message.sid);
  return {};
}

}  // namespace cloudvno::messaging
