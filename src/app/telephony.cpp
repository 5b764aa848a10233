// Building what calls need.
#include "app/telephony.hpp"

namespace cloudvno::app {
namespace {

constexpr std::string_view loopback = "127.0.0.1";
constexpr std::string_view sandbox_trunk = "sandbox";

speech::SpeechOptions speech_options(const VoiceSettings& settings) {
  speech::SpeechOptions options;
  options.espeak_path = settings.espeak;
  options.provider_url = settings.speech_provider_url;
  if (!settings.speech_provider_authorization.empty()) {
    options.provider_headers.add("Authorization", settings.speech_provider_authorization);
  }
  return options;
}

voice::VoiceOptions voice_options(const Settings& settings) {
  voice::VoiceOptions options;
  options.public_url = settings.public_url();
  options.limits.concurrent = static_cast<std::size_t>(settings.voice.concurrent_calls);
  options.limits.per_second = static_cast<double>(settings.voice.calls_per_second);
  return options;
}

// What a document's Message sends.
voice::Voice::SendText sender(messaging::Messaging& messaging) {
  return [&messaging](voice::TextOrder order) -> net::Task<Result<voice::SentText>> {
    const auto from = PhoneNumber::parse_sender(order.from);
    const auto to = PhoneNumber::parse(order.to);
    if (!from || !to) co_return fail(Errc::invalid_phone_number, "a number is not in E.164");
    messaging::Draft draft;
    draft.account = order.account;
    draft.live = order.live;
    draft.direction = messaging::Direction::outbound_reply;
    draft.from = *from;
    draft.to = *to;
    draft.body = std::move(order.body);
    draft.status_callback = std::move(order.status_callback);
    CO_TRY_ASSIGN(const auto message, co_await messaging.send(std::move(draft)));
    co_return voice::SentText{message.sid.str(),
                              std::string(messaging::status_name(message.status))};
  };
}

}  // namespace

Telephony::Telephony(const Settings& settings, const TelephonyParts& parts)
    : codec_(parts.workers),
      speech_(parts.control, parts.workers, parts.clock, &parts.outgoing.client(),
              speech_options(settings.voice)),
      voice_(parts.database, parts.node, parts.vault, parts.accounts, parts.webhooks,
             parts.documents, codec_, speech_, sender(parts.messaging), parts.clock, parts.control,
             voice_options(settings)) {}

Result<std::unique_ptr<Telephony>> Telephony::make(const Settings& settings, TelephonyParts parts) {
  std::unique_ptr<Telephony> telephony(new Telephony(settings, parts));
  if (settings.sandbox_enabled) telephony->add_sandbox(parts);
  if (settings.voice.sip_enabled) TRY(telephony->add_trunks(settings, parts));
  return telephony;
}

void Telephony::add_sandbox(const TelephonyParts& parts) {
  exchange_ = std::make_unique<phones::Exchange>(
      parts.control, parts.clock, parts.outgoing.resolver(), phones::ExchangeOptions{});
  sip_trunk::SipTrunksOptions options;
  options.endpoint.udp = sip::ListenAt{std::string(loopback), 0};
  options.endpoint.advertised_host = loopback;
  options.media.bind_address = loopback;
  options.media.first_port = 28'000;
  options.media.last_port = 32'767;
  options.media_address = loopback;
  sip_trunk::TrunkOptions trunk;
  trunk.name = sandbox_trunk;
  trunk.allowed.push_back(*net::AddressRange::parse("127.0.0.1/32"));
  trunk.session_expires = 0;
  trunk.names_account = true;
  options.trunks.push_back(std::move(trunk));
  sandbox_ = std::make_unique<sip_trunk::SipTrunks>(
      parts.control, parts.clock, parts.outgoing.resolver(), nullptr, std::move(options), voice_);
  voice_.add_trunk({std::string(sandbox_trunk), false, {}, Money(), sandbox_.get()});
}

Result<> Telephony::add_trunks(const Settings& settings, const TelephonyParts& parts) {
  const auto& voice = settings.voice;
  sip_trunk::SipTrunksOptions options;
  const auto listen = [&](std::int64_t port) {
    return port == 0
               ? std::nullopt
               : std::optional(sip::ListenAt{voice.sip_address, static_cast<std::uint16_t>(port)});
  };
  options.endpoint.udp = listen(voice.sip_udp_port);
  options.endpoint.tcp = listen(voice.sip_tcp_port);
  options.endpoint.tls = listen(voice.sip_tls_port);
  if (options.endpoint.tls) {
    TRY_ASSIGN(
        options.endpoint.tls_server,
        net::TlsServer::load({settings.certificate_path(), settings.certificate_key_path()}));
  }
  TRY_ASSIGN(options.endpoint.tls_client, net::TlsClient::make(settings.webhooks_ca_file));
  const auto& shown =
      voice.sip_public_address.empty() ? voice.sip_address : voice.sip_public_address;
  options.endpoint.advertised_host = shown;
  options.endpoint.agent.challenge_with = digest_algorithms(voice);
  options.media.bind_address = voice.sip_address;
  options.media.first_port = static_cast<std::uint16_t>(voice.first_media_port);
  options.media.last_port = static_cast<std::uint16_t>(voice.last_media_port);
  options.media.threads = static_cast<int>(voice.media_threads);
  options.media_address = shown;
  for (const auto& trunk : settings.trunks) options.trunks.push_back(options_of(trunk));
  trunks_ =
      std::make_unique<sip_trunk::SipTrunks>(parts.control, parts.clock, parts.outgoing.resolver(),
                                             &parts.outgoing.guard(), std::move(options), voice_);
  for (const auto& trunk : settings.trunks) voice_.add_trunk(route_of(trunk, *trunks_));
  return {};
}

void Telephony::mount(api::Api& api) {
  if (exchange_) exchange_->mount(api);
  voice_.mount(api);
}

Result<> Telephony::start() {
  if (exchange_) {
    TRY(exchange_->start());
    TRY(sandbox_->start());
    sandbox_->set_host(std::string(sandbox_trunk), std::string(loopback), exchange_->port());
    exchange_->set_network(std::string(loopback), sandbox_->port(sip::Transport::udp));
  }
  if (trunks_) TRY(trunks_->start());
  return {};
}

void Telephony::release_watchers() {
  if (exchange_) exchange_->release_watchers();
}

net::Task<> Telephony::stop() {
  if (sandbox_) sandbox_->drain();
  if (trunks_) trunks_->drain();
  co_await voice_.stop();
  if (sandbox_) co_await sandbox_->stop();
  if (trunks_) co_await trunks_->stop();
  if (exchange_) co_await exchange_->stop();
  co_await speech_.stop();
}

}  // namespace cloudvno::app
