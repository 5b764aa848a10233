// Reading and writing delivery receipts (SMPP 3.4 Appendix B and
// sections 5.2.28, 5.3.2.12, 5.3.2.35).
#include "protocol/smpp/receipt.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "protocol/smpp/data_coding.hpp"
#include "protocol/smpp/time_format.hpp"

namespace cloudvno::smpp {
namespace {

enum class Key { id, sub, dlvrd, submit_date, done_date, stat, err, text };

struct KeyName {
  Key key;
  std::string_view name;
};

constexpr std::array<KeyName, 8> key_names = {{{Key::id, "id"},
                                               {Key::sub, "sub"},
                                               {Key::dlvrd, "dlvrd"},
                                               {Key::submit_date, "submit date"},
                                               {Key::done_date, "done date"},
                                               {Key::stat, "stat"},
                                               {Key::err, "err"},
                                               {Key::text, "text"}}};

constexpr std::array<std::string_view, 8> state_words = {
    "ENROUTE", "DELIVRD", "EXPIRED", "DELETED", "UNDELIV", "ACCEPTD", "UNKNOWN", "REJECTD"};

// What vendors write instead, in the field: by the whole word.
struct StateSpelling {
  std::string_view word;
  MessageState state;
};
constexpr std::array<StateSpelling, 22> other_spellings = {{
    {"DLVRD", MessageState::delivered},      {"DELVRD", MessageState::delivered},
    {"DELIVRED", MessageState::delivered},   {"SUCCESS", MessageState::delivered},
    {"READ", MessageState::delivered},       {"EXPRD", MessageState::expired},
    {"CANCELED", MessageState::deleted},     {"CANCELLED", MessageState::deleted},
    {"UNDLV", MessageState::undeliverable},  {"UNDLVRD", MessageState::undeliverable},
    {"FAILED", MessageState::undeliverable}, {"FAIL", MessageState::undeliverable},
    {"ERROR", MessageState::undeliverable},  {"SKIPPED", MessageState::undeliverable},
    {"ACKED", MessageState::accepted},       {"SENT", MessageState::accepted},
    {"BUFFRED", MessageState::enroute},      {"BUFFERED", MessageState::enroute},
    {"QUEUED", MessageState::enroute},       {"SCHEDULED", MessageState::enroute},
    {"REJCTD", MessageState::rejected},      {"BLOCKED", MessageState::rejected},
}};

constexpr std::size_t longest_text = 20;
constexpr std::string_view blanks{" \t\r\n\0", 5};

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool same_in_any_case(char a, char b) {
  return lower(a == '_' ? ' ' : a) == lower(b);
}

struct KeyFound {
  Key key;
  std::size_t size;  // with the colon
};

std::optional<KeyFound> key_at(std::string_view text) {
  for (const KeyName& one : key_names) {
    std::size_t size = one.name.size();
    if (text.size() > size && text[size] == ':' &&
        std::ranges::equal(text.substr(0, size), one.name, same_in_any_case))
      return KeyFound{one.key, size + 1};
  }
  return {};
}

std::optional<int> number(std::string_view text) {
  int value = 0;
  auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (fault != std::errc() || end != text.data() + text.size() || value < 0) return {};
  return value;
}

void take(Receipt& receipt, Key key, std::string_view value) {
  switch (key) {
    case Key::id:
      receipt.id = value.substr(0, limits::message_id);
      break;
    case Key::sub:
      receipt.submitted = number(value);
      break;
    case Key::dlvrd:
      receipt.delivered = number(value);
      break;
    case Key::submit_date:
      receipt.submit_date = parse_receipt_date(value);
      break;
    case Key::done_date:
      receipt.done_date = parse_receipt_date(value);
      break;
    case Key::stat:
      receipt.state = state_of_word(value);
      break;
    case Key::err:
      receipt.error = value;
      break;
    case Key::text:
      receipt.text = value;
      break;
  }
}

bool says_something(const Receipt& receipt) {
  return !receipt.id.empty() || receipt.state.has_value();
}

// The text of a receipt is ASCII; some SMSCs widen it to UCS-2.
std::string narrow(ByteView bytes, std::uint8_t data_coding) {
  if (alphabet_of(data_coding) != Alphabet::ucs2) return std::string(as_text(bytes));
  std::string text;
  for (std::size_t at = 0; at + 1 < bytes.size(); at += 2)
    text.push_back(bytes[at] == 0 ? static_cast<char>(bytes[at + 1]) : '?');
  return text;
}

void take_tlvs(Receipt& receipt, const Tlvs& tlvs) {
  if (auto id = find_text(tlvs, Tag::receipted_message_id); id && !id->empty()) {
    if (*id != receipt.id) receipt.other_id = std::move(receipt.id);
    receipt.id = id->substr(0, limits::message_id);
  }
  if (auto value = find_u8(tlvs, Tag::message_state))
    if (auto state = state_of(*value)) receipt.state = state;
  if (const Tlv* error = find(tlvs, Tag::network_error_code);
      error != nullptr && error->value.size() == 3)
    receipt.network_error = NetworkError{
        error->value[0], static_cast<std::uint16_t>(error->value[1] << 8 | error->value[2])};
}

// Departure: a receipt without `stat` whose counts say that all was delivered says so.
void infer_state(Receipt& receipt) {
  if (receipt.state || receipt.delivered.value_or(0) < 1) return;
  const bool no_error = std::ranges::all_of(receipt.error, [](char c) { return c == '0'; });
  if (receipt.delivered >= receipt.submitted.value_or(1) && no_error) {
    receipt.state = MessageState::delivered;
  }
}

std::optional<Receipt> read(std::uint8_t esm, std::uint8_t data_coding, ByteView text,
                            const Tlvs& tlvs) {
  std::uint8_t type = esm & esm_class::type_mask;
  bool is_receipt = type == esm_class::delivery_receipt ||
                    type == esm_class::intermediate_notification ||
                    find(tlvs, Tag::receipted_message_id) != nullptr;
  if (!is_receipt) return {};
  if (text.empty())
    if (const Tlv* payload = find(tlvs, Tag::message_payload)) text = payload->value;
  Receipt receipt = parse_receipt(narrow(text, data_coding)).value_or(Receipt{});
  take_tlvs(receipt, tlvs);
  infer_state(receipt);
  if (!says_something(receipt)) return {};
  return receipt;
}

}  // namespace

std::optional<Receipt> receipt_of(const ShortMessage& message) {
  return read(message.esm_class, message.data_coding, message.short_message, message.tlvs);
}

std::optional<Receipt> receipt_of(const DataSm& message) {
  return read(message.esm_class, message.data_coding, {}, message.tlvs);
}

std::optional<Receipt> parse_receipt(std::string_view text) {
  Receipt receipt;
  std::size_t at = 0;
  while (at < text.size()) {
    auto found = key_at(text.substr(at));
    if (!found) {  // to the next word
      at = std::min(text.find_first_of(blanks, at), text.size());
      at = std::min(text.find_first_not_of(blanks, at), text.size());
      continue;
    }
    at += found->size;
    if (found->key == Key::text) {
      take(receipt, Key::text, text.substr(at));
      break;
    }
    at = std::min(text.find_first_not_of(blanks, at), text.size());
    if (key_at(text.substr(at))) continue;  // the value is empty
    std::size_t end = std::min(text.find_first_of(blanks, at), text.size());
    take(receipt, found->key, text.substr(at, end - at));
    at = std::min(text.find_first_not_of(blanks, end), text.size());
  }
  if (!says_something(receipt)) return {};
  return receipt;
}

std::string print_receipt(const Receipt& receipt) {
  std::string out = fmt::format("id:{} sub:{:03} dlvrd:{:03}", receipt.id,
                                receipt.submitted.value_or(1), receipt.delivered.value_or(0));
  if (receipt.submit_date) out += " submit date:" + print_receipt_date(*receipt.submit_date);
  if (receipt.done_date) out += " done date:" + print_receipt_date(*receipt.done_date);
  out += fmt::format(" stat:{} err:{} text:{}",
                     state_word(receipt.state.value_or(MessageState::unknown)),
                     receipt.error.empty() ? "000" : receipt.error,
                     std::string_view(receipt.text).substr(0, longest_text));
  return out;
}

std::string_view state_word(MessageState state) {
  return state_words[static_cast<std::size_t>(state) - 1];
}

std::optional<MessageState> state_of_word(std::string_view word) {
  constexpr std::size_t telling = 5;
  for (const auto& other : other_spellings) {
    if (std::ranges::equal(word, other.word, same_in_any_case)) return other.state;
  }
  if (word.size() == 1 && word[0] >= '0' && word[0] <= '9') {
    return state_of(static_cast<std::uint8_t>(word[0] - '0'));
  }
  if (word.size() < telling) return {};
  for (std::size_t i = 0; i < state_words.size(); ++i)
    if (std::ranges::equal(word.substr(0, telling), state_words[i].substr(0, telling),
                           same_in_any_case))
      return static_cast<MessageState>(i + 1);
  return {};
}

std::optional<MessageState> state_of(std::uint8_t value) {
  constexpr std::uint8_t skipped = 9;  // SMPP 5.0 section 4.7.15
  if (value == skipped) return MessageState::undeliverable;
  if (value < 1 || value > state_words.size()) return {};
  return static_cast<MessageState>(value);
}

bool is_final(MessageState state) {
  return state != MessageState::enroute && state != MessageState::accepted &&
         state != MessageState::unknown;
}

}  // namespace cloudvno::smpp
