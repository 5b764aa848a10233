// How a carrier is reached, and in what it deviates from the specification.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "connectors/smpp_carrier/message_id.hpp"
#include "connectors/smpp_carrier/submit_errors.hpp"
#include "domain/messaging/carrier.hpp"
#include "platform/net/tls.hpp"
#include "protocol/smpp/pdu.hpp"
#include "protocol/smpp/session_options.hpp"
#include "protocol/sms/data_coding.hpp"

namespace cloudvno::smpp_carrier {

// Type of number and numbering plan of an address that we send.
struct AddressKind {
  std::uint8_t ton = smpp::ton::international;
  std::uint8_t npi = smpp::npi::isdn;
};

// How a text of several parts goes out.
enum class LongMessages : std::uint8_t {
  udh,  // a user data header in each part (3GPP TS 23.040 section 9.2.3.24.1)
  sar,  // sar_msg_ref_num, sar_total_segments, sar_segment_seqnum (SMPP 3.4 5.3.2.22-24)
  message_payload,  // the whole text in one submit_sm, for the SMSC to split (5.3.2.32)
};

// What one carrier wants written so, and writes so itself.
struct Dialect {
  AddressKind source;  // of a number
  AddressKind short_code{smpp::ton::network_specific, smpp::npi::unknown};
  AddressKind destination;
  std::string service_type;
  std::uint8_t registered_delivery = smpp::registered_delivery::final_receipt;
  bool sends_validity = true;
  LongMessages long_messages = LongMessages::udh;
  sms::DefaultAlphabet default_alphabet = sms::DefaultAlphabet::gsm7;
  IdFormat message_ids = IdFormat::automatic;
  ErrorRules errors;
};

enum class BindStyle : std::uint8_t {
  transceiver,
  transmitter_receiver,  // two binds, one for each direction
};

struct Options {
  std::string name;  // the operator's word; in the store and in the log
  std::string host;
  std::uint16_t port = 2775;
  std::shared_ptr<const net::TlsClient> tls;  // empty: plain TCP
  std::string system_id;
  std::string password;
  std::string system_type;
  BindStyle style = BindStyle::transceiver;
  std::size_t binds = 1;                // with transmitter_receiver: of each kind
  std::size_t window = 10;              // submit_sm without an answer, on one bind
  std::size_t messages_per_second = 0;  // 0: as fast as it goes
  Dialect dialect;
  messaging::CarrierTraits traits;
  smpp::SessionOptions session;                       // its window is replaced by the one above
  Micros connect_timeout = std::chrono::seconds(10);  // name, TCP and TLS together
  Micros least_wait = std::chrono::seconds(1);        // between tries to bind; doubles
  Micros most_wait = std::chrono::seconds(30);
};

}  // namespace cloudvno::smpp_carrier
