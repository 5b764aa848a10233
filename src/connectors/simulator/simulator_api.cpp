// /v1/sandbox/handsets: list them, read along, write on them, change how they behave.
//
// For test keys only; a caller sees what was said with the numbers that its account holds.
#include "connectors/simulator/simulator_api.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "connectors/simulator/network_api.hpp"

namespace cloudvno::simulator {
namespace {

namespace json = boost::json;

constexpr std::int64_t longest_wait_s = 25;
constexpr std::int64_t largest_cursor = std::int64_t{1} << 53;  // exact in JSON everywhere
constexpr std::size_t most_handsets_shown = 100;
constexpr std::size_t longest_body = 16'000;  // bytes; split_text counts characters

json::array pictures_json(const PhoneNumber& handset, const Text& text) {
  json::array all;
  for (std::size_t i = 0; i < text.pictures.size(); ++i) {
    const auto& picture = text.pictures[i];
    all.push_back({{"content_type", picture.content_type},
                   {"size", picture.size},
                   {"url", fmt::format("/v1/sandbox/handsets/{}/messages/{}/media/{}",
                                       handset.e164(), text.id, i)}});
  }
  return all;
}

json::object to_json(const PhoneNumber& handset, const Text& text) {
  const auto& from = text.from_handset ? handset : text.line;
  const auto& to = text.from_handset ? text.line : handset;
  return {{"id", text.id},
          {"direction", text.from_handset ? "from_handset" : "to_handset"},
          {"from", from.e164()},
          {"to", to.e164()},
          {"body", text.body},
          {"channel", text.channel},
          {"media", pictures_json(handset, text)},
          {"status", state_name(text.state)},
          {"reason", text.reason.empty() ? json::value(nullptr) : json::value(text.reason)},
          {"date_created", to_iso8601(text.created_at)}};
}

json::object to_json(const HandsetSummary& summary) {
  const auto* named = find_named(summary.handset);
  const auto& behavior = behavior_entry(summary.behavior);
  json::object out{{"phone_number", summary.handset.e164()},
                   {"name", named ? json::value(named->name) : json::value(nullptr)},
                   {"behavior", behavior.name},
                   {"description", behavior.description},
                   {"last_message", nullptr}};
  if (summary.last) out["last_message"] = to_json(summary.handset, *summary.last);
  return out;
}

json::array behaviors_json() {
  json::array all;
  for (const auto& entry : behavior_table()) {
    all.push_back({{"behavior", entry.name}, {"description", entry.description}});
  }
  return all;
}

std::optional<std::int64_t> read_whole(std::string_view digits) {
  std::int64_t value = 0;
  const auto [end, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  const bool all = fault == std::errc() && end == digits.data() + digits.size() && value >= 0;
  return all ? std::optional(value) : std::nullopt;
}

Result<PhoneNumber> handset_of(const api::Request& request) {
  auto number = PhoneNumber::parse(request.path_arguments[0]);
  if (!number) return fail(Errc::not_found);
  return std::move(*number);
}

// `after`: the cursor of an earlier answer; `wait`: seconds that an answer without news may take.
struct Poll {
  std::int64_t after = 0;
  Time deadline;
};

Result<Poll> read_poll(api::Input& in, Time now) {
  TRY_ASSIGN(const auto after, in.optional_integer("after", 0, largest_cursor));
  TRY_ASSIGN(const auto wait, in.optional_integer("wait", 0, longest_wait_s));
  return Poll{after.value_or(0), now + std::chrono::seconds(wait.value_or(0))};
}

// Calls `look` until it finds something, or the time is over.
template <class Look>
net::Task<> look_until(const HandsetDesk& desk, const Poll& poll,
                       const std::vector<HeldLine>& lines, std::optional<PhoneNumber> handset,
                       Look look) {
  while (!look() && desk.clock.now() < poll.deadline) {
    if (!co_await desk.watchers.wait(lines, handset, poll.deadline)) co_return;
  }
}

net::Task<Result<api::Answer>> list(api::Request& request, const HandsetDesk& desk) {
  auto in = request.input();
  CO_TRY_ASSIGN(const auto poll, read_poll(in, desk.clock.now()));
  CO_TRY(in.finish());
  CO_TRY_ASSIGN(const auto lines, co_await find_lines(request, desk));
  const auto& conversations = desk.network.conversations();
  std::vector<HandsetSummary> talked;
  co_await look_until(desk, poll, lines, std::nullopt, [&] {
    talked = conversations.handsets(lines, most_handsets_shown);
    return poll.after == 0 || (!talked.empty() && talked.front().revision > poll.after);
  });
  json::array rows;
  for (const auto& named : named_handsets()) {
    rows.push_back(to_json(conversations.summary(*PhoneNumber::parse(named.e164), lines)));
  }
  for (const auto& summary : talked) {
    if (!find_named(summary.handset)) rows.push_back(to_json(summary));
  }
  co_return api::Answer::json(200, {{"data", std::move(rows)},
                                    {"behaviors", behaviors_json()},
                                    {"cursor", conversations.revision()}});
}

net::Task<Result<api::Answer>> read_messages(api::Request& request, const HandsetDesk& desk) {
  CO_TRY_ASSIGN(const auto handset, handset_of(request));
  auto in = request.input();
  CO_TRY_ASSIGN(const auto poll, read_poll(in, desk.clock.now()));
  CO_TRY(in.finish());
  CO_TRY_ASSIGN(const auto lines, co_await find_lines(request, desk));
  const auto& conversations = desk.network.conversations();
  std::vector<Text> texts;
  co_await look_until(desk, poll, lines, handset, [&] {
    texts = conversations.texts(handset, lines, poll.after);
    return !texts.empty();
  });
  json::array rows;
  for (const auto& text : texts) rows.push_back(to_json(handset, text));
  co_return api::Answer::json(200,
                              {{"data", std::move(rows)}, {"cursor", conversations.revision()}});
}

// What a developer attaches on a handset: [{"content_type": "image/png", "content": "<base64>"}].
Result<messaging::MediaList> read_attached(api::Input& in) {
  messaging::MediaList media;
  if (!in.has("media")) return media;
  TRY_ASSIGN(const auto items, in.objects("media", messaging::most_media));
  std::size_t bytes = 0;
  for (const auto& each : items) {
    api::Input item(each.as_object());
    TRY_ASSIGN(const auto type, item.text("content_type"));
    TRY_ASSIGN(const auto content, item.text("content", 2 * messaging::most_media_bytes));
    TRY(item.finish());
    const auto known = messaging::mms_type(type);
    auto decoded = from_base64(content);
    if (!known || !decoded || decoded->empty()) {
      return fail(
          Errc::invalid_parameter,
          "Each of `media` must have a `content_type` that MMS carry, such as image/png, and "
          "its bytes as `content` in base64.",
          "media");
    }
    bytes += decoded->size();
    media.push_back(std::make_shared<const messaging::MediaItem>(
        messaging::MediaItem{*known, std::string(as_text(*decoded))}));
  }
  if (bytes > messaging::most_media_bytes) {
    return fail(Errc::invalid_parameter, "`media` must not be larger than 5 MiB together.",
                "media");
  }
  return media;
}

net::Task<Result<api::Answer>> write_message(api::Request& request, const HandsetDesk& desk) {
  CO_TRY_ASSIGN(const auto handset, handset_of(request));
  auto in = request.input();
  CO_TRY_ASSIGN(const auto to, in.phone_number("to"));
  CO_TRY_ASSIGN(const auto given, in.optional_text("body", longest_body));
  CO_TRY_ASSIGN(const auto media, read_attached(in));
  CO_TRY(in.finish());
  const auto body = given.value_or(std::string());
  if (body.empty() && media.empty())
    co_return fail(Errc::missing_parameter, "`body` is empty.", "body");
  CO_TRY_ASSIGN(const auto lines, co_await find_lines(request, desk));
  const auto line = std::ranges::find(lines, to, &HeldLine::number);
  if (line == lines.end()) {
    co_return fail(
        Errc::invalid_parameter,
        "`to` must be a sandbox number of this account: `GET /v1/incoming_phone_numbers` "
        "lists them.",
        "to");
  }
  CO_TRY_ASSIGN(const auto id, desk.network.write({to, handset}, body, desk.clock.now(), media));
  const auto texts = desk.network.conversations().texts(handset, {*line}, id - 1);
  desk.written();
  const auto text = std::ranges::find(texts, id, &Text::id);
  if (text == texts.end()) co_return fault("a text that was just written is gone");
  co_return api::Answer::json(201, to_json(handset, *text));
}

net::Task<Result<api::Answer>> read_picture(api::Request& request, const HandsetDesk& desk) {
  CO_TRY_ASSIGN(const auto handset, handset_of(request));
  CO_TRY(request.input().finish());
  const auto id = read_whole(request.path_arguments[1]);
  const auto place = read_whole(request.path_arguments[2]);
  CO_TRY_ASSIGN(const auto lines, co_await find_lines(request, desk));
  if (!id || !place) co_return fail(Errc::not_found);
  const auto texts = desk.network.conversations().texts(handset, lines, 0);
  const auto text = std::ranges::find(texts, *id, &Text::id);
  if (text == texts.end() || *place >= static_cast<std::int64_t>(text->pictures.size())) {
    co_return fail(Errc::not_found);
  }
  const auto& item = text->pictures[static_cast<std::size_t>(*place)].item;
  if (!item) co_return fail(Errc::not_found, "The simulated network has forgotten this picture.");
  co_return api::Answer::file(item->content, item->content_type);
}

net::Task<Result<api::Answer>> set_behavior(api::Request& request, const HandsetDesk& desk) {
  CO_TRY_ASSIGN(const auto handset, handset_of(request));
  std::vector<std::string_view> words;
  for (const auto& entry : behavior_table()) words.push_back(entry.name);
  auto in = request.input();
  CO_TRY_ASSIGN(const auto word, in.optional_word("behavior", words));
  CO_TRY(in.finish());
  if (!word) co_return fail(Errc::missing_parameter, "`behavior` is missing.", "behavior");
  CO_TRY_ASSIGN(const auto lines, co_await find_lines(request, desk));
  if (lines.empty()) co_return fail(Errc::not_found, "This account holds no sandbox number.");
  auto& conversations = desk.network.conversations();
  const auto entry = std::ranges::find(behavior_table(), *word, &BehaviorEntry::name);
  for (const auto& line : lines) {
    conversations.set_behavior({line.number, handset}, entry->behavior, desk.clock.now());
  }
  co_return api::Answer::json(200, to_json(conversations.summary(handset, lines)));
}

}  // namespace

void mount_handsets(api::Api& api, HandsetDesk desk) {
  using enum api::Scope;
  const auto group = api::RateGroup::messages;
  api.add({"GET", "/v1/sandbox/handsets", messages_read, group, false,
           [desk](api::Request& request) { return list(request, desk); }});
  api.add({"POST", "/v1/sandbox/handsets/{number}", messages_write, group, false,
           [desk](api::Request& request) { return set_behavior(request, desk); }});
  api.add({"GET", "/v1/sandbox/handsets/{number}/messages", messages_read, group, false,
           [desk](api::Request& request) { return read_messages(request, desk); }});
  api.add({"GET", "/v1/sandbox/handsets/{number}/messages/{id}/media/{n}", messages_read, group,
           false, [desk](api::Request& request) { return read_picture(request, desk); }});
  api.add({"POST", "/v1/sandbox/handsets/{number}/messages", messages_write, group, false,
           [desk](api::Request& request) { return write_message(request, desk); }});
  mount_network(api, desk);
}

}  // namespace cloudvno::simulator
