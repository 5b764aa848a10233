// PDUs of every kind with random content, for properties that must hold of all (SMPP 3.4 section
// 4).
#pragma once

#include <random>
#include <string>

#include "protocol/smpp/pdu.hpp"

namespace cloudvno::smpp::testing {

// What a generated PDU may hold; the defaults are all that the specification allows.
struct PduRange {
  bool tlvs_everywhere = true;      // else only behind the PDUs for which section 4 lists some
  bool unknown_tlvs = true;         // vendors' own, and repeated ones
  bool deliver_times = true;        // section 4.6.1 wants them empty in deliver_sm
  bool long_data_addresses = true;  // 64 octets in data_sm; else 20
  std::size_t payload = 2'000;      // greatest message_payload
};

class PduGenerator {
 public:
  explicit PduGenerator(std::uint32_t seed, PduRange range = {}) : random_(seed), range_(range) {}

  Pdu next();

 private:
  std::size_t below(std::size_t limit);  // 0 to limit - 1
  bool one_in(std::size_t n) { return below(n) == 0; }
  std::uint8_t octet() { return static_cast<std::uint8_t>(below(256)); }
  std::string text(std::size_t most);
  std::string time();
  Bytes octets(std::size_t least, std::size_t most);
  Address address(std::size_t most = limits::address);
  Tlv tlv();
  Tlvs tlvs(bool listed);
  void fill(ShortMessage& message);
  void fill(Bind& pdu);
  void fill(BindResp& pdu);
  void fill(Outbind& pdu);
  void fill(SubmitSm& pdu);
  void fill(SubmitSmResp& pdu);
  void fill(SubmitMulti& pdu);
  void fill(SubmitMultiResp& pdu);
  void fill(DeliverSm& pdu);
  void fill(DeliverSmResp& pdu);
  void fill(DataSm& pdu);
  void fill(DataSmResp& pdu);
  void fill(QuerySm& pdu);
  void fill(QuerySmResp& pdu);
  void fill(CancelSm& pdu);
  void fill(ReplaceSm& pdu);
  void fill(AlertNotification& pdu);
  template <class Empty>
  void fill(Empty& pdu) {  // of the header alone
    pdu.tlvs = tlvs(false);
  }

  std::mt19937 random_;
  PduRange range_;
};

}  // namespace cloudvno::smpp::testing
