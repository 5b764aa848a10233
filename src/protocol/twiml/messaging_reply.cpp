// Reading an application's answer to an inbound message.
#include "protocol/twiml/messaging_reply.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/utf8.hpp"
#include "protocol/twiml/content_type.hpp"
#include "protocol/twiml/document.hpp"
#include "protocol/twiml/text.hpp"

namespace cloudvno::twiml {
namespace {

constexpr Schema response_schema{"", "Message Redirect", false};
constexpr Schema message_schema{"to from action method statusCallback", "Body Media", true};
constexpr Schema redirect_schema{"method", "", true};
constexpr Schema leaf_schema{"", "", true};

constexpr std::string_view body_too_long = "A message's body is longer than 1,600 characters";

// Code points of valid UTF-8.
bool is_too_long(std::string_view body) {
  return std::ranges::count_if(body, [](char c) { return (c & 0xC0) != 0x80; }) >
         most_characters_in_body;
}

// What is wrong with the message goes to the warnings, and nothing is answered.
std::optional<Message> read_message(const Node& element, Warnings& warnings) {
  message_schema.check(element, warnings);
  Message out;
  out.to = element.attribute("to");
  out.from = element.attribute("from");
  out.action = element.attribute("action");
  out.method = read_method(element, "method", warnings);
  out.status_callback = element.attribute("statusCallback");
  bool has_body = false;
  for (const auto& child : element.children) {
    if (child.name == "Body") {
      leaf_schema.check(child, warnings);
      if (std::exchange(has_body, true)) {
        warnings.add(code::schema_warning, "Message has more than one Body; the first was used");
      } else {
        out.body = child.own_text();
      }
    } else if (child.name == "Media") {
      leaf_schema.check(child, warnings);
      if (out.media.size() == most_media) {
        warnings.add(code::schema_warning,
                     "Message has more than 10 Media; the first 10 were used");
        break;
      }
      if (auto url = child.own_text(); !url.empty()) out.media.push_back(std::move(url));
    }
  }
  if (!has_body) out.body = element.own_text();
  if (out.body.empty() && out.media.empty()) {
    warnings.add(code::wrong_message_body,
                 "A Message has neither a body nor media; it was not sent");
    return std::nullopt;
  }
  if (is_too_long(out.body)) {
    warnings.add(code::wrong_message_body, fmt::format("{}; it was not sent", body_too_long));
    return std::nullopt;
  }
  return out;
}

std::expected<MessagingReply, Fault> read_plain_text(const ContentType& type,
                                                     std::string_view body) {
  Message out;
  out.body = type.is_latin1() ? latin1_to_utf8(body) : std::string(body);
  if (!is_utf8(out.body)) {
    return std::unexpected(
        Fault{code::wrong_message_body, "The answer holds bytes that are not valid UTF-8"});
  }
  if (is_too_long(out.body)) {
    return std::unexpected(Fault{code::wrong_message_body, std::string(body_too_long)});
  }
  MessagingReply reply;
  reply.verbs.emplace_back(std::move(out));
  return reply;
}

}  // namespace

std::expected<MessagingReply, Fault> parse_messaging_reply(std::string_view content_type,
                                                           std::string_view body) {
  if (body.size() > DocumentLimits{}.bytes) {
    return std::unexpected(
        Fault{code::document_too_large,
              fmt::format("The answer is larger than {} bytes", DocumentLimits{}.bytes)});
  }
  if (trimmed(body).empty()) return MessagingReply{};
  const auto type = parse_content_type(content_type);
  if (type.type == "text/plain") return read_plain_text(type, trimmed(body));
  if (!type.is_twiml()) {
    return std::unexpected(
        Fault{code::wrong_content_type,
              "The answer's content type is not one of text/xml, application/xml, text/html and "
              "text/plain"});
  }
  const auto root = load_document(body, type.is_latin1());
  if (!root) return std::unexpected(root.error());
  MessagingReply reply;
  Warnings warnings;
  response_schema.check(*root, warnings);
  for (const auto& verb : root->children) {
    if (verb.name == "Message") {
      if (auto message = read_message(verb, warnings))
        reply.verbs.emplace_back(std::move(*message));
    } else if (verb.name == "Redirect") {
      redirect_schema.check(verb, warnings);
      reply.verbs.emplace_back(Redirect{verb.own_text(), read_method(verb, "method", warnings)});
    }
  }
  reply.warnings = warnings.take();
  return reply;
}

}  // namespace cloudvno::twiml
