// Fuzz target: any PDUs of an ESME's, taken by the simulated network.
#include "base/invariant.hpp"
#include "base/utf8.hpp"
#include "connectors/simulator/smsc_pdus.hpp"
#include "protocol/smpp/codec.hpp"

using namespace cloudvno;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Time now = from_micros(1'767'225'600'000'000);
  simulator::Network network(1, now);
  simulator::NetworkSettings settings;
  settings.shares.fill(0.2);
  const auto account = AccountSid::make(now);
  ByteView rest(data, size);
  while (true) {
    auto result = smpp::decode(rest);
    if (result.kind != smpp::Decoding::pdu) return 0;
    rest = rest.subspan(result.used);
    auto* submit = std::get_if<smpp::SubmitSm>(&result.pdu.body);
    if (!submit) continue;
    auto part = simulator::read_submit(std::move(*submit));
    if (!part) continue;
    const auto pair = part->pair;
    // What the first byte says goes wrong.
    if (data[0] % 2 == 1) {
      network.accounts().set(account, {{pair.line, Time()}}, settings, false, now);
    }
    network.submit(std::move(*part), now);
    now += std::chrono::seconds(1);
    network.on_time(now);
    for (const auto& text : network.conversations().texts(pair.handset, {{pair.line, Time()}}, 0)) {
      invariant(is_utf8(text.body), "a text is UTF-8");
    }
    while (auto delivery = network.take_delivery()) {
      Bytes out;
      const auto status =
          smpp::encode({.sequence = 1, .body = simulator::to_deliver_sm(*delivery)}, out);
      invariant(status == smpp::CommandStatus::ESME_ROK, "what is delivered can be written");
      network.settle(std::move(*delivery), simulator::DeliveryResult::taken, now);
    }
  }
}
