// Words of the configuration to the connector's options.
#include "app/smpp_options.hpp"

#include <algorithm>
#include <array>

#include "base/invariant.hpp"
#include "base/model/money.hpp"

namespace cloudvno::app {
namespace {

template <class T>
struct Word {
  std::string_view word;
  T value;
};

// The schema allows only words of the table.
template <class T, std::size_t n>
T value_of(const std::array<Word<T>, n>& table, std::string_view word) {
  const auto found = std::ranges::find(table, word, &Word<T>::word);
  invariant(found != table.end(), "a setting is one of its words");
  return found->value;
}

using messaging::DeliveryGuarantee;
constexpr std::array<Word<DeliveryGuarantee>, 3> guarantees{{
    {"at_least_once", DeliveryGuarantee::at_least_once},
    {"at_most_once", DeliveryGuarantee::at_most_once},
    {"hold_for_receipt", DeliveryGuarantee::hold_for_receipt},
}};

using smpp_carrier::BindStyle;
constexpr std::array<Word<BindStyle>, 2> bind_styles{{
    {"transceiver", BindStyle::transceiver},
    {"transmitter_receiver", BindStyle::transmitter_receiver},
}};

using smpp_carrier::LongMessages;
constexpr std::array<Word<LongMessages>, 3> long_messages{{
    {"udh", LongMessages::udh},
    {"sar", LongMessages::sar},
    {"message_payload", LongMessages::message_payload},
}};

using sms::DefaultAlphabet;
constexpr std::array<Word<DefaultAlphabet>, 5> alphabets{{
    {"gsm7", DefaultAlphabet::gsm7},
    {"gsm7_packed", DefaultAlphabet::gsm7_packed},
    {"latin1", DefaultAlphabet::latin1},
    {"ascii", DefaultAlphabet::ascii},
    {"utf8", DefaultAlphabet::utf8},
}};

using smpp_carrier::IdFormat;
constexpr std::array<Word<IdFormat>, 6> id_formats{{
    {"automatic", IdFormat::automatic},
    {"exact", IdFormat::exact},
    {"hex", IdFormat::hex},
    {"decimal", IdFormat::decimal},
    {"hex_answers", IdFormat::hex_answers},
    {"hex_receipts", IdFormat::hex_receipts},
}};

constexpr std::array<Word<std::uint8_t>, 3> receipts{{
    {"final", smpp::registered_delivery::final_receipt},
    {"failure", smpp::registered_delivery::failure_receipt},
    {"none", smpp::registered_delivery::none},
}};

smpp_carrier::AddressKind kind_of(std::int64_t ton, std::int64_t npi) {
  return {static_cast<std::uint8_t>(ton), static_cast<std::uint8_t>(npi)};
}

std::set<smpp::CommandStatus> statuses_of(const std::vector<std::string>& texts) {
  std::set<smpp::CommandStatus> statuses;
  for (const auto& text : texts) {
    if (const auto status = smpp::parse_status(text)) statuses.insert(*status);
  }
  return statuses;
}

smpp_carrier::Dialect dialect_of(const CarrierSettings& carrier) {
  smpp_carrier::Dialect dialect;
  dialect.source = kind_of(carrier.source_ton, carrier.source_npi);
  dialect.short_code = kind_of(carrier.short_code_ton, carrier.short_code_npi);
  dialect.destination = kind_of(carrier.destination_ton, carrier.destination_npi);
  dialect.service_type = carrier.service_type;
  dialect.registered_delivery = value_of(receipts, carrier.registered_delivery);
  dialect.sends_validity = carrier.validity;
  dialect.long_messages = value_of(long_messages, carrier.long_messages);
  dialect.default_alphabet = value_of(alphabets, carrier.default_alphabet);
  dialect.message_ids = value_of(id_formats, carrier.message_id_format);
  dialect.errors = {statuses_of(carrier.throttle_errors), statuses_of(carrier.temporary_errors)};
  return dialect;
}

}  // namespace

Result<smpp_carrier::Options> smpp_options_of(const CarrierSettings& carrier) {
  using std::chrono::seconds;
  smpp_carrier::Options options;
  options.name = carrier.name;
  options.host = carrier.host;
  options.port = static_cast<std::uint16_t>(carrier.port);
  if (carrier.tls) {
    TRY_ASSIGN(options.tls, net::TlsClient::make(carrier.ca_file));
  }
  options.system_id = carrier.system_id;
  options.password = carrier.password;
  options.system_type = carrier.system_type;
  options.style = value_of(bind_styles, carrier.bind_mode);
  options.binds = static_cast<std::size_t>(carrier.binds);
  options.window = static_cast<std::size_t>(carrier.window);
  options.messages_per_second = static_cast<std::size_t>(carrier.messages_per_second);
  options.dialect = dialect_of(carrier);
  options.traits.price_per_part = Money::parse(carrier.route.price_per_part);
  options.traits.guarantee = value_of(guarantees, carrier.delivery_guarantee);
  options.session.enquire_link_interval = seconds(carrier.enquire_link_interval);
  options.session.enquire_link_timeout = seconds(carrier.enquire_link_timeout);
  options.session.response_timeout = seconds(carrier.response_timeout);
  options.session.bind_timeout = seconds(carrier.bind_timeout);
  options.connect_timeout = seconds(carrier.bind_timeout);
  options.least_wait = seconds(carrier.reconnect_wait);
  options.most_wait = seconds(std::max(carrier.reconnect_wait, carrier.reconnect_wait_most));
  return options;
}

}  // namespace cloudvno::app
