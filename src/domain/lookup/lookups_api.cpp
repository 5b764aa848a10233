// /v1/lookups: what a number is. The local fields never leave this process, and a number is kept
// nowhere: the request log has the route only.
#include "domain/lookup/lookups_api.hpp"

#include <boost/json/array.hpp>

#include "domain/lookup/facts.hpp"

namespace cloudvno::lookup {
namespace {

namespace json = boost::json;

constexpr std::size_t most_numbers = 1'000;

struct Question {
  Fields fields = Fields::free();
  std::string country;

  static Result<Question> read(api::Input& in) {
    Question question;
    TRY_ASSIGN(const auto fields, in.optional_text("fields", 200));
    TRY_ASSIGN(const auto country, in.optional_text("country", 2));
    if (country) question.country = *country;
    if (!fields || fields->empty()) return question;
    const auto parsed = Fields::parse(*fields);
    if (!parsed) {
      return fail(Errc::invalid_parameter,
                  "`fields` is a list, apart by commas, of validity, format, country, region, "
                  "time_zones, line_type, carrier, risk, portability, sim_swap, caller_name",
                  "fields");
    }
    question.fields = *parsed;
    return question;
  }
};

// A "+" that came through a form decoder is a space.
std::string_view number_text(std::string_view argument, std::string& kept) {
  if (!argument.starts_with(' ')) return argument;
  kept = "+" + std::string(argument.substr(1));
  return kept;
}

net::Task<Result<api::Answer>> look_up(api::Request& request, const Data& data, Records* records) {
  auto in = request.input();
  CO_TRY_ASSIGN(const auto question, Question::read(in));
  CO_TRY(in.finish());
  std::string kept;
  CO_TRY_ASSIGN(const auto number,
                data.plan().parse(number_text(request.path_arguments[0], kept), question.country));
  auto object = describe(data, number, question.fields);
  for (const auto kind : {RecordKind::portability, RecordKind::sim_swap, RecordKind::caller_name}) {
    if (!question.fields.has(kind)) continue;
    // A test key reaches nobody outside, and a number that cannot be one is nobody's.
    Result<Record> record = fail(Errc::service_unavailable);
    const auto e164 = PhoneNumber::parse(number.e164);
    if (!number.is_possible() || !e164) {
      record = fail(Errc::not_found);
    } else if (request.caller->live && records && records->has(kind)) {
      record = co_await records->find(kind, *e164);
    }
    object[record_name(kind)] = describe(kind, record);
  }
  co_return api::Answer::json(200, object);
}

net::Task<Result<api::Answer>> look_up_many(api::Request& request, const Data& data) {
  auto in = request.input();
  CO_TRY_ASSIGN(const auto question, Question::read(in));
  CO_TRY_ASSIGN(const auto numbers, in.optional_texts("numbers", most_numbers, 64));
  CO_TRY(in.finish());
  if (!numbers || numbers->empty()) co_return fail(Errc::missing_parameter, {}, "numbers");
  if (!question.fields.are_free()) {
    co_return fail(Errc::invalid_parameter,
                   "portability, sim_swap and caller_name are asked for one number at a time",
                   "fields");
  }
  if (!question.country.empty() && !data.plan().find_country(question.country)) {
    co_return fail(Errc::invalid_parameter, "`country` is no code of a country (ISO 3166-1)",
                   "country");
  }
  json::array rows;
  rows.reserve(numbers->size());
  for (const auto& text : *numbers) {
    const auto number = data.plan().parse(text, question.country);
    if (number) {
      rows.push_back(describe(data, *number, question.fields));
    } else {
      rows.push_back(json::object{{"error", api::error_object(number.error(), request.docs_url)}});
    }
  }
  co_return api::Answer::json(200, {{"data", std::move(rows)}});
}

}  // namespace

void mount_lookups(api::Api& api, const Data& data, Records* records) {
  const auto scope = api::Scope::lookups_read;
  const auto group = api::RateGroup::lookups;
  api.add({"GET", "/v1/lookups/{number}", scope, group, false,
           [&data, records](api::Request& request) { return look_up(request, data, records); }});
  api.add({"POST", "/v1/lookups", scope, group, false,
           [&data](api::Request& request) { return look_up_many(request, data); }});
}

}  // namespace cloudvno::lookup
