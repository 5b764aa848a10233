// SQL of the table smpp_credential.
#include "domain/smpp_access/credential_store.hpp"

#include <fmt/format.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace cloudvno::smpp_access {
namespace {

namespace json = boost::json;

constexpr std::string_view columns =
    "SELECT sid, account_sid, live, system_id, password_hash, settings_sealed, receive, "
    "created_at, updated_at FROM smpp_credential";

vault::Place place(const SmppCredentialSid& sid) {
  return {"smpp_credential", "settings_sealed", sid.view()};
}

std::string print_settings(const Credential& credential) {
  json::array allowed;
  for (const auto& range : credential.allowed_addresses) allowed.emplace_back(range);
  return json::serialize(json::object{{"name", credential.name},
                                      {"allowed_addresses", std::move(allowed)},
                                      {"window", credential.window},
                                      {"messages_per_second", credential.messages_per_second},
                                      {"max_binds", credential.max_binds},
                                      {"long_messages", credential.long_messages}});
}

void read_settings(std::string_view text, Credential& credential) {
  const auto value = json::parse(text);
  const auto& settings = value.as_object();
  credential.name = std::string(settings.at("name").as_string());
  for (const auto& range : settings.at("allowed_addresses").as_array()) {
    credential.allowed_addresses.emplace_back(range.as_string());
  }
  credential.window = settings.at("window").as_int64();
  credential.messages_per_second = settings.at("messages_per_second").as_int64();
  credential.max_binds = settings.at("max_binds").as_int64();
  credential.long_messages = std::string(settings.at("long_messages").as_string());
}

Result<Credential> read_row(const storage::Rows& rows, const vault::Keys& keys) {
  Credential credential;
  credential.sid = rows.sid<SmppCredentialSid>(0);
  credential.account = rows.sid<AccountSid>(1);
  credential.live = rows.boolean(2);
  credential.system_id = rows.text(3);
  credential.password_hash = rows.copy_bytes(4);
  TRY_ASSIGN(const auto settings, keys.open(place(credential.sid), rows.bytes(5)));
  read_settings(settings, credential);
  credential.receive = rows.boolean(6);
  credential.created_at = rows.time(7);
  credential.updated_at = rows.time(8);
  return credential;
}

}  // namespace

void insert_credential(storage::Transaction& tx, const vault::Keys& keys,
                       const Credential& credential) {
  tx.run(
      "INSERT INTO smpp_credential (sid, account_sid, live, system_id, password_hash, "
      "settings_sealed, receive, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, "
      "$9)",
      credential.sid, credential.account, credential.live, credential.system_id,
      credential.password_hash, keys.seal(place(credential.sid), print_settings(credential)),
      credential.receive, credential.created_at, credential.updated_at);
}

bool update_credential(storage::Transaction& tx, const vault::Keys& keys,
                       const Credential& credential) {
  return tx.run(
             "UPDATE smpp_credential SET settings_sealed = $2, receive = $3, updated_at = $4 "
             "WHERE sid = $1",
             credential.sid, keys.seal(place(credential.sid), print_settings(credential)),
             credential.receive, credential.updated_at) == 1;
}

bool delete_credential(storage::Transaction& tx, const SmppCredentialSid& sid) {
  if (tx.run("DELETE FROM smpp_credential WHERE sid = $1", sid) != 1) return false;
  tx.run("DELETE FROM smpp_return WHERE credential_sid = $1", sid);
  return true;
}

std::int64_t count_credentials(storage::Transaction& tx, const AccountSid& account, bool live) {
  const auto rows = tx.query(
      "SELECT COUNT(*) FROM smpp_credential WHERE account_sid = $1 AND live = $2", account, live);
  return rows->next() ? rows->integer(0) : 0;
}

Result<Credential> find_credential(storage::Transaction& tx, const vault::Keys& keys,
                                   const AccountSid& account, const SmppCredentialSid& sid,
                                   storage::RowLock lock) {
  static const std::string sql = fmt::format("{} WHERE sid = $1 AND account_sid = $2", columns);
  const auto rows = tx.query_locked(lock, sql, sid, account);
  if (!rows->next()) return fail(Errc::not_found);
  return read_row(*rows, keys);
}

Result<std::vector<Credential>> list_credentials(storage::Transaction& tx, const vault::Keys& keys,
                                                 const api::Conditions& conditions,
                                                 const api::PageQuery& page) {
  const auto where = conditions.where(tx, "smpp_credential");
  const auto rows = tx.query_text(fmt::format("{}{}{}", columns, where.text, api::page_order(page)),
                                  where.parameters);
  std::vector<Credential> listed;
  while (rows->next()) {
    TRY_ASSIGN(auto credential, read_row(*rows, keys));
    listed.push_back(std::move(credential));
  }
  return listed;
}

std::vector<SmppCredentialSid> list_receivers(storage::Transaction& tx, const AccountSid& account,
                                              bool live) {
  std::vector<SmppCredentialSid> receivers;
  const auto rows =
      tx.query("SELECT sid FROM smpp_credential WHERE account_sid = $1 AND live = $2 AND receive",
               account, live);
  while (rows->next()) receivers.push_back(rows->sid<SmppCredentialSid>(0));
  return receivers;
}

Result<Holder> find_holder(storage::Transaction& tx, accounts::Accounts& accounts,
                           std::string_view system_id, std::string_view password) {
  SmppCredentialSid sid;
  AccountSid account_sid;
  {
    const auto rows =
        tx.query("SELECT sid, account_sid FROM smpp_credential WHERE system_id = $1", system_id);
    if (!rows->next()) return fail(Errc::unauthorized);
    sid = rows->sid<SmppCredentialSid>(0);
    account_sid = rows->sid<AccountSid>(1);
  }
  Holder holder;
  TRY_ASSIGN(holder.account, accounts.find(tx, account_sid));
  const auto& keys = *holder.account->keys;
  TRY_ASSIGN(holder.credential, find_credential(tx, keys, account_sid, sid));
  if (!equal_in_constant_time(hash_password(keys, sid, password),
                              holder.credential.password_hash)) {
    return fail(Errc::unauthorized);
  }
  if (holder.account->status == accounts::AccountStatus::suspended) {
    return fail(Errc::account_suspended);
  }
  return holder;
}

}  // namespace cloudvno::smpp_access
