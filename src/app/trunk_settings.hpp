// Voice as the operator sets it: SIP and media of this machine, trunks, speech, limits.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "connectors/sip_trunk/trunk.hpp"
#include "domain/voice/leg.hpp"
#include "platform/config/schema.hpp"

namespace cloudvno::app {

struct VoiceSettings {
  bool sip_enabled = false;
  std::string sip_address = "0.0.0.0";
  std::string sip_public_address;
  std::int64_t sip_udp_port = 5060;
  std::int64_t sip_tcp_port = 5060;
  std::int64_t sip_tls_port = 5061;
  std::string digest_algorithms = "both";
  std::int64_t first_media_port = 16'384;
  std::int64_t last_media_port = 27'999;
  std::int64_t media_threads = 1;
  std::int64_t calls_per_second = 20;
  std::int64_t concurrent_calls = 200;
  std::string espeak = "espeak-ng";
  std::string speech_provider_url;
  std::string speech_provider_authorization;  // never print it
};

struct TrunkSettings {
  std::string name;
  std::string host;
  std::int64_t port = 5060;
  std::string transport = "udp";
  std::string username;
  std::string password;
  std::vector<std::string> allowed_ranges;
  std::string caller_username;
  std::string caller_password;
  std::vector<std::string> prefixes;
  std::string price_per_minute;
  std::int64_t session_expires = 1'800;
};

void describe_voice(config::Schema& schema, VoiceSettings& voice);
void describe_trunk(config::Schema& row, TrunkSettings& trunk);
// Empty, or what is wrong.
std::string check_trunk(const TrunkSettings& trunk, const VoiceSettings& voice);

// Of settings that were checked.
std::vector<sip::DigestAlgorithm> digest_algorithms(const VoiceSettings& voice);
sip_trunk::TrunkOptions options_of(const TrunkSettings& trunk);
voice::Trunk route_of(const TrunkSettings& trunk, voice::Telephone& telephone);

}  // namespace cloudvno::app
