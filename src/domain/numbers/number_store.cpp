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
    "settings_sealed, created_at, updated_at, offer_sealed FROM incoming_number";

vault::Place place(std::string_view column, const NumberSid& sid) {
  return {"incoming_number", column, sid.view()};
}

constexpr std::pair<std::string_view, std::string NumberSettings::*> setting_names[] = {
    {"friendly_name", &NumberSettings::friendly_name},
    {"sms_url", &NumberSettings::sms_url},
    {"sms_method", &NumberSettings::sms_method},
    {"sms_fallback_url", &NumberSettings::sms_fallback_url},
    {"voice_url", &NumberSettings::voice_url},
    {"voice_method", &NumberSettings::voice_method},
    {"voice_fallback_url", &NumberSettings::voice_fallback_url},
    {"status_callback", &NumberSettings::status_callback},
    {"trunk_sid", &NumberSettings::trunk_sid},
};

std::string print_settings(const NumberSettings& settings) {
  json::object object;
  for (const auto& [name, member] : setting_names) object[name] = settings.*member;
  return json::serialize(object);
}

NumberSettings read_settings(std::string_view text) {
  const auto value = json::parse(json::string_view(text));
  NumberSettings settings;
  for (const auto& [name, member] : setting_names) {
    const auto* found = value.as_object().if_contains(name);
    if (found && found->is_string()) settings.*member = found->as_string();
  }
  return settings;
}

Result<Number> read_row(const storage::Rows& rows, const vault::Keys& keys) {
  Number number;
  number.sid = rows.sid<NumberSid>(0);
  number.account = rows.sid<AccountSid>(1);
  TRY_ASSIGN(const auto e164, keys.open(place("number_sealed", number.sid), rows.bytes(2)));
  number.number = PhoneNumber::parse_sender(e164).value_or(PhoneNumber());
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
  if (rows.is_null(13)) return number;
  TRY_ASSIGN(const auto text, keys.open(place("offer_sealed", number.sid), rows.bytes(13)));
  const auto offer = read_offer(text);
  if (!offer) return fault("a number's offer_sealed is no offer");
  number.area_length = offer->kind.area_length;
  number.monthly_price = offer->monthly_price;
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
             "country, type, sms, mms, voice, settings_sealed, created_at, updated_at, "
             "offer_sealed) "
             "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) "
             "ON CONFLICT (number_index) DO NOTHING",
             number.sid, number.account, number_index(vault, number.number),
             keys.seal(place("number_sealed", number.sid), number.number.e164()), number.carrier,
             number.live, number.country, number.type, number.sms, number.mms, number.voice,
             keys.seal(place("settings_sealed", number.sid), print_settings(number.settings)),
             number.created_at, number.updated_at,
             keys.seal(place("offer_sealed", number.sid), print_offer(number.offer()))) == 1;
}

bool update_settings(storage::Transaction& tx, const vault::Keys& keys, const Number& number) {
  return tx.run("UPDATE incoming_number SET settings_sealed = $2, updated_at = $3 WHERE sid = $1",
                number.sid,
                keys.seal(place("settings_sealed", number.sid), print_settings(number.settings)),
                number.updated_at) == 1;
}

bool delete_number(storage::Transaction& tx, const NumberSid& sid) {
  return tx.run("DELETE FROM incoming_number WHERE sid = $1", sid) == 1;
}

Result<Number> find_number(storage::Transaction& tx, const vault::Keys& keys,
                           const AccountSid& account, const NumberSid& sid, storage::RowLock lock) {
  static const std::string sql = fmt::format("{} WHERE sid = $1 AND account_sid = $2", columns);
  const auto rows = tx.query_locked(lock, sql, sid, account);
  if (!rows->next()) return fail(Errc::not_found);
  return read_row(*rows, keys);
}

Result<Number> find_number(storage::Transaction& tx, const vault::Vault& vault,
                           const vault::Keys& keys, const AccountSid& account,
                           const PhoneNumber& number, storage::RowLock lock) {
  static const std::string sql =
      fmt::format("{} WHERE number_index = $1 AND account_sid = $2", columns);
  const auto rows = tx.query_locked(lock, sql, number_index(vault, number), account);
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

std::int64_t count_numbers(storage::Transaction& tx, const AccountSid& account, bool live) {
  const auto rows = tx.query(
      "SELECT count(*) FROM incoming_number WHERE account_sid = $1 AND live = $2", account, live);
  return rows->next() ? rows->integer(0) : 0;
}

std::set<Bytes> find_held(storage::Transaction& tx, std::span<const Bytes> indexes) {
  return find_indexes(tx, "SELECT number_index FROM incoming_number WHERE number_index IN ",
                      indexes);
}

std::set<Bytes> find_indexes(storage::Transaction& tx, std::string_view query,
                             std::span<const Bytes> indexes) {
  std::set<Bytes> found;
  if (indexes.empty()) return found;
  std::string sql(query);
  std::vector<storage::Parameter> parameters;
  for (const auto& index : indexes) {
    parameters.push_back(storage::to_parameter(index));
    fmt::format_to(std::back_inserter(sql), "{}${}", parameters.size() == 1 ? "(" : ", ",
                   parameters.size());
  }
  sql += ")";
  const auto rows = tx.query_text(sql, parameters);
  while (rows->next()) found.insert(rows->copy_bytes(0));
  return found;
}

Result<std::vector<Number>> list_numbers(storage::Transaction& tx, const vault::Keys& keys,
                                         const api::Conditions& conditions,
                                         const api::PageQuery& page) {
  const auto where = conditions.where(tx, "incoming_number");
  const auto rows = tx.query_text(fmt::format("{}{}{}", columns, where.text, api::page_order(page)),
                                  where.parameters);
  std::vector<Number> numbers;
  while (rows->next()) {
    TRY_ASSIGN(auto number, read_row(*rows, keys));
    numbers.push_back(std::move(number));
  }
  return numbers;
}

}  // namespace cloudvno::numbers
