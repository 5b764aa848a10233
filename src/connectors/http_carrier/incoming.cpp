// Receipts and inbound messages of aggregators.
#include "connectors/http_carrier/incoming.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "base/utf8.hpp"
#include "domain/messaging/delivery_errors.hpp"
#include "protocol/http/syntax.hpp"
#include "protocol/sms/ucs2.hpp"

namespace cloudvno::http_carrier {
namespace json = boost::json;
using messaging::ReceiptState;

namespace {

struct UsualWord {
  std::string_view word;
  ReceiptState state;
  int error_code;
};

// SMPP 3.4 Appendix B, and what aggregators say in their APIs.
constexpr std::array usual_words = {
    UsualWord{"delivrd", ReceiptState::delivered, 0},
    UsualWord{"delivered", ReceiptState::delivered, 0},
    UsualWord{"success", ReceiptState::delivered, 0},
    UsualWord{"read", ReceiptState::delivered, 0},
    UsualWord{"undeliv", ReceiptState::undelivered, messaging::error_not_known},
    UsualWord{"undelivered", ReceiptState::undelivered, messaging::error_not_known},
    UsualWord{"undeliverable", ReceiptState::undelivered, messaging::error_not_known},
    UsualWord{"failed", ReceiptState::undelivered, messaging::error_not_known},
    UsualWord{"failure", ReceiptState::undelivered, messaging::error_not_known},
    UsualWord{"error", ReceiptState::undelivered, messaging::error_not_known},
    UsualWord{"deleted", ReceiptState::undelivered, messaging::error_not_known},
    UsualWord{"unknown", ReceiptState::undelivered, messaging::error_not_known},
    UsualWord{"canceled", ReceiptState::undelivered, messaging::error_not_known},
    UsualWord{"cancelled", ReceiptState::undelivered, messaging::error_not_known},
    UsualWord{"expired", ReceiptState::undelivered, messaging::error_unreachable},
    UsualWord{"unreachable", ReceiptState::undelivered, messaging::error_unreachable},
    UsualWord{"blocked", ReceiptState::undelivered, messaging::error_blocked},
    UsualWord{"blacklisted", ReceiptState::undelivered, messaging::error_blocked},
    UsualWord{"rejectd", ReceiptState::undelivered, messaging::error_carrier_refused},
    UsualWord{"rejected", ReceiptState::undelivered, messaging::error_carrier_refused},
};

std::string lower(std::string_view text) {
  std::string out(http::trim(text));
  std::ranges::transform(out, out.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  });
  return out;
}

// A word that nobody listed tells of nothing final.
std::pair<ReceiptState, int> state_of(const ReceiptRules& rules, std::string_view said) {
  const auto word = lower(said);
  const auto usual = std::ranges::find(usual_words, word, &UsualWord::word);
  const int usual_error = usual != usual_words.end() && usual->error_code != 0
                              ? usual->error_code
                              : messaging::error_not_known;
  if (const auto own = rules.states.find(word); own != rules.states.end()) {
    return {own->second, own->second == ReceiptState::undelivered ? usual_error : 0};
  }
  if (usual == usual_words.end()) return {ReceiptState::in_progress, 0};
  return {usual->state, usual->error_code};
}

std::optional<messaging::Receipt> read_receipt(const ReceiptRules& rules, const Document& document,
                                               const json::value* at) {
  auto id = rules.id.find(document, at);
  const auto said = rules.state.find(document, at);
  if (!id || id->empty() || !said) return std::nullopt;
  messaging::Receipt receipt;
  receipt.carrier_id = std::move(*id);
  std::tie(receipt.state, receipt.error_code) = state_of(rules, *said);
  if (receipt.state == ReceiptState::undelivered) {
    const auto code = rules.error.find(document, at);
    const auto ours = code ? rules.errors.find(lower(*code)) : rules.errors.end();
    if (ours != rules.errors.end()) receipt.error_code = ours->second;
  }
  return receipt;
}

std::optional<std::string> read_text(TextForm form, std::string text) {
  if (form != TextForm::utf8) {
    const auto bytes = from_hex(text);
    if (!bytes) return std::nullopt;
    if (form == TextForm::hex_ucs2) return sms::from_ucs2(*bytes);
    text = as_text(*bytes);
  }
  if (!is_utf8(text)) return std::nullopt;
  return text;
}

std::optional<unsigned> read_count(const std::optional<std::string>& text) {
  if (!text) return std::nullopt;
  unsigned number = 0;
  const auto [end, fault] = std::from_chars(text->data(), text->data() + text->size(), number);
  if (fault != std::errc() || end != text->data() + text->size()) return std::nullopt;
  return number;
}

std::optional<messaging::InboundPart> read_part(const InboundRules& rules, const Document& document,
                                                const json::value* at) {
  const auto from = read_number(rules.from.find(document, at).value_or(std::string()), true);
  const auto to = read_number(rules.to.find(document, at).value_or(std::string()), true);
  auto found = rules.text.find(document, at);
  if (!from || !to || !found) return std::nullopt;
  auto text = read_text(rules.form, std::move(*found));
  if (!text) return std::nullopt;
  messaging::InboundPart inbound{*from, *to, std::move(*text), std::nullopt};
  const auto reference = read_count(rules.reference.find(document, at));
  const auto part = read_count(rules.part.find(document, at));
  const auto parts = read_count(rules.parts.find(document, at));
  if (reference && part && parts && *reference <= 0xFFFF && *parts > 1 && *parts <= 0xFF &&
      *part >= 1 && *part <= *parts) {
    inbound.concatenation = sms::Concatenation{static_cast<std::uint16_t>(*reference),
                                               static_cast<std::uint8_t>(*parts),
                                               static_cast<std::uint8_t>(*part), *reference > 0xFF};
  }
  return inbound;
}

// Where the items stand: in a list of JSON, or the document is the only one.
std::vector<const json::value*> items_of(const std::string& list, const Document& document) {
  const auto* root = document.json();
  if (!root) return {nullptr};
  json::error_code error;
  const auto* found = root->find_pointer(list, error);
  if (!found || error) return {root};
  const auto* several = found->if_array();
  if (!several) return {found};
  std::vector<const json::value*> all;
  for (const auto& each : *several) all.push_back(&each);
  return all;
}

template <class Item, class Read>
ReadItems<Item> read_items(const std::string& list, const Document& document, const Read& read) {
  ReadItems<Item> result;
  const auto places = items_of(list, document);
  if (places.size() > most_items) {
    result.unreadable = places.size();
    return result;
  }
  for (const auto* at : places) {
    if (auto item = read(at)) {
      result.items.push_back(std::move(*item));
    } else {
      ++result.unreadable;
    }
  }
  return result;
}

}  // namespace

std::optional<PhoneNumber> read_number(std::string_view text, bool sender) {
  constexpr std::size_t longest_short_code = 6;
  text = http::trim(text);  // an unencoded '+' in a query arrives as a space
  if (text.starts_with("00")) text.remove_prefix(2);
  const bool digits_only =
      !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
  if (digits_only && text.size() <= longest_short_code)
    return sender ? PhoneNumber::parse_sender(text) : std::nullopt;
  return PhoneNumber::parse(digits_only ? "+" + std::string(text) : std::string(text));
}

std::optional<std::pair<std::string, std::string>> read_pair(std::string_view text) {
  const auto sign = text.rfind('=');
  if (sign == std::string_view::npos) return std::nullopt;
  auto theirs = lower(text.substr(0, sign));
  auto ours = lower(text.substr(sign + 1));
  if (theirs.empty() || ours.empty()) return std::nullopt;
  return std::pair(std::move(theirs), std::move(ours));
}

std::optional<ReceiptState> state_named(std::string_view word) {
  if (word == "delivered") return ReceiptState::delivered;
  if (word == "undelivered") return ReceiptState::undelivered;
  if (word == "in_progress") return ReceiptState::in_progress;
  return std::nullopt;
}

ReadItems<messaging::Receipt> read_receipts(const ReceiptRules& rules, const Document& document) {
  return read_items<messaging::Receipt>(rules.list, document, [&](const json::value* at) {
    return read_receipt(rules, document, at);
  });
}

ReadItems<messaging::InboundPart> read_inbound(const InboundRules& rules,
                                               const Document& document) {
  return read_items<messaging::InboundPart>(
      rules.list, document, [&](const json::value* at) { return read_part(rules, document, at); });
}

}  // namespace cloudvno::http_carrier
