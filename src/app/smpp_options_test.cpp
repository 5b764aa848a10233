// What [[carrier]] of the configuration makes of a carrier.
#include "app/smpp_options.hpp"

namespace cloudvno::app {
namespace {

using namespace std::chrono_literals;
using smpp::CommandStatus;

smpp_carrier::Options options_of(const std::string& lines) {
  Settings settings;
  const auto problems = describe(settings).read("[[carrier]]\nname = \"acme\"\n" + lines);
  for (const auto& problem : problems) ADD_FAILURE() << problem.text;
  EXPECT_EQ(settings.carriers.size(), 1u);
  return smpp_options_of(settings.carriers.at(0)).value();
}

TEST(SmppOptions, HaveTheDefaultsOfTheReference) {
  const auto options = options_of("");
  EXPECT_EQ(options.binds, 1u);
  EXPECT_EQ(options.style, smpp_carrier::BindStyle::transceiver);
  EXPECT_EQ(options.window, 10u);
  EXPECT_EQ(options.messages_per_second, 0u);
  EXPECT_EQ(options.session.enquire_link_interval, 30s);
  EXPECT_EQ(options.session.response_timeout, 60s);
  EXPECT_EQ(options.least_wait, 1s);
  EXPECT_EQ(options.most_wait, 30s);
  EXPECT_EQ(options.traits.guarantee, messaging::DeliveryGuarantee::at_least_once);
  EXPECT_EQ(options.dialect.message_ids, smpp_carrier::IdFormat::automatic);
  EXPECT_TRUE(options.dialect.sends_validity);
  EXPECT_FALSE(options.tls);
}

TEST(SmppOptions, FollowTheSettings) {
  const auto options = options_of(R"(
binds = 4
bind_mode = "transmitter_receiver"
messages_per_second = 50
delivery_guarantee = "hold_for_receipt"
long_messages = "sar"
default_alphabet = "latin1"
message_id_format = "hex_answers"
registered_delivery = "none"
validity = false
service_type = "CMT"
source_ton = 5
short_code_npi = 1
destination_npi = 8
reconnect_wait = 60
throttle_errors = ["0x400", "ESME_RSUBMITFAIL"]
temporary_errors = ["255"]
)");
  EXPECT_EQ(options.binds, 4u);
  EXPECT_EQ(options.style, smpp_carrier::BindStyle::transmitter_receiver);
  EXPECT_EQ(options.messages_per_second, 50u);
  EXPECT_EQ(options.traits.guarantee, messaging::DeliveryGuarantee::hold_for_receipt);
  const auto& dialect = options.dialect;
  EXPECT_EQ(dialect.long_messages, smpp_carrier::LongMessages::sar);
  EXPECT_EQ(dialect.default_alphabet, sms::DefaultAlphabet::latin1);
  EXPECT_EQ(dialect.message_ids, smpp_carrier::IdFormat::hex_answers);
  EXPECT_EQ(dialect.registered_delivery, smpp::registered_delivery::none);
  EXPECT_FALSE(dialect.sends_validity);
  EXPECT_EQ(dialect.service_type, "CMT");
  EXPECT_EQ(dialect.source.ton, 5);
  EXPECT_EQ(dialect.short_code.npi, 1);
  EXPECT_EQ(dialect.destination.npi, 8);
  EXPECT_EQ(options.least_wait, 60s);
  EXPECT_EQ(options.most_wait, 60s) << "the wait never shrinks";
  EXPECT_TRUE(dialect.errors.throttled.contains(CommandStatus(0x400)));
  EXPECT_TRUE(dialect.errors.throttled.contains(CommandStatus::ESME_RSUBMITFAIL));
  EXPECT_TRUE(dialect.errors.temporary.contains(CommandStatus::ESME_RUNKNOWNERR));
}

TEST(SmppOptions, NeedAFileOfAuthoritiesThatCanBeRead) {
  CarrierSettings carrier;
  carrier.tls = true;
  carrier.ca_file = "/nonexistent/ca.pem";
  EXPECT_FALSE(smpp_options_of(carrier).has_value());
}

}  // namespace
}  // namespace cloudvno::app
