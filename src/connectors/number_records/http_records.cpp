// What only others know of a number, over HTTP.
#include "connectors/number_records/http_records.hpp"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include "base/log.hpp"
#include "base/utf8.hpp"
#include "protocol/http/outgoing.hpp"

namespace cloudvno::number_records {
namespace {

namespace json = boost::json;

constexpr std::string_view place = "{number}";
constexpr std::size_t most_bytes = 64 << 10;
constexpr std::size_t longest_text = 200;

std::string with_number(std::string url, std::string_view digits) {
  for (auto at = url.find(place); at != std::string::npos; at = url.find(place, at)) {
    url.replace(at, place.size(), digits);
    at += digits.size();
  }
  return url;
}

std::unexpected<Error> unavailable(std::string detail) {
  return fault(std::move(detail), Errc::service_unavailable);
}

// Members of another type, or too long to be what they are called, count as not said.
std::string text_of(const json::object& object, std::string_view name) {
  const auto* found = object.if_contains(name);
  if (!found || !found->is_string() || found->get_string().size() > longest_text) return {};
  std::string text(found->get_string());
  return is_utf8(text) ? text : std::string();
}

std::optional<bool> flag_of(const json::object& object, std::string_view name) {
  const auto* found = object.if_contains(name);
  return found && found->is_bool() ? std::optional(found->get_bool()) : std::nullopt;
}

}  // namespace

Result<> HttpRecords::check(const Options& options) {
  for (const auto& url : options.urls) {
    if (url.empty()) continue;
    const auto parsed = http::Url::parse(with_number(url, "12025550100"));
    if (parsed && !parsed->https && !options.allow_http) {
      return fail(Errc::invalid_parameter,
                  "a URL of [lookup] is not https, and webhooks.allow_http is not set");
    }
    if (!url.contains(place) || !parsed) {
      return fail(Errc::invalid_parameter,
                  "a URL of [lookup] is no URL with {number} in it, such as "
                  "https://numbers.example.com/v1/{number}");
    }
  }
  if (!options.header.empty() && options.header.find(": ") == std::string::npos) {
    return fail(Errc::invalid_parameter,
                "lookup.header is no header, such as \"Authorization: Bearer SECRET\"");
  }
  return {};
}

Result<lookup::Record> read_record(lookup::RecordKind kind, const std::string& body) {
  boost::system::error_code error;
  json::parse_options options;
  options.max_depth = 8;
  const auto value = json::parse(body, error, {}, options);
  if (error || !value.is_object()) return unavailable("the answer is no JSON object");
  const auto& object = value.get_object();
  lookup::Record record;
  switch (kind) {
    case lookup::RecordKind::portability:
      record.ported = flag_of(object, "ported");
      record.carrier = text_of(object, "carrier");
      record.mcc = text_of(object, "mobile_country_code");
      record.mnc = text_of(object, "mobile_network_code");
      break;
    case lookup::RecordKind::sim_swap:
      record.swapped = flag_of(object, "swapped");
      record.swapped_at = from_iso8601(text_of(object, "last_swapped"));
      break;
    case lookup::RecordKind::caller_name:
      record.name = text_of(object, "name");
      record.caller_type = text_of(object, "type");
      break;
  }
  return record;
}

net::Task<Result<lookup::Record>> HttpRecords::find(lookup::RecordKind kind, PhoneNumber number) {
  auto url = http::Url::parse(with_number(url_of(kind), number.digits()));
  if (!url) co_return unavailable("the URL is not valid");
  http::OutgoingRequest request;
  request.url = std::move(*url);
  request.method = "GET";
  request.headers.add("Accept", "application/json");
  request.headers.add("User-Agent", "CloudVNO/1");
  if (const auto colon = options_.header.find(": "); colon != std::string::npos) {
    request.headers.add(options_.header.substr(0, colon), options_.header.substr(colon + 2));
  }
  request.timeout = options_.timeout;
  request.connect_timeout = options_.timeout;
  request.max_response_bytes = most_bytes;
  const auto answer = co_await client_.send(std::move(request));
  // The log gets the kind and what failed: the URL holds the number.
  const auto failed = [&](std::string_view what) {
    log::warn("lookup.source_failed", {{"kind", lookup::record_name(kind)}, {"what", what}});
    return unavailable({});
  };
  if (!answer) co_return failed("no answer");
  if (answer->status == 404) co_return fail(Errc::not_found);
  if (answer->status != 200) co_return failed(fmt::format("status {}", answer->status));
  auto record = read_record(kind, answer->body);
  if (!record) co_return failed(record.error().detail);
  co_return record;
}

}  // namespace cloudvno::number_records
