// The port voice::Telephone over SIP and RTP.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "connectors/sip_trunk/trunk.hpp"
#include "domain/voice/leg.hpp"
#include "platform/net/address_guard.hpp"
#include "platform/net/resolver.hpp"
#include "platform/net/runtime.hpp"
#include "protocol/rtp_io/media_engine.hpp"
#include "protocol/sip_io/endpoint.hpp"

namespace cloudvno::sip_trunk {

class SipLeg;

struct SipTrunksOptions {
  sip::EndpointOptions endpoint;  // what is admitted, and the agent's handlers, are set here
  rtp_io::MediaOptions media;
  std::string media_address;  // that our session descriptions name
  std::vector<TrunkOptions> trunks;
};

// Lives on the control thread. Legs may outlive stop(), not this object.
class SipTrunks final : public voice::Telephone {
 public:
  // `guard` judges targets of SIP addresses; null: none may be called.
  SipTrunks(net::Executor control, const Clock& clock, net::Resolver& resolver,
            const net::AddressGuard* guard, SipTrunksOptions options, voice::LegReceiver& receiver);
  ~SipTrunks() override;

  Result<> start();
  // Refuses new calls; those that run go on.
  void drain() { endpoint_.agent().drain(); }
  net::Task<> stop();
  std::uint16_t port(sip::Transport transport) const { return endpoint_.port(transport); }
  // Where the one trunk's host listens, which is known only once it does.
  void set_host(const std::string& trunk, std::string host, std::uint16_t port);

  std::unique_ptr<voice::Leg> call(voice::LegOrder order, voice::LegListener& listener) override;

 private:
  friend class SipLeg;

  void on_invite(sip::IncomingCall& incoming);
  const TrunkOptions* trunk_of(const sip::Peer& source) const;
  const TrunkOptions* trunk_of_caller(std::string_view username) const;
  const TrunkOptions* trunk_named(std::string_view name) const;
  void on_media(rtp_io::StreamId stream, rtp_io::Event& event);
  sip::EndpointOptions admitting(sip::EndpointOptions options) const;
  sip::AgentHandlers handlers();

  net::Executor control_;
  net::Resolver& resolver_;
  const net::AddressGuard* guard_;
  std::vector<TrunkOptions> trunks_;
  const std::string media_address_;
  voice::LegReceiver& receiver_;
  rtp_io::MediaEngine engine_;
  std::unordered_map<std::uint64_t, SipLeg*> legs_;  // by stream
  sip::Endpoint endpoint_;
  net::TaskGroup tasks_;
};

}  // namespace cloudvno::sip_trunk
