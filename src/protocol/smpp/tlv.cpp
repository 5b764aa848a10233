// Finding, making and checking optional parameters (SMPP 3.4 section 5.3).
#include "protocol/smpp/tlv.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace cloudvno::smpp {
namespace {

template <class T>
std::optional<T> find_number(const Tlvs& tlvs, Tag tag) {
  const Tlv* tlv = find(tlvs, tag);
  if (tlv == nullptr || tlv->value.size() != sizeof(T)) return {};
  std::uint32_t number = 0;
  for (std::uint8_t octet : tlv->value) number = number << 8 | octet;
  return static_cast<T>(number);
}

struct LengthRange {
  std::size_t least = 0;
  std::size_t most = 65535;
};

LengthRange length_range(Tag tag) {
  switch (tag) {
#define SMPP_TLV(name, value, least, most) \
  case Tag::name:                          \
    return {least, most};
#include "protocol/smpp/tlv.def"
#undef SMPP_TLV
  }
  return {};
}

}  // namespace

const Tlv* find(const Tlvs& tlvs, Tag tag) {
  auto found = std::ranges::find(tlvs, tag, &Tlv::tag);
  return found == tlvs.end() ? nullptr : &*found;
}

std::optional<std::uint8_t> find_u8(const Tlvs& tlvs, Tag tag) {
  return find_number<std::uint8_t>(tlvs, tag);
}

std::optional<std::uint16_t> find_u16(const Tlvs& tlvs, Tag tag) {
  return find_number<std::uint16_t>(tlvs, tag);
}

std::optional<std::uint32_t> find_u32(const Tlvs& tlvs, Tag tag) {
  return find_number<std::uint32_t>(tlvs, tag);
}

std::optional<std::string_view> find_text(const Tlvs& tlvs, Tag tag) {
  const Tlv* tlv = find(tlvs, tag);
  if (tlv == nullptr) return {};
  std::string_view text = as_text(tlv->value);
  return text.substr(0, text.find('\0'));
}

Tlv tlv_u8(Tag tag, std::uint8_t value) {
  return {tag, {value}};
}

Tlv tlv_u16(Tag tag, std::uint16_t value) {
  return {tag, {static_cast<std::uint8_t>(value >> 8), static_cast<std::uint8_t>(value)}};
}

Tlv tlv_u32(Tag tag, std::uint32_t value) {
  return {tag,
          {static_cast<std::uint8_t>(value >> 24), static_cast<std::uint8_t>(value >> 16),
           static_cast<std::uint8_t>(value >> 8), static_cast<std::uint8_t>(value)}};
}

Tlv tlv_text(Tag tag, std::string_view text) {
  Tlv tlv{tag, to_bytes(text)};
  tlv.value.push_back(0);
  return tlv;
}

Tlv tlv_flag(Tag tag) {
  return {tag, {}};
}

CommandStatus check_lengths(const Tlvs& tlvs) {
  for (const Tlv& tlv : tlvs) {
    LengthRange range = length_range(tlv.tag);
    if (tlv.value.size() < range.least || tlv.value.size() > range.most)
      return CommandStatus::ESME_RINVPARLEN;
  }
  return CommandStatus::ESME_ROK;
}

std::string tag_name(Tag tag) {
  switch (tag) {
#define SMPP_TLV(name, value, least, most) \
  case Tag::name:                          \
    return #name;
#include "protocol/smpp/tlv.def"
#undef SMPP_TLV
  }
  return fmt::format("0x{:04X}", static_cast<std::uint16_t>(tag));
}

}  // namespace cloudvno::smpp
