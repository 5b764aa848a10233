// Bytes to PDUs (SMPP 3.4 sections 3.2 and 4): every read is checked against the PDU's end.
#include <cstring>

#include "protocol/smpp/codec.hpp"
#include "protocol/smpp/layout.hpp"

namespace cloudvno::smpp {
namespace {

std::uint32_t read_u32(const std::uint8_t* at) {
  return std::uint32_t{at[0]} << 24 | std::uint32_t{at[1]} << 16 | std::uint32_t{at[2]} << 8 |
         at[3];
}

// Reads one PDU's body. The first fault sticks, and what is read after it has no meaning.
class Reader {
 public:
  explicit Reader(ByteView body) : at_(body.data()), end_(body.data() + body.size()) {}

  CommandStatus fault() const { return fault_; }

  void byte(std::uint8_t& out) {
    if (at_ == end_) return fail(CommandStatus::ESME_RINVCMDLEN);
    out = *at_++;
  }

  void status(CommandStatus& out) {
    if (left() < 4) return fail(CommandStatus::ESME_RINVCMDLEN);
    out = static_cast<CommandStatus>(read_u32(at_));
    at_ += 4;
  }

  void text(std::string& out, std::size_t most, CommandStatus too_long) {
    std::size_t window = std::min(left(), most + 1);
    const void* nul = window == 0 ? nullptr : std::memchr(at_, 0, window);
    if (nul == nullptr) return fail(left() > most ? too_long : CommandStatus::ESME_RINVCMDLEN);
    auto size = static_cast<std::size_t>(static_cast<const std::uint8_t*>(nul) - at_);
    if (size != 0) out.assign(reinterpret_cast<const char*>(at_), size);
    at_ += size + 1;
  }

  void message(Bytes& out) {
    std::uint8_t sm_length = 0;
    byte(sm_length);
    if (sm_length > limits::short_message || sm_length > left())
      return fail(CommandStatus::ESME_RINVMSGLEN);
    out.assign(at_, at_ + sm_length);
    at_ += sm_length;
  }

  template <class T>
  void many(std::vector<T>& out, std::size_t least, std::size_t most, CommandStatus wrong_count) {
    std::uint8_t count = 0;
    byte(count);
    if (fault_ != CommandStatus::ESME_ROK) return;
    if (count < least || count > most) return fail(wrong_count);
    for (; count > 0 && fault_ == CommandStatus::ESME_ROK; --count) item(out.emplace_back());
  }

  void tlvs(Tlvs& out) {
    while (at_ != end_ && fault_ == CommandStatus::ESME_ROK) {
      if (left() < 4) return fail(CommandStatus::ESME_RINVOPTPARSTREAM);
      auto tag = static_cast<Tag>(at_[0] << 8 | at_[1]);
      std::size_t length = static_cast<std::size_t>(at_[2]) << 8 | at_[3];
      if (length > left() - 4) return fail(CommandStatus::ESME_RINVOPTPARSTREAM);
      at_ += 4;
      out.push_back({tag, Bytes(at_, at_ + length)});
      at_ += length;
    }
  }

 private:
  std::size_t left() const { return static_cast<std::size_t>(end_ - at_); }

  // Nothing is left to read after a fault, so that no field behind it can be taken for another.
  void fail(CommandStatus fault) {
    if (fault_ == CommandStatus::ESME_ROK) fault_ = fault;
    at_ = end_;
  }

  void item(UnsuccessSme& out) { layout::fields(*this, out); }

  void item(Destination& out) {
    std::uint8_t dest_flag = 0;
    byte(dest_flag);
    if (dest_flag == 1)
      layout::address(*this, out.emplace<Address>(), limits::address,
                      CommandStatus::ESME_RINVDSTADR);
    else if (dest_flag == 2)
      text(out.emplace<DistributionList>().dl_name, limits::dl_name,
           CommandStatus::ESME_RINVDLNAME);
    else
      fail(CommandStatus::ESME_RINVDESTFLAG);
  }

  const std::uint8_t* at_;
  const std::uint8_t* end_;
  CommandStatus fault_ = CommandStatus::ESME_ROK;
};

CommandStatus read_body(ByteView bytes, Body& body) {
  return std::visit(
      [&](auto& pdu) {
        Reader reader(bytes);
        layout::fields(reader, pdu);
        reader.tlvs(pdu.tlvs);
        return reader.fault();
      },
      body);
}

}  // namespace

std::size_t announced_length(ByteView buffer) {
  return buffer.size() < 4 ? 4 : read_u32(buffer.data());
}

DecodeResult decode(ByteView buffer, std::size_t most) {
  DecodeResult result;
  if (buffer.size() < 4) return result;
  std::size_t length = announced_length(buffer);
  if (buffer.size() >= limits::header) {
    result.command = static_cast<CommandId>(read_u32(buffer.data() + 4));
    result.pdu.status = static_cast<CommandStatus>(read_u32(buffer.data() + 8));
    result.pdu.sequence = read_u32(buffer.data() + 12);
  }
  if (length < limits::header || length > most) {
    result.kind = Decoding::malformed;
    result.fault = CommandStatus::ESME_RINVCMDLEN;
    result.can_go_on = false;
    return result;
  }
  if (buffer.size() < length) return result;

  result.used = length;
  if (emplace(result.command, result.pdu.body)) {
    ByteView body = buffer.subspan(limits::header, length - limits::header);
    if (!body.empty() || !is_response(result.command))
      result.fault = read_body(body, result.pdu.body);
  } else {
    result.fault = CommandStatus::ESME_RINVCMDID;
  }
  result.kind = result.fault == CommandStatus::ESME_ROK ? Decoding::pdu : Decoding::malformed;
  return result;
}

}  // namespace cloudvno::smpp
