// Optional parameters: tag, length, value (SMPP 3.4 sections 3.2.4 and 5.3); the table is tlv.def.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "protocol/smpp/status.hpp"

namespace cloudvno::smpp {

// Any 16-bit value can arrive: 0x1400-0x3FFF are each vendor's own.
enum class Tag : std::uint16_t {
#define SMPP_TLV(name, tag, least, most) name = tag,
#include "protocol/smpp/tlv.def"
#undef SMPP_TLV
};

struct Tlv {
  Tag tag{};
  Bytes value{};  // at most 65,535 octets
  bool operator==(const Tlv&) const = default;
};

// All that a PDU carried, unknown ones and repeated ones (section 5.3.2.36: callback_num) too, in
// the order of the wire.
using Tlvs = std::vector<Tlv>;

// The first with the tag, else null.
const Tlv* find(const Tlvs& tlvs, Tag tag);

// The value of the first with the tag, as an integer of 1, 2 or 4 octets; nothing if it is missing
// or of another length.
std::optional<std::uint8_t> find_u8(const Tlvs& tlvs, Tag tag);
std::optional<std::uint16_t> find_u16(const Tlvs& tlvs, Tag tag);
std::optional<std::uint32_t> find_u32(const Tlvs& tlvs, Tag tag);

// As text: a C-Octet String up to its NUL.
// Departure: the NUL may be missing, as many SMSCs leave it out of receipted_message_id.
std::optional<std::string_view> find_text(const Tlvs& tlvs, Tag tag);

Tlv tlv_u8(Tag tag, std::uint8_t value);
Tlv tlv_u16(Tag tag, std::uint16_t value);
Tlv tlv_u32(Tag tag, std::uint32_t value);
Tlv tlv_text(Tag tag, std::string_view text);  // with a NUL at the end
Tlv tlv_flag(Tag tag);                         // without a value

// Whether each known parameter has a length that its definition allows: ESME_ROK or
// ESME_RINVPARLEN. Unknown ones pass (section 3.3: they are to be ignored). The codec does not ask
// this, because a carrier's odd parameter must not cost us the message; a server that wants strict
// customers may.
CommandStatus check_lengths(const Tlvs& tlvs);

// "message_payload", or "0x1401" for a tag without a name.
std::string tag_name(Tag tag);

}  // namespace cloudvno::smpp
