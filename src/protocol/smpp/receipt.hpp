// Delivery receipts: what an SMSC tells in a deliver_sm of a message's fate (SMPP 3.4 Appendix B).
//
//   id:IIIIIIIIII sub:SSS dlvrd:DDD submit date:YYMMDDhhmm done date:YYMMDDhhmm stat:DDDDDDD
//   err:E text:. . .
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/time.hpp"
#include "protocol/smpp/pdu.hpp"

namespace cloudvno::smpp {

// From the TLV network_error_code (section 5.3.2.31).
struct NetworkError {
  std::uint8_t network_type = 0;  // 1 ANSI-136, 2 IS-95, 3 GSM, 4 reserved, else the SMSC's own
  std::uint16_t error_code = 0;
  bool operator==(const NetworkError&) const = default;
};

struct Receipt {
  // As the SMSC wrote it. Some answer submit_sm in hexadecimal and put the decimal here.
  std::string id{};
  // Where receipted_message_id and the text name different ids, the text's: some write one in
  // hexadecimal and the other in decimal.
  std::string other_id{};
  std::optional<int> submitted{};  // sub
  std::optional<int> delivered{};  // dlvrd
  std::optional<Time> submit_date{};
  std::optional<Time> done_date{};
  std::optional<MessageState> state{};
  std::string error{};  // err: the SMSC's own code, mostly three digits
  std::optional<NetworkError> network_error{};
  std::string text{};  // the message's first 20 characters
  bool operator==(const Receipt&) const = default;
};

// The receipt that a deliver_sm (or submit_sm) carries in its text or in message_payload; the TLVs
// receipted_message_id and message_state count more than the text. Nothing where esm_class says
// that it is none (nor receipted_message_id that it is), or where it tells neither id nor state.
std::optional<Receipt> receipt_of(const ShortMessage& message);

// The same of a data_sm, which carries TLVs only.
std::optional<Receipt> receipt_of(const DataSm& message);

// Reads the text alone. Departure: takes names in any case and order, with '_' for a space and
// blanks of any kind between and after the colon, and lets any be missing; `text` goes to the end.
// Nothing where neither id nor stat is there.
std::optional<Receipt> parse_receipt(std::string_view text);

// In the order and widths of Appendix B; a missing state is UNKNOWN, missing dates are left out.
std::string print_receipt(const Receipt& receipt);

// "DELIVRD"; and back, by the first five letters in any case, since both UNDELIV and UNDELIVERABLE
// are met. Departure: takes the number of a state too, and what vendors write instead ("FAILED").
std::string_view state_word(MessageState state);
std::optional<MessageState> state_of_word(std::string_view word);

// A value of the TLV or of query_sm_resp; nothing outside of 1 to 9 (SMPP 5.0: skipped).
std::optional<MessageState> state_of(std::uint8_t value);

// Nothing more will be told of the message.
bool is_final(MessageState state);

}  // namespace cloudvno::smpp
