// Trunks on a SIP endpoint and a media engine.
#include "connectors/sip_trunk/sip_trunks.hpp"

#include <algorithm>

#include "base/log.hpp"
#include "connectors/sip_trunk/addresses.hpp"
#include "connectors/sip_trunk/sip_leg.hpp"
#include "protocol/sip/digest.hpp"

namespace cloudvno::sip_trunk {
namespace {

constexpr std::string_view realm = "cloudvno";

bool is_allowed(const TrunkOptions& trunk, const boost::asio::ip::address& address) {
  return std::ranges::any_of(trunk.allowed,
                             [&](const auto& range) { return range.contains(address); });
}

}  // namespace

SipTrunks::SipTrunks(net::Executor control, const Clock& clock, net::Resolver& resolver,
                     const net::AddressGuard* guard, SipTrunksOptions options,
                     voice::LegReceiver& receiver)
    : control_(control),
      resolver_(resolver),
      guard_(guard),
      trunks_(std::move(options.trunks)),
      media_address_(std::move(options.media_address)),
      receiver_(receiver),
      engine_(options.media, control,
              [this](rtp_io::StreamId stream, rtp_io::Event& event) { on_media(stream, event); }),
      endpoint_(control, clock, resolver, admitting(std::move(options.endpoint)), handlers()),
      tasks_(control, "sip") {}

SipTrunks::~SipTrunks() = default;

sip::EndpointOptions SipTrunks::admitting(sip::EndpointOptions options) const {
  options.admits = [this](const boost::asio::ip::address& address) {
    return std::ranges::any_of(trunks_, [&](const auto& trunk) {
      // Answers to our own calls come from its host, whatever its address is just now.
      return trunk.caller || !trunk.host.empty() || is_allowed(trunk, address);
    });
  };
  return options;
}

sip::AgentHandlers SipTrunks::handlers() {
  sip::AgentHandlers handlers;
  handlers.on_invite = [this](sip::IncomingCall& incoming) { on_invite(incoming); };
  handlers.realm_for = [this](const sip::SipMessage&, const sip::Peer& source) {
    const bool by_digest =
        std::ranges::any_of(trunks_, [](const auto& trunk) { return trunk.caller.has_value(); });
    return !trunk_of(source) && by_digest ? std::optional(std::string(realm)) : std::nullopt;
  };
  handlers.find_user = [this](std::string_view of_realm,
                              std::string_view username) -> std::optional<sip::KnownUser> {
    const auto* trunk = trunk_of_caller(username);
    if (!trunk) return std::nullopt;
    sip::KnownUser user;
    user.ha1_md5 = sip::make_ha1(sip::DigestAlgorithm::md5, trunk->caller->username, of_realm,
                                 trunk->caller->password);
    user.ha1_sha256 = sip::make_ha1(sip::DigestAlgorithm::sha256, trunk->caller->username, of_realm,
                                    trunk->caller->password);
    return user;
  };
  return handlers;
}

Result<> SipTrunks::start() {
  return endpoint_.start();
}

net::Task<> SipTrunks::stop() {
  constexpr std::chrono::milliseconds patience{2'000};
  tasks_.cancel();
  co_await tasks_.wait();
  co_await endpoint_.stop(patience);
}

void SipTrunks::set_host(const std::string& trunk, std::string host, std::uint16_t port) {
  const auto found = std::ranges::find(trunks_, trunk, &TrunkOptions::name);
  if (found == trunks_.end()) return;
  found->host = std::move(host);
  found->port = port;
}

const TrunkOptions* SipTrunks::trunk_named(std::string_view name) const {
  const auto found = std::ranges::find(trunks_, name, &TrunkOptions::name);
  return found == trunks_.end() ? nullptr : &*found;
}

const TrunkOptions* SipTrunks::trunk_of(const sip::Peer& source) const {
  boost::system::error_code error;
  const auto address = boost::asio::ip::make_address(source.host, error);
  if (error) return nullptr;
  const auto found =
      std::ranges::find_if(trunks_, [&](const auto& trunk) { return is_allowed(trunk, address); });
  return found == trunks_.end() ? nullptr : &*found;
}

const TrunkOptions* SipTrunks::trunk_of_caller(std::string_view username) const {
  const auto found = std::ranges::find_if(trunks_, [&](const auto& trunk) {
    return trunk.caller && trunk.caller->username == username;
  });
  return found == trunks_.end() ? nullptr : &*found;
}

std::unique_ptr<voice::Leg> SipTrunks::call(voice::LegOrder order, voice::LegListener& listener) {
  auto leg = std::make_unique<SipLeg>(*this);
  const TrunkOptions nowhere;
  const auto* trunk = trunk_named(order.trunk);
  leg->place(order, trunk ? *trunk : nowhere, listener);
  return leg;
}

void SipTrunks::on_invite(sip::IncomingCall& incoming) {
  const auto* trunk =
      incoming.username.empty() ? trunk_of(incoming.source) : trunk_of_caller(incoming.username);
  if (!trunk) return incoming.call->reject(403);
  auto leg = std::make_unique<SipLeg>(*this);
  if (!leg->take(incoming)) return;
  receiver_.on_incoming(std::move(leg), read_invite(incoming, *trunk));
}

void SipTrunks::on_media(rtp_io::StreamId stream, rtp_io::Event& event) {
  const auto found = legs_.find(stream.value);
  if (found != legs_.end()) found->second->on_media(event);
}

}  // namespace cloudvno::sip_trunk
