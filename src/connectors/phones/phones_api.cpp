// /v1/sandbox/handsets/{number}/phone and …/calls: how a handset takes calls, its calls, what it
// heard, and a person's hands on it.
//
// For test keys only; a caller sees the calls with its account alone.
#include "connectors/phones/phones_api.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "connectors/phones/exchange.hpp"
#include "domain/numbers/number_store.hpp"
#include "protocol/media/wav.hpp"

namespace cloudvno::phones {
namespace {

namespace json = boost::json;

constexpr std::string_view network_name = "sandbox";            // as a number's carrier
constexpr std::int64_t largest_cursor = std::int64_t{1} << 53;  // exact in JSON everywhere
constexpr std::int64_t longest_wait_s = 25;
constexpr std::int64_t longest_answer_after_ms = 120'000;
constexpr std::int64_t longest_hang_up_after_ms = 3'600'000;
constexpr std::size_t most_digits = 100;
constexpr std::size_t longest_wav = 1 << 20;  // of its base64
constexpr std::size_t most_wav_samples = 120 * 8'000;

// ---- what is shown ----

json::object to_json(const PhoneNumber& handset, const PhoneSettings& settings) {
  json::array behaviors;
  for (const auto& entry : behavior_table()) {
    behaviors.push_back({{"behavior", entry.name}, {"description", entry.description}});
  }
  const auto after = settings.answers_after();
  return {{"phone_number", handset.e164()},
          {"behavior", behavior_entry(settings.behavior).name},
          {"answer_after_ms", after ? json::value(after->count()) : json::value(nullptr)},
          {"hang_up_after_ms", settings.hang_up_after.count()},
          {"digits", settings.digits},
          {"plays", sound_words[static_cast<std::size_t>(settings.sound)]},
          {"behaviors", std::move(behaviors)}};
}

json::object to_json(const CallRecord& call) {
  const json::value line =
      call.line.e164().empty() ? json::value(nullptr) : json::value(call.line.e164());
  const json::value handset = json::value(call.phone.handset.e164());
  return {{"id", call.id},
          {"direction", call.from_handset ? "from_handset" : "to_handset"},
          {"from", call.from_handset ? handset : line},
          {"to", call.from_handset ? line : handset},
          {"call_sid", call.call_sid.empty() ? json::value(nullptr) : json::value(call.call_sid)},
          {"status", status_word(call.status)},
          {"digits", call.digits},
          {"heard_ms", call.heard.size() / 8},
          {"date_created", to_iso8601(call.started_at)},
          {"date_answered", api::json_time(call.answered_at)},
          {"date_ended", api::json_time(call.ended_at)}};
}

// ---- what is read ----

// The telephone of the path as the caller's account has it. Errc::not_found for a live key, which
// shall see nothing of the sandbox.
Result<PhoneKey> phone_of(const api::Request& request) {
  if (request.caller->live) return fail(Errc::not_found);
  const auto number = PhoneNumber::parse(request.path_arguments[0]);
  if (!number) return fail(Errc::not_found);
  return PhoneKey{request.account(), *number};
}

std::optional<std::int64_t> read_whole(std::string_view digits) {
  std::int64_t value = 0;
  const auto [end, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  const bool all = fault == std::errc() && end == digits.data() + digits.size() && value >= 0;
  return all ? std::optional(value) : std::nullopt;
}

Result<RecordPtr> record_of(const api::Request& request, const PhoneKey& phone,
                            const CallLog& log) {
  const auto id = read_whole(request.path_arguments[1]);
  auto record = id ? log.find(phone, *id) : nullptr;
  if (!record) return fail(Errc::not_found);
  return record;
}

Result<std::optional<std::string>> read_digits(api::Input& in) {
  TRY_ASSIGN(auto digits, in.optional_text("digits", most_digits));
  if (digits && digits->find_first_not_of("0123456789*#ABCDabcdwW") != std::string::npos) {
    return fail(Errc::invalid_parameter,
                "`digits` must be of 0-9, *, #, A-D, w (half a second) and W (a second).",
                "digits");
  }
  return digits;
}

// `plays`, or `wav` with the sound itself.
Result<> read_sound(api::Input& in, PhoneSettings& settings) {
  constexpr auto by_word = std::span(sound_words).first<3>();
  TRY_ASSIGN(const auto word, in.optional_word("plays", by_word));
  TRY_ASSIGN(const auto wav, in.optional_text("wav", longest_wav));
  if (word && wav) {
    return fail(Errc::invalid_parameter, "Only one of `plays` and `wav` can be given.", "wav");
  }
  if (word) {
    settings.sound = static_cast<Sound>(std::ranges::find(by_word, *word) - by_word.begin());
    settings.own_sound = nullptr;
  }
  if (!wav) return {};
  const auto bytes = from_base64(*wav);
  const auto samples = bytes ? media::read_wav(*bytes) : Result<media::Samples>(media::Samples());
  if (!samples || samples->empty() || samples->size() > most_wav_samples) {
    return fail(Errc::invalid_parameter,
                "`wav` must be a WAV file in base64: PCM, mu-law or A-law, at most two minutes.",
                "wav");
  }
  settings.sound = Sound::own;
  settings.own_sound = std::make_shared<const media::Prompt>(*samples);
  return {};
}

// What is given replaces what was set; the rest stays.
Result<PhoneSettings> read_settings(api::Input& in, PhoneSettings settings) {
  std::vector<std::string_view> words;
  for (const auto& entry : behavior_table()) words.push_back(entry.name);
  TRY_ASSIGN(const auto behavior, in.optional_word("behavior", words));
  if (behavior) {
    settings.behavior =
        std::ranges::find(behavior_table(), *behavior, &BehaviorEntry::name)->behavior;
    settings.answer_after.reset();
  }
  TRY_ASSIGN(const auto after, in.optional_integer("answer_after_ms", 0, longest_answer_after_ms));
  if (after) settings.answer_after = Milliseconds(*after);
  TRY_ASSIGN(const auto hang_up,
             in.optional_integer("hang_up_after_ms", 0, longest_hang_up_after_ms));
  if (hang_up) settings.hang_up_after = Milliseconds(*hang_up);
  TRY_ASSIGN(const auto digits, read_digits(in));
  if (digits) settings.digits = *digits;
  TRY(read_sound(in, settings));
  return settings;
}

net::Task<Result<bool>> holds(api::Request& request, const PhoneNumber& number) {
  api::Conditions conditions;
  conditions.add_owner(request.account(), false);
  conditions.add("carrier", network_name);
  api::PageQuery page;
  page.limit = 1'000;
  CO_TRY_ASSIGN(const auto held, co_await request.database.read([&](storage::Transaction& tx) {
    return numbers::list_numbers(tx, *request.caller->keys, conditions, page);
  }));
  co_return std::ranges::find(held, number, &numbers::Number::number) != held.end();
}

// ---- the routes ----

net::Task<Result<api::Answer>> read_phone(api::Request& request, Exchange& exchange) {
  CO_TRY_ASSIGN(const auto phone, phone_of(request));
  CO_TRY(request.input().finish());
  co_return api::Answer::json(200, to_json(phone.handset, exchange.book().find(phone)));
}

net::Task<Result<api::Answer>> set_phone(api::Request& request, Exchange& exchange) {
  CO_TRY_ASSIGN(const auto phone, phone_of(request));
  auto in = request.input();
  CO_TRY_ASSIGN(auto settings, read_settings(in, exchange.book().find(phone)));
  CO_TRY(in.finish());
  exchange.book().set(phone, settings);
  co_return api::Answer::json(200, to_json(phone.handset, settings));
}

net::Task<Result<api::Answer>> list_calls(api::Request& request, Exchange& exchange) {
  CO_TRY_ASSIGN(const auto phone, phone_of(request));
  auto in = request.input();
  CO_TRY_ASSIGN(const auto after, in.optional_integer("after", 0, largest_cursor));
  CO_TRY_ASSIGN(const auto wait, in.optional_integer("wait", 0, longest_wait_s));
  CO_TRY(in.finish());
  const auto& clock = exchange.clock();
  const auto deadline = clock.now() + std::chrono::seconds(wait.value_or(0));
  auto calls = exchange.log().calls(phone, after.value_or(0));
  while (calls.empty() && clock.now() < deadline) {
    if (!co_await exchange.watchers().wait(phone, deadline)) break;
    calls = exchange.log().calls(phone, after.value_or(0));
  }
  json::array rows;
  for (const auto& call : calls) rows.push_back(to_json(*call));
  co_return api::Answer::json(200,
                              {{"data", std::move(rows)}, {"cursor", exchange.log().revision()}});
}

net::Task<Result<api::Answer>> make_call(api::Request& request, Exchange& exchange) {
  CO_TRY_ASSIGN(const auto phone, phone_of(request));
  auto in = request.input();
  CO_TRY_ASSIGN(const auto to, in.phone_number("to"));
  auto settings = exchange.book().find(phone);
  settings.digits.clear();  // those are pressed where the telephone is called
  CO_TRY_ASSIGN(const auto digits, read_digits(in));
  if (digits) settings.digits = *digits;
  CO_TRY(read_sound(in, settings));
  CO_TRY(in.finish());
  CO_TRY_ASSIGN(const bool held, co_await holds(request, to));
  if (!held) {
    co_return fail(
        Errc::invalid_parameter,
        "`to` must be a sandbox number of this account: `GET /v1/incoming_phone_numbers` "
        "lists them.",
        "to");
  }
  CO_TRY_ASSIGN(const auto record, exchange.dial(phone, to, std::move(settings)));
  co_return api::Answer::json(201, to_json(*record));
}

net::Task<Result<api::Answer>> act(api::Request& request, Exchange& exchange) {
  CO_TRY_ASSIGN(const auto phone, phone_of(request));
  constexpr std::string_view words[] = {"answer", "decline", "hang_up", "press"};
  auto in = request.input();
  CO_TRY_ASSIGN(const auto action, in.optional_word("action", words));
  CO_TRY_ASSIGN(auto digits, read_digits(in));
  CO_TRY(in.finish());
  if (!action) co_return fail(Errc::missing_parameter, "`action` is missing.", "action");
  if (*action == "press" && (!digits || digits->empty())) {
    co_return fail(Errc::missing_parameter, "`digits` is missing.", "digits");
  }
  CO_TRY_ASSIGN(const auto record, record_of(request, phone, exchange.log()));
  auto* call = exchange.find_call(record->id);
  if (call == nullptr) co_return fail(Errc::wrong_state, "The call has ended.");
  CO_TRY(*action == "answer"    ? call->answer()
         : *action == "decline" ? call->decline()
         : *action == "hang_up" ? call->hang_up()
                                : call->press(std::move(*digits)));
  co_return api::Answer::json(200, to_json(*record));
}

net::Task<Result<api::Answer>> read_heard(api::Request& request, Exchange& exchange) {
  CO_TRY_ASSIGN(const auto phone, phone_of(request));
  CO_TRY(request.input().finish());
  CO_TRY_ASSIGN(const auto record, record_of(request, phone, exchange.log()));
  if (record->heard_forgotten) {
    co_return fail(Errc::not_found, "The simulated network has forgotten what was heard.");
  }
  const auto bytes = static_cast<std::uint32_t>(2 * record->heard.size());
  const auto header = media::wav_header(media::WavCoding::pcm16, 1, bytes);
  std::string file(as_text(header));
  file.reserve(file.size() + bytes);
  for (const auto sample : record->heard) {  // little-endian
    file += static_cast<char>(sample & 0xff);
    file += static_cast<char>((sample >> 8) & 0xff);
  }
  co_return api::Answer::file(std::move(file), "audio/wav");
}

}  // namespace

void mount_phones(api::Api& api, Exchange& exchange) {
  using enum api::Scope;
  const std::string handset = "/v1/sandbox/handsets/{number}";
  const auto add = [&](std::string method, const std::string& path, auto handler) {
    const auto scope = method == "GET" ? messages_read : messages_write;
    api.add({std::move(method), handset + path, scope, api::RateGroup::messages, false,
             [&exchange, handler](api::Request& request) { return handler(request, exchange); }});
  };
  add("GET", "/phone", read_phone);
  add("POST", "/phone", set_phone);
  add("GET", "/calls", list_calls);
  add("POST", "/calls", make_call);
  add("GET", "/calls/{id}/heard.wav", read_heard);
  add("POST", "/calls/{id}", act);
}

}  // namespace cloudvno::phones
