// SQL of the table incoming_number.
#include "domain/numbers/number_store.hpp"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace cloudvno::numbers {
namespace {

namespace json = boost::json;

constexpr std::string_view columns =
    "SELECT sid, account_sid, number_sealed, carrier, live, country, type, sms, mms, voice, "
    "settings_sealed, created_at, updated_at FROM incoming_number";

vault::Place place(std::string_view column, const NumberSid& sid) {
  return {"incoming_number", column, sid.view()};
}

std::string print_settings(const NumberSettings& settings) {
  return json::serialize(json::object{{"friendly_name", settings.friendly_name},
                                      {"sms_url", settings.sms_url},
                                      {"sms_method", settings.sms_method},
                                      {"sms_fallback_url", settings.sms_fallback_url}});
}

NumberSettings read_settings(std::string_view text) {
  const auto value = json::parse(json::string_view(text));
  const auto& object = value.as_object();
  const auto member = [&](std::string_view name) {
    const auto* found = object.if_contains(name);
    return found && found->is_string() ? std::string(found->as_string()) : std::string();
  };
  return {member("friendly_name"), member("sms_url"), member("sms_method"),
          member("sms_fallback_url")};
}

Result<Number> read_row(const storage::Rows& rows, const vault::Keys& keys) {
  Number number;
  number.sid = rows.sid<NumberSid>(0);
  number.account = rows.sid<AccountSid>(1);
  TRY_ASSIGN(const auto e164, keys.open(place("number_sealed", number.sid), rows.bytes(2)));
  number.number = PhoneNumber::parse(e164).value_or(PhoneNumber());
  number.carrier = rows.text(3);
  number.live = rows.boolean(4);
  number.country = rows.text(5);
  number.type = rows.text(6);
  number.sms = rows.boolean(7);
  number.mms = rows.boolean(8);
  number.voice = rows.boolean(9);
  TRY_ASSIGN(const auto settings, keys.open(place("settings_sealed", number.sid), rows.bytes(10)));
  number.settings = read_settings(settings);
  number.created_at = rows.time(11);
  number.updated_at = rows.time(12);
  return number;
}

}  // namespace

Bytes number_index(const vault::Vault& vault, const PhoneNumber& number) {
  return vault.instance().blind_index("incoming_number.number", number.e164());
}

bool insert_number(storage::Transaction& tx, const vault::Vault& vault, const vault::Keys& keys,
                   const Number& number) {
  return tx.run(
             "INSERT INTO incoming_number (sid, account_sid, number_index, number_sealed, carrier, "
             "live, "
             "country, type, sms, mms, voice, settings_sealed, created_at, updated_at) "
             "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) "
             "ON CONFLICT (number_index) DO NOTHING",
             number.sid, number.account, number_index(vault, number.number),
             keys.seal(place("number_sealed", number.sid), number.number.e164()), number.carrier,
             number.live, number.country, number.type, number.sms, number.mms, number.voice,
             keys.seal(place("settings_sealed", number.sid), print_settings(number.settings)),
             number.created_at, number.updated_at) == 1;
}

void update_settings(storage::Transaction& tx, const vault::Keys& keys, const Number& number) {
  tx.run("UPDATE incoming_number SET settings_sealed = $2, updated_at = $3 WHERE sid = $1",
         number.sid,
         keys.seal(place("settings_sealed", number.sid), print_settings(number.settings)),
         number.updated_at);
}

Result<Number> find_number(storage::Transaction& tx, const vault::Keys& keys,
                           const AccountSid& account, const NumberSid& sid) {
  static const std::string sql = fmt::format("{} WHERE sid = $1 AND account_sid = $2", columns);
  const auto rows = tx.query(sql, sid, account);
  if (!rows->next()) return fail(Errc::not_found);
  return read_row(*rows, keys);
}

Result<Number> find_number(storage::Transaction& tx, const vault::Vault& vault,
                           const vault::Keys& keys, const AccountSid& account,
                           const PhoneNumber& number) {
  static const std::string sql =
      fmt::format("{} WHERE number_index = $1 AND account_sid = $2", columns);
  const auto rows = tx.query(sql, number_index(vault, number), account);
  if (!rows->next()) return fail(Errc::not_found);
  return read_row(*rows, keys);
}

std::optional<AccountSid> find_holder(storage::Transaction& tx, const vault::Vault& vault,
                                      const PhoneNumber& number) {
  const auto rows = tx.query("SELECT account_sid FROM incoming_number WHERE number_index = $1",
                             number_index(vault, number));
  if (!rows->next()) return std::nullopt;
  return rows->sid<AccountSid>(0);
}

Result<std::vector<Number>> list_numbers(storage::Transaction& tx, const vault::Keys& keys,
                                         const api::Conditions& conditions,
                                         const api::PageQuery& page) {
  const auto parameters = conditions.parameters();
  const auto rows = tx.query_text(
      fmt::format("{}{}{}", columns, conditions.where(), api::page_order(page)), parameters);
  std::vector<Number> numbers;
  while (rows->next()) {
    TRY_ASSIGN(auto number, read_row(*rows, keys));
    numbers.push_back(std::move(number));
  }
  return numbers;
}

}  // namespace cloudvno::numbers
