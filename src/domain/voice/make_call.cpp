// Making a call.
#include "domain/voice/make_call.hpp"

#include "domain/numbers/number_store.hpp"
#include "domain/voice/call_store.hpp"
#include "domain/voice/sip_address.hpp"
#include "protocol/twiml/voice_document.hpp"

namespace cloudvno::voice {
namespace {

constexpr std::string_view methods[] = {"POST", "GET"};
constexpr std::string_view sendable = "0123456789*#wW";

Result<std::string> read_to(api::Input& in) {
  TRY_ASSIGN(auto text, in.text("to", 255));
  if (text.starts_with(' ')) text.front() = '+';  // an unencoded '+' of a form
  if (const auto number = PhoneNumber::parse(text)) return number->e164();
  if (auto address = parse_sip_address(text)) return std::move(address->uri);
  return fail(Errc::invalid_phone_number,
              "`to` must be a number in E.164 or a SIP address (sip:user@host).", "to");
}

Result<CallEvents> read_events(api::Input& in) {
  constexpr std::size_t most_words = 4;
  TRY_ASSIGN(const auto words, in.optional_texts("status_callback_event", most_words, 64));
  CallEvents events = 0;
  if (words) {
    for (const auto& word : *words) {
      const auto read = parse_events(word);
      if (!read) {
        return fail(Errc::invalid_parameter,
                    "`status_callback_event` must be of initiated, ringing, answered, completed.",
                    "status_callback_event");
      }
      events |= *read;
    }
  }
  return events == 0 ? CallEvents{event_completed} : events;
}

Result<StatusCallback> read_status_callback(api::Input& in) {
  StatusCallback callback;
  TRY_ASSIGN(auto url, in.optional_url("status_callback"));
  callback.url = std::move(url).value_or(std::string());
  TRY_ASSIGN(const auto method, in.optional_word("status_callback_method", methods));
  callback.method = method.value_or("POST");
  TRY_ASSIGN(callback.events, read_events(in));
  return callback;
}

Result<int> read_recording(api::Input& in) {
  constexpr std::string_view kinds[] = {"mono", "dual"};
  TRY_ASSIGN(const auto record, in.optional_boolean("record"));
  TRY_ASSIGN(const auto channels, in.optional_word("recording_channels", kinds));
  if (!record.value_or(false)) return 0;
  return channels.value_or("mono") == "dual" ? 2 : 1;
}

}  // namespace

Result<std::optional<Instructions>> read_instructions(api::Input& in) {
  Instructions instructions;
  TRY_ASSIGN(auto url, in.optional_url("url"));
  TRY_ASSIGN(auto xml, in.optional_text("xml", most_xml_bytes));
  TRY_ASSIGN(const auto method, in.optional_word("method", methods));
  TRY_ASSIGN(auto fallback_url, in.optional_url("fallback_url"));
  TRY_ASSIGN(const auto fallback_method, in.optional_word("fallback_method", methods));
  instructions.url = std::move(url).value_or(std::string());
  instructions.xml = std::move(xml).value_or(std::string());
  instructions.method = method.value_or("POST");
  instructions.fallback_url = std::move(fallback_url).value_or(std::string());
  instructions.fallback_method = fallback_method.value_or("POST");
  if (instructions.url.empty() && instructions.xml.empty()) return std::optional<Instructions>();
  if (!instructions.url.empty() && !instructions.xml.empty()) {
    return fail(Errc::invalid_parameter, "Give `url` or `xml`, not both.", "xml");
  }
  if (!instructions.xml.empty()) {
    const auto read = twiml::parse_voice_document(instructions.xml);
    if (!read) {
      return fail(Errc::invalid_parameter,
                  fmt::format("`xml` is no document: {} {}", read.error().code, read.error().text),
                  "xml");
    }
  }
  return std::optional(std::move(instructions));
}

Result<Call> read_call(api::Input in, const api::Request& request) {
  Call call;
  call.sid = CallSid::make(request.received);
  call.account = request.account();
  call.live = request.caller->live;
  call.created_at = call.updated_at = request.received;
  TRY_ASSIGN(const auto from, in.phone_number("from"));
  call.from = from.e164();
  TRY_ASSIGN(call.to, read_to(in));
  TRY_ASSIGN(auto instructions, read_instructions(in));
  if (!instructions) {
    return fail(Errc::missing_parameter, "Give `url`, or the document itself as `xml`.", "url");
  }
  call.instructions = std::move(*instructions);
  TRY_ASSIGN(call.callback, read_status_callback(in));
  TRY_ASSIGN(const auto timeout, in.optional_integer("timeout", 1, 600));
  if (timeout) call.ring_timeout = std::chrono::seconds(*timeout);
  TRY_ASSIGN(const auto limit, in.optional_integer("time_limit", 1, 14'400));
  if (limit) call.time_limit = std::chrono::seconds(*limit);
  TRY_ASSIGN(call.recording_channels, read_recording(in));
  constexpr std::string_view detection[] = {"none"};
  TRY(in.optional_word("machine_detection", detection));
  TRY_ASSIGN(auto digits, in.optional_text("send_digits", 128));
  call.send_digits = std::move(digits).value_or(std::string());
  if (call.send_digits.find_first_not_of(sendable) != std::string::npos) {
    return fail(Errc::invalid_parameter, "`send_digits` may hold 0-9, *, #, w and W.",
                "send_digits");
  }
  TRY(in.finish());
  return call;
}

Result<> keep_call(storage::Transaction& tx, const vault::Vault& vault, const vault::Keys& keys,
                   const Call& call, std::string_view owner) {
  const auto from = PhoneNumber::parse(call.from);
  if (!from) return fail(Errc::invalid_phone_number, {}, "from");
  const auto held = numbers::find_number(tx, vault, keys, call.account, *from);
  if (!held && held.error().code != Errc::not_found) return fail(held.error());
  if (!held || held->live != call.live) return fail(Errc::from_number_not_owned, {}, "from");
  if (!held->voice) return fail(Errc::number_not_voice_capable, {}, "from");
  insert_call(tx, keys, call, owner);
  return {};
}

}  // namespace cloudvno::voice
