// Keeping and finding answers by Idempotency-Key.
#include "domain/api/idempotency.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "base/sha256.hpp"

namespace cloudvno::api {
namespace {

vault::Place body_place(const std::string& row) {
  return {"idempotency", "body_sealed", row};
}

}  // namespace

Result<std::optional<IdempotencyKey>> read_idempotency_key(const http::Request& raw,
                                                           const Caller& caller) {
  const auto header = raw.headers.find("Idempotency-Key");
  if (!header) return std::nullopt;
  const bool printable = std::ranges::all_of(*header, [](char c) { return c >= ' ' && c < 0x7f; });
  if (header->empty() || header->size() > 255 || !printable) {
    return fail(Errc::invalid_parameter,
                "Idempotency-Key must be 1 to 255 printable ASCII characters.", "Idempotency-Key");
  }
  const auto scoped = fmt::format("{}:{}", caller.live ? "live" : "test", *header);
  return IdempotencyKey{caller.keys->blind_index("idempotency.key", scoped),
                        sha256(fmt::format("{} {}\n{}", raw.method, raw.path, raw.body))};
}

Result<std::optional<Answer>> find_kept_answer(storage::Transaction& tx, const Caller& caller,
                                               const IdempotencyKey& key, Time now) {
  const auto rows = tx.query(
      "SELECT request_hash, status, body_sealed FROM idempotency "
      "WHERE account_sid = $1 AND key_index = $2 AND created_at > $3",
      caller.account, key.index, now - idempotency_kept);
  if (!rows->next()) return std::nullopt;
  if (!std::ranges::equal(rows->bytes(0), key.request_hash)) {
    return fail(Errc::idempotency_key_reused);
  }
  Answer answer;
  answer.status = static_cast<int>(rows->integer(1));
  answer.replayed = true;
  TRY_ASSIGN(answer.body, caller.keys->open(body_place(to_hex(key.index)), rows->bytes(2)));
  return answer;
}

Result<> keep_answer(storage::Transaction& tx, const Caller& caller, const IdempotencyKey& key,
                     const Answer& answer, Time now) {
  const auto sealed = caller.keys->seal(body_place(to_hex(key.index)), answer.body);
  const auto kept = tx.run(
      "INSERT INTO idempotency (account_sid, key_index, request_hash, status, body_sealed, "
      "created_at) "
      "VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (account_sid, key_index) DO UPDATE SET "
      "request_hash = excluded.request_hash, status = excluded.status, "
      "body_sealed = excluded.body_sealed, created_at = excluded.created_at "
      "WHERE idempotency.created_at <= $7",
      caller.account, key.index, key.request_hash, answer.status, sealed, now,
      now - idempotency_kept);
  if (kept == 0) return fail(Errc::idempotency_key_in_use);
  return {};
}

Result<> edit_kept_answers(storage::Transaction& tx, const vault::Keys& keys,
                           const AccountSid& account, Time received,
                           const std::function<bool(boost::json::object&)>& edit) {
  std::vector<std::pair<Bytes, std::string>> edited;
  const auto rows = tx.query(
      "SELECT key_index, body_sealed FROM idempotency WHERE created_at = $1 AND account_sid = $2",
      received, account);
  while (rows->next()) {
    auto index = rows->copy_bytes(0);
    TRY_ASSIGN(const auto text, keys.open(body_place(to_hex(index)), rows->bytes(1)));
    boost::system::error_code error;
    auto answer = boost::json::parse(text, error);
    if (error || !answer.is_object() || !edit(answer.as_object())) continue;
    edited.emplace_back(std::move(index), boost::json::serialize(answer));
  }
  for (const auto& [index, text] : edited) {
    tx.run("UPDATE idempotency SET body_sealed = $3 WHERE account_sid = $1 AND key_index = $2",
           account, index, keys.seal(body_place(to_hex(index)), text));
  }
  return {};
}

}  // namespace cloudvno::api
