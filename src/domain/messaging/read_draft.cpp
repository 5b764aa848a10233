// Reading what is to be sent.
#include "domain/messaging/read_draft.hpp"

#include "base/utf8.hpp"
#include "domain/senders/sender_ref.hpp"
#include "protocol/http/message.hpp"
#include "protocol/sms/smart_encoding.hpp"

namespace cloudvno::messaging {
namespace {

constexpr std::size_t most_body_bytes = 16 * sms::max_characters;
constexpr std::size_t most_tags = 10;
constexpr std::size_t most_tag_characters = 64;

constexpr std::string_view parameters[] = {"from",
                                           "to",
                                           "body",
                                           "media_url",
                                           "status_callback",
                                           "send_at",
                                           "validity_period",
                                           "content_retention",
                                           "address_retention",
                                           "smart_encoding",
                                           "tags"};

// A tag is printed in lists and kept one a line, so it has no control characters.
bool is_tag(std::string_view text) {
  std::size_t characters = 0;
  while (!text.empty()) {
    const auto character = take_code_point(text);
    if (!character || *character < ' ' || *character == 0x7f) return false;
    if (++characters > most_tag_characters) return false;
  }
  return true;
}

Result<std::vector<std::string>> read_tags(api::Input& in) {
  TRY_ASSIGN(auto tags, in.optional_texts("tags", most_tags, 4 * most_tag_characters));
  if (!tags) return std::vector<std::string>();
  if (!std::ranges::all_of(*tags, is_tag)) {
    return fail(Errc::invalid_parameter,
                "`tags` must be texts of at most 64 characters, none of them a control character.",
                "tags");
  }
  return std::move(*tags);
}

Result<std::optional<Time>> read_send_at(api::Input& in, Time now) {
  TRY_ASSIGN(const auto send_at, in.optional_time("send_at"));
  if (send_at && (*send_at <= now || *send_at > now + furthest_send_at)) {
    return fail(
        Errc::invalid_parameter,
        "`send_at` must lie in the future, at most 35 days ahead; leave it out to send now.",
        "send_at");
  }
  return send_at;
}

Result<std::vector<std::string>> read_media(api::Input& in) {
  TRY_ASSIGN(auto urls, in.optional_texts("media_url", most_media));
  if (!urls) return std::vector<std::string>();
  if (!std::ranges::all_of(*urls,
                           [](const auto& url) { return http::Url::parse(url).has_value(); })) {
    return fail(Errc::invalid_parameter,
                "`media_url` must be absolute http or https URLs without user name and password.",
                "media_url");
  }
  return std::move(*urls);
}

Result<std::string> read_body(api::Input& in, bool may_be_empty) {
  TRY_ASSIGN(auto given, in.optional_text("body", most_body_bytes));
  TRY_ASSIGN(const auto smart, in.optional_boolean("smart_encoding"));
  auto body = std::move(given).value_or(std::string());
  if (body.empty() && !may_be_empty) {
    return fail(Errc::missing_parameter, "`body` is needed, and must not be empty.", "body");
  }
  if (smart.value_or(false)) body = sms::smart_encode(body);
  // Counted here too, so that a body that is too long never costs a transaction.
  TRY(sms::count_segments(body));
  return body;
}

// Whether it is to go.
Result<bool> read_retention(api::Input& in, std::string_view name, std::string_view word) {
  const std::string_view words[] = {"retain", word};
  TRY_ASSIGN(const auto retention, in.optional_word(name, words));
  return retention == word;
}

}  // namespace

std::span<const std::string_view> draft_parameters() {
  return parameters;
}

Result<Draft> read_draft(api::Input in, const api::Request& request) {
  Draft draft;
  draft.account = request.account();
  draft.live = request.caller->live;
  draft.paced = request.caller->rate_limited;
  TRY_ASSIGN(auto from, senders::read_sender(in, "from"));
  draft.from = std::move(from.number);
  draft.pool = from.pool;
  TRY_ASSIGN(draft.to, in.phone_number("to"));
  TRY_ASSIGN(draft.media, read_media(in));
  TRY_ASSIGN(draft.body, read_body(in, !draft.media.empty()));
  TRY_ASSIGN(auto status_callback, in.optional_url("status_callback"));
  draft.status_callback = std::move(status_callback).value_or(std::string());
  TRY_ASSIGN(draft.send_at, read_send_at(in, request.received));
  TRY_ASSIGN(const auto validity,
             in.optional_integer("validity_period", 1, default_validity.count()));
  if (validity) draft.validity = std::chrono::seconds(*validity);
  TRY_ASSIGN(draft.discard_content, read_retention(in, "content_retention", "discard"));
  TRY_ASSIGN(draft.obfuscate_addresses, read_retention(in, "address_retention", "obfuscate"));
  TRY_ASSIGN(draft.tags, read_tags(in));
  TRY(in.finish());
  return draft;
}

}  // namespace cloudvno::messaging
