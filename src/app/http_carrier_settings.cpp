// [[http_carrier]]: the table, and what it means to the connector.
#include "app/http_carrier_settings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <functional>
#include <optional>

#include "connectors/http_carrier/http_carrier.hpp"
#include "protocol/http/syntax.hpp"

namespace cloudvno::app {

using http_carrier::Selector;
using http_carrier::Template;

namespace {

constexpr std::size_t least_secret = 16;  // characters

// What the parser of one value says of it.
template <class Parsed>
std::string fault_of(const std::expected<Parsed, std::string>& parsed) {
  return parsed ? std::string() : parsed.error();
}

std::string first_fault(const std::vector<std::string>& texts,
                        const std::function<std::string(const std::string&)>& fault) {
  for (const auto& text : texts) {
    if (auto found = fault(text); !found.empty()) return found;
  }
  return {};
}

// "X-Api-Key: {password}".
std::expected<std::pair<std::string, Template>, std::string> parse_header(std::string_view text) {
  const auto line = http::parse_field_line(text);
  if (!line) return std::unexpected(fmt::format("\"{}\" is no header", text));
  auto value = Template::parse(line->second);
  if (!value) return std::unexpected(std::move(value.error()));
  return std::pair(std::string(line->first), std::move(*value));
}

std::optional<int> parse_error_code(std::string_view text) {
  int code = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), code);
  if (fault != std::errc() || end != text.data() + text.size() || code < 30'000 || code > 39'999)
    return std::nullopt;
  return code;
}

std::string state_fault(const std::string& text) {
  const auto pair = http_carrier::read_pair(text);
  if (pair && http_carrier::state_named(pair->second)) return {};
  return fmt::format(
      "\"{}\" is no word of theirs and, behind =, delivered, undelivered or in_progress", text);
}

std::string error_fault(const std::string& text) {
  const auto pair = http_carrier::read_pair(text);
  if (pair && parse_error_code(pair->second)) return {};
  return fmt::format("\"{}\" is no code of theirs and, behind =, one of ours (30005)", text);
}

std::string list_fault(const std::string& pointer) {
  return pointer.empty() || pointer.front() == '/'
             ? std::string()
             : "a JSON pointer is empty or begins with a slash";
}

void describe_row(config::Schema& row, HttpCarrierSettings& c) {
  const auto checked_template = [&](std::string_view key, std::string& target,
                                    std::string_view meaning, std::string_view example) {
    row.text(key, target, meaning, example);
    row.check([&target] { return fault_of(Template::parse(target)); });
  };
  const auto selector = [&](std::string_view key, std::string& target, std::string_view meaning,
                            std::string_view example) {
    row.text(key, target, meaning, example);
    row.check([&target] { return fault_of(Selector::parse(target)); });
  };
  const auto ranges = [&](std::string_view key, std::vector<std::string>& target,
                          std::string_view meaning) {
    row.texts(key, target, meaning, "203.0.113.0/24");
    row.check([&target] {
      return first_fault(target, [](const std::string& text) {
        return net::AddressRange::parse(text) ? std::string()
                                              : fmt::format("\"{}\" is no address range", text);
      });
    });
  };
  row.text("name", c.name, "How numbers and records name it: letters, digits and hyphens.", "acme");
  checked_template("url", c.url,
                   "Where a message goes, with placeholders behind the host's name; "
                   "docs/operations.md lists them.",
                   "https://sms.example.com/v1/messages");
  row.word("method", c.method, {"GET", "PUT", "POST"}, "How it is asked.");
  row.texts("headers", c.headers, "Headers of a request, with placeholders.",
            "X-Api-Key: {password}");
  row.check([&c] {
    return first_fault(c.headers, [](const auto& text) { return fault_of(parse_header(text)); });
  });
  row.text("content_type", c.content_type,
           "Of the body; it says how placeholders in it are written. Empty: no body.",
           "application/json");
  checked_template("body", c.body, "The body, with placeholders.",
                   R"({"from":"{from}","to":"{to}","text":"{text}"})");
  row.word("auth", c.auth, {"none", "basic", "bearer"},
           "Authorization header: user and password, or the password as token.");
  row.text("user", c.user, "Our name there.", "cloudvno");
  row.text("password", c.password, "Our password or key there.", "secret");
  row.boolean("split", c.split,
              "One request for each part of a long text, instead of one for the whole.");
  row.text("encoding_gsm7", c.encoding_gsm7, "What {encoding} says of the GSM alphabet.", "0");
  row.text("encoding_ucs2", c.encoding_ucs2, "What {encoding} says of UCS-2.", "2");
  selector("id", c.id,
           "Where an answer has the id that receipts name; `own`: receipts name our {reference}.",
           "json:/messages/0/id");
  row.texts("answers", c.answers,
            "What answers mean, the first rule that fits; where none does, the status decides.",
            "json:/error/code = 7 -> refused 30005");
  row.check([&c] {
    return first_fault(c.answers, [](const auto& text) {
      return fault_of(http_carrier::AnswerRule::parse(text));
    });
  });
  row.integer("connections", c.connections, 1, 256, "Requests that may be under way at once.");
  row.integer("messages_per_second", c.messages_per_second, 0, 10'000,
              "Requests a second; 0: as fast as the connections allow.");
  row.integer("timeout_s", c.timeout_s, 1, 120, "Seconds for a whole request.");
  row.text("probe_url", c.probe_url,
           "What is asked by GET to see whether the carrier is there; empty: its host's `/`.",
           "https://sms.example.com/health");
  row.boolean("allow_http", c.allow_http,
              "The url may be plain http; without it TLS 1.3 is spoken. `check` lists it.");
  ranges("allowed_ranges", c.allowed_ranges,
         "Address ranges where the carrier may be although they are not global.");
  row.text("ca_file", c.ca_file,
           "PEM file of certificate authorities trusted besides the system's.",
           "/etc/cloudvno/acme-ca.pem");
  describe_route(row, c.route);
  row.word("delivery_guarantee", c.delivery_guarantee,
           {"at_least_once", "at_most_once", "hold_for_receipt"},
           "What becomes of a message whose fate a crash or a lost answer leaves unknown.");
  row.text(
      "callback_secret", c.callback_secret,
      "Last segment of /carriers/NAME/receipts/… and /carriers/NAME/inbound/…, or their query's "
      "`secret`; 16 characters at least.",
      "Zq3v9wX1bT7kLm2p");
  row.text("callback_user", c.callback_user, "HTTP Basic user of the carrier's requests.", "acme");
  row.text("callback_password", c.callback_password, "And its password; 16 characters at least.",
           "Zq3v9wX1bT7kLm2p");
  row.text("callback_hmac_header", c.callback_hmac_header,
           "Header with HMAC-SHA256 of a request's body, in hex or base64.", "X-Signature");
  row.text("callback_hmac_secret", c.callback_hmac_secret, "Its key; 16 characters at least.",
           "Zq3v9wX1bT7kLm2p");
  ranges("callback_addresses", c.callback_addresses, "Where the carrier's requests come from.");
  row.text("receipt_list", c.receipt_list,
           "JSON pointer to where several receipts stand; empty: the body is a list, or one.",
           "/results");
  row.check([&c] { return list_fault(c.receipt_list); });
  selector("receipt_id", c.receipt_id, "Where a receipt has the id.", "field:id");
  selector("receipt_state", c.receipt_state, "Where it has the state.", "field:status");
  selector("receipt_error", c.receipt_error, "Where it has the error code.", "field:err");
  row.texts("receipt_states", c.receipt_states,
            "The carrier's words for states besides the usual ones: delivered, undelivered or "
            "in_progress.",
            "8 = in_progress");
  row.check([&c] { return first_fault(c.receipt_states, &state_fault); });
  row.texts("receipt_errors", c.receipt_errors, "The carrier's error codes and ours.",
            "27 = 30003");
  row.check([&c] { return first_fault(c.receipt_errors, &error_fault); });
  row.text("receipt_answer", c.receipt_answer, "Body of our answer to receipts.", "OK");
  row.integer("receipt_not_ours", c.receipt_not_ours, 200, 499,
              "Status of our answer where no receipt is of a message of ours.");
  row.text("inbound_list", c.inbound_list,
           "JSON pointer to where several inbound messages stand; empty: the body is a list, or "
           "one.",
           "/messages");
  row.check([&c] { return list_fault(c.inbound_list); });
  selector("inbound_from", c.inbound_from, "Where an inbound message has its sender.",
           "field:from");
  selector("inbound_to", c.inbound_to, "Where it has our number.", "field:to");
  selector("inbound_text", c.inbound_text, "Where it has its text.", "field:text");
  row.word("inbound_text_form", c.inbound_text_form, {"utf8", "hex_utf8", "hex_ucs2"},
           "How the text is written.");
  selector("inbound_reference", c.inbound_reference,
           "Where a part of a long text has what its parts have in common, a number.", "field:ref");
  selector("inbound_part", c.inbound_part, "Where it has its number, from 1.", "field:part");
  selector("inbound_parts", c.inbound_parts, "Where it has how many there are.", "field:parts");
  row.text("inbound_answer", c.inbound_answer, "Body of our answer to inbound messages.", "OK");
  row.integer("inbound_not_ours", c.inbound_not_ours, 200, 499,
              "Status of our answer where no message is to a number of ours.");
  row.text("answer_type", c.answer_type, "Content-Type of our answers.", "application/json");
}

messaging::DeliveryGuarantee guarantee_of(std::string_view word) {
  using enum messaging::DeliveryGuarantee;
  if (word == "at_most_once") return at_most_once;
  if (word == "hold_for_receipt") return hold_for_receipt;
  return at_least_once;
}

http_carrier::TextForm form_of(std::string_view word) {
  using enum http_carrier::TextForm;
  if (word == "hex_utf8") return hex_utf8;
  if (word == "hex_ucs2") return hex_ucs2;
  return utf8;
}

// Reads the values of one carrier; keeps what is wrong with them.
class Reader {
 public:
  Reader(const HttpCarrierSettings& settings, const std::string& public_url)
      : settings_(settings), public_url_(public_url) {}

  std::expected<http_carrier::Options, std::vector<std::string>> read() {
    auto& options = options_;
    options.name = settings_.name;
    options.connections = static_cast<std::size_t>(settings_.connections);
    options.messages_per_second = static_cast<int>(settings_.messages_per_second);
    options.timeout = std::chrono::seconds(settings_.timeout_s);
    const auto problem = check_route(settings_.route);
    need(problem.empty(), problem);
    options.traits.price_per_part = Money::parse(settings_.route.price_per_part);
    options.traits.guarantee = guarantee_of(settings_.delivery_guarantee);
    options.traits.takes_whole_texts = !settings_.split;
    for (const auto& text : settings_.allowed_ranges) add_range(options.allowed_ranges, text);
    read_gate();
    read_request();
    read_answers();
    read_receipts();
    read_inbound();
    if (!problems_.empty()) return std::unexpected(std::move(problems_));
    return std::move(options_);
  }

 private:
  void need(bool holds, std::string what) {
    if (!holds) problems_.push_back(fmt::format("http_carrier \"{}\": {}", settings_.name, what));
  }
  template <class Parsed>
  Parsed take(std::expected<Parsed, std::string> parsed) {
    if (parsed) return std::move(*parsed);
    need(false, parsed.error());
    return {};
  }
  void add_range(std::vector<net::AddressRange>& ranges, const std::string& text) {
    const auto range = net::AddressRange::parse(text);
    need(range.has_value(), fmt::format("\"{}\" is no address range", text));
    if (range) ranges.push_back(*range);
  }

  void read_gate() {
    auto& gate = options_.gate;
    gate.secret = settings_.callback_secret;
    gate.user = settings_.callback_user;
    gate.password = settings_.callback_password;
    gate.hmac_header = settings_.callback_hmac_header;
    gate.hmac_secret = settings_.callback_hmac_secret;
    for (const auto& text : settings_.callback_addresses) add_range(gate.addresses, text);
    for (const auto* secret : {&gate.secret, &gate.password, &gate.hmac_secret}) {
      need(secret->empty() || secret->size() >= least_secret,
           fmt::format("a callback secret has {} characters at least", least_secret));
    }
    need(http::percent_encode(gate.secret) == gate.secret,
         "callback_secret stands in a URL: letters, digits and -._~ only");
    need(gate.hmac_secret.empty() == gate.hmac_header.empty(),
         "callback_hmac_header and callback_hmac_secret go together");
    need(gate.user.empty() == gate.password.empty(),
         "callback_user and callback_password go together");
  }

  void read_request() {
    auto& request = options_.request;
    request.url = take(Template::parse(settings_.url));
    request.method = settings_.method;
    for (const auto& text : settings_.headers) request.headers.push_back(take(parse_header(text)));
    request.content_type = settings_.content_type;
    request.body = take(Template::parse(settings_.body));
    request.body_place = http_carrier::place_of_body(settings_.content_type);
    request.split = settings_.split;
    request.gsm7 = settings_.encoding_gsm7;
    request.ucs2 = settings_.encoding_ucs2;
    request.user = settings_.user;
    request.password = settings_.password;
    request.receipt_url = fmt::format("{}/carriers/{}/receipts", public_url_, settings_.name);
    if (!settings_.callback_secret.empty()) request.receipt_url += "/" + settings_.callback_secret;
    if (settings_.auth == "basic") {
      request.authorization =
          "Basic " + to_base64(as_bytes(settings_.user + ":" + settings_.password));
    } else if (settings_.auth == "bearer") {
      request.authorization = "Bearer " + settings_.password;
      need(http::is_field_value(settings_.password), "the password cannot stand in a header");
    }
    need(settings_.auth == "none" || !settings_.password.empty(),
         "auth needs a password, for example: password = \"secret\"");
    need(settings_.content_type.empty() == settings_.body.empty(),
         "content_type and body go together, for example: content_type = \"application/json\"");
    need(http::is_field_value(settings_.content_type), "content_type is no media type");
    need(settings_.method != "GET" || settings_.body.empty(), "a GET has no body");
    const auto open = request.body.leaves_open();
    if (request.body_place == http_carrier::Place::unclear && !open.empty()) {
      need(false, fmt::format("how {} is written does not follow from content_type; say it, for "
                              "example {}:json}}",
                              open, open.substr(0, open.size() - 1)));
    }
    if (request.body.uses(http_carrier::Placeholder::media_base64)) options_.traits.most_media = 1;
    if (request.body.uses(http_carrier::Placeholder::media_list)) {
      options_.traits.most_media = messaging::most_media;
      need(request.body_place == http_carrier::Place::json,
           "{media_list} is a JSON array: it stands in a body of a JSON content_type only");
    }
    read_url();
  }

  // The host's name is fixed, so that no message can choose where it goes.
  void read_url() {
    const std::string fixed(options_.request.url.fixed_beginning());
    const auto host_end = fixed.find('/', std::min(fixed.find("://") + 3, fixed.size()));
    const auto url = http::Url::parse(fixed.substr(0, host_end) + "/");
    const bool complete = host_end != std::string::npos || fixed == settings_.url;
    need(url && complete,
         "url must be an absolute URL whose host has no placeholder, for example: "
         "url = \"https://sms.example.com/v1/messages\"");
    if (!url) return;
    need(url->https || settings_.allow_http,
         "the url is plain http: texts and numbers would go in clear; use https, or say "
         "allow_http = true");
    options_.probe_url = settings_.probe_url.empty() ? url->text : settings_.probe_url;
    const auto probe = http::Url::parse(options_.probe_url);
    need(probe && (probe->https || settings_.allow_http),
         "probe_url must be a URL, for example: probe_url = \"https://sms.example.com/health\"");
    messaging::Submission sample;
    sample.message = MessageSid::make(Time());
    sample.from = *PhoneNumber::parse("+12125550123");
    sample.to = *PhoneNumber::parse("+12015550100");
    need(http_carrier::write_request(options_.request, sample).has_value(),
         "url with its placeholders filled in is no URL");
  }

  void read_answers() {
    options_.answers.id = take(Selector::parse(settings_.id));
    for (const auto& text : settings_.answers) {
      options_.answers.rules.push_back(take(http_carrier::AnswerRule::parse(text)));
    }
  }

  http_carrier::Reply reply(std::string body, std::int64_t not_ours) {
    need(http::is_field_value(settings_.answer_type), "answer_type is no media type");
    return {settings_.answer_type, std::move(body), static_cast<int>(not_ours)};
  }

  void read_receipts() {
    auto& rules = options_.receipts;
    rules.list = settings_.receipt_list;
    rules.id = take(Selector::parse(settings_.receipt_id));
    rules.state = take(Selector::parse(settings_.receipt_state));
    rules.error = take(Selector::parse(settings_.receipt_error));
    for (const auto& text : settings_.receipt_states) {
      need(state_fault(text).empty(), state_fault(text));
      if (const auto pair = http_carrier::read_pair(text)) {
        rules.states[pair->first] =
            http_carrier::state_named(pair->second).value_or(messaging::ReceiptState::in_progress);
      }
    }
    for (const auto& text : settings_.receipt_errors) {
      need(error_fault(text).empty(), error_fault(text));
      if (const auto pair = http_carrier::read_pair(text)) {
        rules.errors[pair->first] = parse_error_code(pair->second).value_or(0);
      }
    }
    options_.receipt_reply = reply(settings_.receipt_answer, settings_.receipt_not_ours);
    need(rules.id.is_set() == rules.state.is_set(), "receipt_id and receipt_state go together");
    need(!rules.id.is_set() || is_guarded(),
         "receipts need a guard, for example: callback_secret = \"…\" of 16 characters");
  }

  void read_inbound() {
    auto& rules = options_.inbound;
    rules.list = settings_.inbound_list;
    rules.from = take(Selector::parse(settings_.inbound_from));
    rules.to = take(Selector::parse(settings_.inbound_to));
    rules.text = take(Selector::parse(settings_.inbound_text));
    rules.form = form_of(settings_.inbound_text_form);
    rules.reference = take(Selector::parse(settings_.inbound_reference));
    rules.part = take(Selector::parse(settings_.inbound_part));
    rules.parts = take(Selector::parse(settings_.inbound_parts));
    options_.inbound_reply = reply(settings_.inbound_answer, settings_.inbound_not_ours);
    need(rules.text.is_set() == rules.from.is_set() && rules.text.is_set() == rules.to.is_set(),
         "inbound_from, inbound_to and inbound_text go together");
    need(!rules.text.is_set() || is_guarded(),
         "inbound messages need a guard, for example: callback_secret = \"…\" of 16 characters");
    need(rules.reference.is_set() == rules.part.is_set() &&
             rules.reference.is_set() == rules.parts.is_set(),
         "inbound_reference, inbound_part and inbound_parts go together");
  }

  bool is_guarded() const { return http_carrier::Gate(options_.gate).is_set(); }

  const HttpCarrierSettings& settings_;
  const std::string& public_url_;
  http_carrier::Options options_;
  std::vector<std::string> problems_;
};

}  // namespace

void describe_http_carriers(config::Schema& schema, std::vector<HttpCarrierSettings>& carriers) {
  schema.rows<HttpCarrierSettings>("http_carrier", carriers,
                                   "A carrier reached over HTTP; docs/operations.md has examples.",
                                   &describe_row);
}

std::expected<http_carrier::Options, std::vector<std::string>> http_carrier_options(
    const HttpCarrierSettings& settings, const std::string& public_url) {
  return Reader(settings, public_url).read();
}

bool is_plain(const HttpCarrierSettings& settings) {
  const auto is_local = [](std::string_view url) {
    return url.starts_with("http://127.") || url.starts_with("http://localhost") ||
           url.starts_with("http://[::1]");
  };
  return settings.url.starts_with("http://") && !is_local(settings.url);
}

}  // namespace cloudvno::app
