// An application's answer to an inbound message: text, or TwiML with Message and Redirect.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "protocol/twiml/fault.hpp"
#include "protocol/twiml/schema.hpp"

namespace cloudvno::twiml {

inline constexpr int most_characters_in_body = 1'600;
inline constexpr std::size_t most_media = 10;

// Sends a message. URLs are as written: relative to the document's own, and "" is the document's
// own; an absent one means that there is none.
struct Message {
  std::optional<std::string> to;    // absent: the inbound message's From
  std::optional<std::string> from;  // absent: the inbound message's To
  std::string body;                 // at most 1,600 characters; empty only where there is media
  std::vector<std::string> media;   // URLs, at most 10
  std::optional<std::string> action;
  Method method = Method::post;
  std::optional<std::string> status_callback;
};

// Goes on with the document at the URL; what follows it is never reached.
struct Redirect {
  std::string url;
  Method method = Method::post;
};

using MessagingVerb = std::variant<Message, Redirect>;

struct MessagingReply {
  std::vector<MessagingVerb> verbs;  // in the document's order; none: no reply
  std::vector<Fault> warnings;       // at most Warnings::most
};

// Reads the body of a 2xx answer. text/plain is a Message with that text; an empty body of any type
// is no reply. A Message without a body and media, or with a longer body, is left out with a
// warning (14103), as further media beyond the tenth are; unknown elements and attributes are
// ignored with a warning (12200).
// Faults: wrong_content_type, and those of load_document; wrong_message_body for a plain text that
// is too long or has bytes that are no characters.
std::expected<MessagingReply, Fault> parse_messaging_reply(std::string_view content_type,
                                                           std::string_view body);

}  // namespace cloudvno::twiml
