// PDUs to bytes (SMPP 3.4 sections 3.2 and 4): first measured and checked, then written.
#include <cstring>

#include "protocol/smpp/codec.hpp"
#include "protocol/smpp/layout.hpp"

namespace cloudvno::smpp {
namespace {

// Counts a body's bytes and refuses what the wire cannot carry.
class Measurer {
 public:
  std::size_t size() const { return size_; }
  CommandStatus fault() const { return fault_; }
  // Whether nothing but NULs and zeros would be written.
  bool blank() const { return blank_; }

  void byte(std::uint8_t value) {
    size_ += 1;
    blank_ = blank_ && value == 0;
  }

  void status(CommandStatus) { size_ += 4; }

  void text(const std::string& value, std::size_t most, CommandStatus fault) {
    if (value.size() > most || std::memchr(value.data(), 0, value.size()) != nullptr) fail(fault);
    size_ += value.size() + 1;
    blank_ = blank_ && value.empty();
  }

  void message(const Bytes& value) {
    if (value.size() > limits::short_message) fail(CommandStatus::ESME_RINVMSGLEN);
    size_ += 1 + value.size();
  }

  template <class T>
  void many(const std::vector<T>& items, std::size_t least, std::size_t most,
            CommandStatus wrong_count) {
    if (items.size() < least || items.size() > most) return fail(wrong_count);
    size_ += 1;
    blank_ = blank_ && items.empty();
    for (const T& one : items) item(one);
  }

  void tlvs(const Tlvs& tlvs) {
    for (const Tlv& tlv : tlvs) {
      if (tlv.value.size() > 65535) return fail(CommandStatus::ESME_RINVPARLEN);
      size_ += 4 + tlv.value.size();
    }
    blank_ = blank_ && tlvs.empty();
  }

 private:
  void fail(CommandStatus fault) {
    if (fault_ == CommandStatus::ESME_ROK) fault_ = fault;
  }

  void item(const UnsuccessSme& value) { layout::fields(*this, value); }
  void item(const Destination& value) {
    size_ += 1;
    if (const auto* list = std::get_if<DistributionList>(&value))
      text(list->dl_name, limits::dl_name, CommandStatus::ESME_RINVDLNAME);
    else
      layout::address(*this, std::get<Address>(value), limits::address,
                      CommandStatus::ESME_RINVDSTADR);
  }

  std::size_t size_ = 0;
  CommandStatus fault_ = CommandStatus::ESME_ROK;
  bool blank_ = true;
};

// Writes what a Measurer has found good into room that it has found enough.
class Writer {
 public:
  explicit Writer(std::uint8_t* at) : at_(at) {}

  void byte(std::uint8_t value) { *at_++ = value; }
  void u16(std::size_t value) {
    byte(static_cast<std::uint8_t>(value >> 8));
    byte(static_cast<std::uint8_t>(value));
  }
  void u32(std::uint32_t value) {
    u16(value >> 16);
    u16(value & 0xFFFF);
  }
  void status(CommandStatus value) { u32(static_cast<std::uint32_t>(value)); }

  void text(const std::string& value, std::size_t, CommandStatus) {
    raw(value.c_str(), value.size() + 1);
  }

  void message(const Bytes& value) {
    byte(static_cast<std::uint8_t>(value.size()));
    raw(value.data(), value.size());
  }

  template <class T>
  void many(const std::vector<T>& items, std::size_t, std::size_t, CommandStatus) {
    byte(static_cast<std::uint8_t>(items.size()));
    for (const T& one : items) item(one);
  }

  void tlvs(const Tlvs& tlvs) {
    for (const Tlv& tlv : tlvs) {
      u16(static_cast<std::uint16_t>(tlv.tag));
      u16(tlv.value.size());
      raw(tlv.value.data(), tlv.value.size());
    }
  }

 private:
  void raw(const void* from, std::size_t size) {
    if (size == 0) return;
    std::memcpy(at_, from, size);
    at_ += size;
  }

  void item(const UnsuccessSme& value) { layout::fields(*this, value); }
  void item(const Destination& value) {
    if (const auto* list = std::get_if<DistributionList>(&value)) {
      byte(2);
      text(list->dl_name, 0, {});
    } else {
      byte(1);
      layout::address(*this, std::get<Address>(value), 0, {});
    }
  }

  std::uint8_t* at_;
};

template <class Codec, class T>
void run(Codec& codec, const T& pdu) {
  layout::fields(codec, pdu);
  codec.tlvs(pdu.tlvs);
}

}  // namespace

CommandStatus encode(CommandStatus status, std::uint32_t sequence, const Body& body, Bytes& out) {
  CommandId id = command_id(body);
  return std::visit(
      [&](const auto& pdu) {
        Measurer measurer;
        run(measurer, pdu);
        bool without_body =
            is_response(id) && status != CommandStatus::ESME_ROK && measurer.blank();
        std::size_t length = limits::header + (without_body ? 0 : measurer.size());
        if (measurer.fault() != CommandStatus::ESME_ROK) return measurer.fault();
        if (length > limits::pdu) return CommandStatus::ESME_RINVCMDLEN;

        std::size_t start = out.size();
        out.resize(start + length);
        Writer writer(out.data() + start);
        writer.u32(static_cast<std::uint32_t>(length));
        writer.u32(static_cast<std::uint32_t>(id));
        writer.status(status);
        writer.u32(sequence);
        if (!without_body) run(writer, pdu);
        return CommandStatus::ESME_ROK;
      },
      body);
}

CommandStatus encode(const Pdu& pdu, Bytes& out) {
  return encode(pdu.status, pdu.sequence, pdu.body, out);
}

}  // namespace cloudvno::smpp
