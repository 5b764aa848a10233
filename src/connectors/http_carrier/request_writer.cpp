// Filling the templates of a request in.
#include "connectors/http_carrier/request_writer.hpp"

#include <fmt/format.h>

#include "protocol/sms/gsm7.hpp"
#include "protocol/sms/ucs2.hpp"

namespace cloudvno::http_carrier {
namespace {

std::string text_of(const RequestRules& rules, const messaging::Submission& submission) {
  if (!submission.media.empty()) return submission.text;  // an MMS has no parts
  // A carrier that takes whole texts may still be handed a message of one part as that part.
  if (!submission.text.empty() && !rules.split) return submission.text;
  const auto& data = submission.part.user_data;
  return submission.encoding == sms::Encoding::ucs2 ? sms::from_ucs2(data)
                                                    : sms::from_septets(data);
}

// Types are of a fixed list and base64 has no quotes, so nothing is to be escaped.
std::string print_list(const messaging::MediaList& media) {
  std::string out = "[";
  for (const auto& item : media) {
    if (out.size() > 1) out += ',';
    out += fmt::format(R"({{"content_type":"{}","content":"{}"}})", item->content_type,
                       to_base64(as_bytes(item->content)));
  }
  return out + "]";
}

std::string value_of(Placeholder placeholder, const RequestRules& rules,
                     const messaging::Submission& submission) {
  const auto& part = submission.part;
  switch (placeholder) {
    case Placeholder::from:
      return submission.from.e164();
    case Placeholder::to:
      return submission.to.e164();
    case Placeholder::text:
      return text_of(rules, submission);
    case Placeholder::message_sid:
      return std::string(submission.message.view());
    case Placeholder::reference:
      return reference_of(rules, submission);
    case Placeholder::validity:
      return std::to_string(submission.validity.count());
    case Placeholder::part:
      return std::to_string(part.number);
    case Placeholder::parts:
      return std::to_string(part.of);
    case Placeholder::encoding:
      return submission.encoding == sms::Encoding::ucs2 ? rules.ucs2 : rules.gsm7;
    case Placeholder::udh:
      return std::string(as_text(part.udh));
    case Placeholder::data:
      return std::string(as_text(part.user_data));
    case Placeholder::user:
      return rules.user;
    case Placeholder::password:
      return rules.password;
    case Placeholder::receipt_url:
      return rules.receipt_url;
    case Placeholder::media_type:
      return submission.media.empty() ? std::string() : submission.media.front()->content_type;
    case Placeholder::media_base64:
      return submission.media.empty() ? std::string()
                                      : to_base64(as_bytes(submission.media.front()->content));
    case Placeholder::media_list:
      return print_list(submission.media);
  }
  return {};
}

}  // namespace

Place place_of_body(std::string_view content_type) {
  const auto has = [&](std::string_view word) {
    return content_type.find(word) != std::string_view::npos;
  };
  if (has("json")) return Place::json;
  if (has("x-www-form-urlencoded")) return Place::url;
  if (has("xml")) return Place::xml;
  if (content_type.starts_with("text/plain")) return Place::plain;
  return Place::unclear;
}

std::string reference_of(const RequestRules& rules, const messaging::Submission& submission) {
  const auto sid = submission.message.view();
  if (!rules.split || submission.part.of == 1) return std::string(sid);
  return fmt::format("{}-{}", sid, submission.part.number);
}

std::optional<http::OutgoingRequest> write_request(const RequestRules& rules,
                                                   const messaging::Submission& submission) {
  const auto value = [&](Placeholder placeholder) {
    return value_of(placeholder, rules, submission);
  };
  auto url = http::Url::parse(rules.url.render(Place::url, value));
  if (!url) return std::nullopt;
  http::OutgoingRequest request;
  request.url = std::move(*url);
  request.method = rules.method;
  request.headers.add("User-Agent", "CloudVNO/1");
  request.headers.add("Accept", "*/*");
  if (!rules.authorization.empty()) request.headers.add("Authorization", rules.authorization);
  if (!rules.content_type.empty()) {
    request.headers.add("Content-Type", rules.content_type);
    request.body = rules.body.render(rules.body_place, value);
  }
  for (const auto& [name, text] : rules.headers) {
    request.headers.set(name, text.render(Place::header, value));
  }
  return request;
}

}  // namespace cloudvno::http_carrier
