// What an aggregator sends us over HTTP: receipts and inbound messages, read by the operator's
// rules. Pure.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "connectors/http_carrier/selector.hpp"
#include "domain/messaging/carrier.hpp"

namespace cloudvno::http_carrier {

inline constexpr std::size_t most_items = 1'000;  // receipts or messages in one request

// How an inbound text is written.
enum class TextForm : std::uint8_t { utf8, hex_utf8, hex_ucs2 };

// A state is a word, in lower case here and in any case at the aggregator's.
using StateWords = std::map<std::string, messaging::ReceiptState, std::less<>>;

struct ReceiptRules {
  std::string list;  // JSON pointer to where several stand; "" is the body itself
  Selector id;
  Selector state;
  Selector error;
  StateWords states;                               // besides, and before, the usual words
  std::map<std::string, int, std::less<>> errors;  // the aggregator's code to ours
};

struct InboundRules {
  std::string list;
  Selector from;
  Selector to;
  Selector text;
  TextForm form = TextForm::utf8;
  // Of a part of a long text; all three or none.
  Selector reference;
  Selector part;
  Selector parts;
};

template <class Item>
struct ReadItems {
  std::vector<Item> items;
  std::size_t unreadable = 0;  // without an id, a number, a text; or with a number that is none
};

// A list of JSON is several, anything else one.
ReadItems<messaging::Receipt> read_receipts(const ReceiptRules& rules, const Document& document);
ReadItems<messaging::InboundPart> read_inbound(const InboundRules& rules, const Document& document);

// "+14155550142", "14155550142", "0014155550142" and, as a sender, a short code.
std::optional<PhoneNumber> read_number(std::string_view text, bool sender);

// "delivered = delivered", "34 = 30005": the aggregator's word and ours.
std::optional<std::pair<std::string, std::string>> read_pair(std::string_view text);
std::optional<messaging::ReceiptState> state_named(std::string_view word);  // one of ours

}  // namespace cloudvno::http_carrier
