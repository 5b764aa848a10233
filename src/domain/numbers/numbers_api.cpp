// /v1/incoming_phone_numbers: list, read and configure the numbers of an account (product.md
// section 3).
#include "domain/numbers/numbers_api.hpp"

#include "domain/api/page.hpp"
#include "domain/numbers/number_store.hpp"

namespace cloudvno::numbers {
namespace {

namespace json = boost::json;

json::value text_or_null(const std::string& text) {
  return text.empty() ? json::value(nullptr) : json::value(text);
}

json::object to_json(const Number& number) {
  return {{"sid", number.sid.view()},
          {"phone_number", number.number.e164()},
          {"friendly_name", number.settings.friendly_name.empty() ? number.number.e164()
                                                                  : number.settings.friendly_name},
          {"country", number.country.empty() ? json::value(nullptr) : json::value(number.country)},
          {"type", number.type},
          {"carrier", number.carrier},
          {"mode", number.live ? "live" : "test"},
          {"capabilities", {{"sms", number.sms}, {"mms", number.mms}, {"voice", number.voice}}},
          {"sms_url", text_or_null(number.settings.sms_url)},
          {"sms_method", number.settings.sms_method},
          {"sms_fallback_url", text_or_null(number.settings.sms_fallback_url)},
          {"date_created", to_iso8601(number.created_at)},
          {"date_updated", to_iso8601(number.updated_at)}};
}

// By SID or by E.164 ("+" may come as %2B); of the caller's account and mode only.
Result<Number> find_own(storage::Transaction& tx, const vault::Vault& vault,
                        const api::Caller& caller, const std::string& argument) {
  Result<Number> number = fail(Errc::not_found);
  if (const auto sid = NumberSid::parse(argument)) {
    number = find_number(tx, *caller.keys, caller.account, *sid);
  } else if (const auto e164 = PhoneNumber::parse(argument)) {
    number = find_number(tx, vault, *caller.keys, caller.account, *e164);
  }
  if (number && number->live != caller.live) return fail(Errc::not_found);
  return number;
}

net::Task<Result<api::Answer>> list(api::Request& request, const vault::Vault& vault) {
  auto in = request.input();
  CO_TRY_ASSIGN(const auto page, api::read_page_query(in, "PN", "PN"));
  CO_TRY_ASSIGN(const auto number, in.optional_phone_number("phone_number"));
  CO_TRY(in.finish());
  api::Conditions conditions;
  conditions.add("account_sid = ?", request.account());
  conditions.add("live = ?", request.caller->live);
  if (number) conditions.add("number_index = ?", number_index(vault, *number));
  conditions.add_page(page);
  CO_TRY_ASSIGN(const auto numbers, co_await request.database.read([&](storage::Transaction& tx) {
    return list_numbers(tx, *request.caller->keys, conditions, page);
  }));
  std::vector<json::object> rows;
  for (const auto& each : numbers) rows.push_back(to_json(each));
  co_return api::page_answer(page, std::move(rows), request.raw.path, request.raw.query);
}

net::Task<Result<api::Answer>> read(api::Request& request, const vault::Vault& vault) {
  auto in = request.input();
  CO_TRY(in.finish());
  CO_TRY_ASSIGN(const auto number, co_await request.database.read([&](storage::Transaction& tx) {
    return find_own(tx, vault, *request.caller, request.path_arguments[0]);
  }));
  co_return api::Answer::json(200, to_json(number));
}

net::Task<Result<api::Answer>> update(api::Request& request, const vault::Vault& vault,
                                      const Clock& clock) {
  constexpr std::string_view methods[] = {"POST", "GET"};
  auto in = request.input();
  CO_TRY_ASSIGN(const auto friendly_name, in.optional_text("friendly_name", 256));
  CO_TRY_ASSIGN(const auto sms_url, in.optional_url("sms_url"));
  CO_TRY_ASSIGN(const auto sms_method, in.optional_word("sms_method", methods));
  CO_TRY_ASSIGN(const auto sms_fallback_url, in.optional_url("sms_fallback_url"));
  CO_TRY(in.finish());
  CO_TRY_ASSIGN(const auto number,
                co_await request.database.transact([&](storage::Transaction& tx) -> Result<Number> {
                  TRY_ASSIGN(auto found,
                             find_own(tx, vault, *request.caller, request.path_arguments[0]));
                  auto& settings = found.settings;
                  if (friendly_name) settings.friendly_name = *friendly_name;
                  if (sms_url) settings.sms_url = *sms_url;
                  if (sms_method) settings.sms_method = *sms_method;
                  if (sms_fallback_url) settings.sms_fallback_url = *sms_fallback_url;
                  found.updated_at = clock.now();
                  update_settings(tx, *request.caller->keys, found);
                  return found;
                }));
  co_return api::Answer::json(200, to_json(number));
}

}  // namespace

void mount_numbers(api::Api& api, const vault::Vault& vault, const Clock& clock) {
  using enum api::Scope;
  const auto group = api::RateGroup::numbers;
  api.add({"GET", "/v1/incoming_phone_numbers", numbers_read, group, false,
           [&vault](api::Request& request) { return list(request, vault); }});
  api.add({"GET", "/v1/incoming_phone_numbers/{sid}", numbers_read, group, false,
           [&vault](api::Request& request) { return read(request, vault); }});
  api.add({"POST", "/v1/incoming_phone_numbers/{sid}", numbers_write, group, false,
           [&vault, &clock](api::Request& request) { return update(request, vault, clock); }});
}

}  // namespace cloudvno::numbers
