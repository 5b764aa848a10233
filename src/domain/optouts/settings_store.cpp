// SQL of the table opt_out_settings.
#include "domain/optouts/settings_store.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace cloudvno::optouts {
namespace {

namespace json = boost::json;

std::string_view mode_name(bool live) {
  return live ? "live" : "test";
}

std::string row_text(const AccountSid& account, bool live) {
  return fmt::format("{}:{}", account.view(), mode_name(live));
}

std::string print(const Settings& settings) {
  json::object object;
  for (const auto kind : all_keywords) {
    const auto& of_kind = settings.of(kind);
    json::array keywords;
    for (const auto& keyword : of_kind.keywords) keywords.emplace_back(keyword);
    object[parameter_prefix(kind)] =
        json::object{{"reply", of_kind.reply}, {"keywords", std::move(keywords)}};
  }
  return json::serialize(object);
}

Settings read(std::string_view text) {
  const auto value = json::parse(json::string_view(text));
  Settings settings;
  for (const auto kind : all_keywords) {
    const auto& kept = value.at(parameter_prefix(kind));
    auto& of_kind = settings.of(kind);
    of_kind.reply = kept.at("reply").as_string();
    for (const auto& keyword : kept.at("keywords").as_array()) {
      of_kind.keywords.emplace_back(keyword.as_string());
    }
  }
  return settings;
}

}  // namespace

Result<Settings> find_settings(storage::Transaction& tx, const vault::Keys& keys,
                               const AccountSid& account, bool live, storage::RowLock lock) {
  const auto rows = tx.query_locked(
      lock,
      "SELECT settings_sealed, updated_at FROM opt_out_settings WHERE account_sid = $1 AND mode = "
      "$2",
      account, mode_name(live));
  if (!rows->next()) return Settings();
  const auto row = row_text(account, live);
  TRY_ASSIGN(const auto text,
             keys.open({"opt_out_settings", "settings_sealed", row}, rows->bytes(0)));
  auto settings = read(text);
  settings.updated_at = rows->time(1);
  return settings;
}

void keep_settings(storage::Transaction& tx, const vault::Keys& keys, const AccountSid& account,
                   bool live, const Settings& settings, Time now) {
  const auto row = row_text(account, live);
  tx.run(
      "INSERT INTO opt_out_settings (account_sid, mode, settings_sealed, updated_at) "
      "VALUES ($1, $2, $3, $4) ON CONFLICT (account_sid, mode) DO UPDATE SET "
      "settings_sealed = excluded.settings_sealed, updated_at = excluded.updated_at",
      account, mode_name(live),
      keys.seal({"opt_out_settings", "settings_sealed", row}, print(settings)), now);
}

}  // namespace cloudvno::optouts
