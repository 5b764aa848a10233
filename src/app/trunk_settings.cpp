// Reading how voice is set up.
#include "app/trunk_settings.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace cloudvno::app {

void describe_voice(config::Schema& schema, VoiceSettings& voice) {
  schema.section("sip", "SIP and RTP of this machine, for the [[trunk]]s.");
  schema.boolean("enabled", voice.sip_enabled, "Whether it listens.");
  schema.text("address", voice.sip_address, "Address that SIP and RTP use.", "0.0.0.0");
  schema.text("public_address", voice.sip_public_address,
              "The address by which others reach it; needed where the one above is 0.0.0.0.",
              "198.51.100.7");
  schema.integer("udp_port", voice.sip_udp_port, 0, 65535, "Port of SIP over UDP; 0 is off.");
  schema.integer("tcp_port", voice.sip_tcp_port, 0, 65535, "Port of SIP over TCP; 0 is off.");
  schema.integer("tls_port", voice.sip_tls_port, 0, 65535,
                 "Port of SIP under TLS 1.3, with the certificate of HTTP; 0 is off.");
  schema.word("digest_algorithms", voice.digest_algorithms, {"both", "sha-256", "md5"},
              "What callers with a password are asked for: some that know only MD5 give up "
              "where SHA-256 is offered beside it.");
  schema.integer("first_media_port", voice.first_media_port, 1'024, 65'535,
                 "The lowest UDP port of RTP; a call takes two, of which one is for RTCP.");
  schema.integer("last_media_port", voice.last_media_port, 1'024, 65'535, "The highest.");
  schema.integer("media_threads", voice.media_threads, 1, 64, "Threads that carry audio.");
  schema.section("voice", "Limits of an account's calls; accounts without rate limits have none.");
  schema.integer("calls_per_second", voice.calls_per_second, 1, 10'000,
                 "Outgoing calls that begin in a second; more wait for their turn.");
  schema.integer("concurrent_calls", voice.concurrent_calls, 1, 100'000,
                 "Calls at once; outgoing ones wait beyond it, incoming ones are busy.");
  schema.section("speech", "How Say speaks: English by itself, other languages by espeak-ng.");
  schema.text("espeak", voice.espeak, "The program espeak-ng.", "/usr/bin/espeak-ng");
  schema.text("provider_url", voice.speech_provider_url,
              "A server that speaks instead: it gets {\"text\",\"voice\",\"language\"} by POST and "
              "answers WAV or MP3. Where it fails, the voices of this machine speak.",
              "https://voices.example.com/speak");
  schema.text("provider_authorization", voice.speech_provider_authorization,
              "Its Authorization header.", "Bearer SECRET");
}

void describe_trunk(config::Schema& row, TrunkSettings& trunk) {
  row.text("name", trunk.name, "How records name it: letters, digits and hyphens.", "acme");
  row.text("host", trunk.host, "Where calls to numbers go; empty: it only sends calls.",
           "sip.example.com");
  row.integer("port", trunk.port, 1, 65535, "Its port.");
  row.word("transport", trunk.transport, {"udp", "tcp", "tls"}, "How it is reached.");
  row.text("username", trunk.username, "Our name there, if it asks (digest).", "cloudvno");
  row.text("password", trunk.password, "Our password there.", "secret");
  row.texts("allowed_ranges", trunk.allowed_ranges, "Addresses that its calls come from.",
            "192.0.2.0/28");
  row.text("caller_username", trunk.caller_username,
           "Or the name that it has here (digest, SHA-256 or MD5), from any address.", "pbx-7");
  row.text("caller_password", trunk.caller_password, "And its password.", "secret");
  row.texts("prefixes", trunk.prefixes,
            "Beginnings of the numbers that it takes; the longest that fits decides; empty: all.",
            "+44");
  row.text("price_per_minute", trunk.price_per_minute, "Price of a minute begun, in USD.", "0.012");
  row.integer("session_expires", trunk.session_expires, 0, 86'400,
              "Seconds of the session timer that we ask for (RFC 4028), at least 90; 0: none.");
}

std::string check_trunk(const TrunkSettings& trunk, const VoiceSettings& voice) {
  if (!voice.sip_enabled) return "it needs sip.enabled = true";
  if (voice.sip_public_address.empty() && voice.sip_address == "0.0.0.0") {
    return "it needs sip.public_address";
  }
  if (voice.first_media_port + 1 >= voice.last_media_port) {
    return "it needs sip.first_media_port below sip.last_media_port";
  }
  if (trunk.host.empty() && trunk.allowed_ranges.empty() && trunk.caller_username.empty()) {
    return "give host for calls out, allowed_ranges or caller_username for calls in";
  }
  for (const auto& range : trunk.allowed_ranges) {
    if (!net::AddressRange::parse(range)) {
      return fmt::format("\"{}\" is no address range, for example 192.0.2.0/28", range);
    }
  }
  if (trunk.caller_username.empty() != trunk.caller_password.empty()) {
    return "caller_username and caller_password go together";
  }
  if (!trunk.price_per_minute.empty() && !Money::parse(trunk.price_per_minute)) {
    return "price_per_minute must be a decimal such as \"0.012\"";
  }
  for (const auto& prefix : trunk.prefixes) {
    const bool fits = prefix.size() >= 2 && prefix.size() <= 16 && prefix[0] == '+' &&
                      prefix.find_first_not_of("0123456789", 1) == std::string::npos;
    if (!fits) return fmt::format("\"{}\" is no prefix such as \"+44\"", prefix);
  }
  if (trunk.session_expires != 0 && trunk.session_expires < 90) {
    return "session_expires must be 0 or at least 90 (RFC 4028 section 4)";
  }
  return {};
}

std::vector<sip::DigestAlgorithm> digest_algorithms(const VoiceSettings& voice) {
  using enum sip::DigestAlgorithm;
  if (voice.digest_algorithms == "md5") return {md5};
  if (voice.digest_algorithms == "sha-256") return {sha256};
  return {sha256, md5};
}

sip_trunk::TrunkOptions options_of(const TrunkSettings& trunk) {
  sip_trunk::TrunkOptions options;
  options.name = trunk.name;
  options.host = trunk.host;
  options.port = static_cast<std::uint16_t>(trunk.port);
  options.transport = trunk.transport == "tls"   ? sip::Transport::tls
                      : trunk.transport == "tcp" ? sip::Transport::tcp
                                                 : sip::Transport::udp;
  if (!trunk.username.empty()) options.credentials = {trunk.username, trunk.password};
  for (const auto& text : trunk.allowed_ranges) {
    if (const auto range = net::AddressRange::parse(text)) options.allowed.push_back(*range);
  }
  if (!trunk.caller_username.empty()) {
    options.caller = {trunk.caller_username, trunk.caller_password};
  }
  options.session_expires = static_cast<std::uint32_t>(trunk.session_expires);
  return options;
}

voice::Trunk route_of(const TrunkSettings& trunk, voice::Telephone& telephone) {
  voice::Trunk route;
  route.name = trunk.name;
  for (const auto& prefix : trunk.prefixes) route.prefixes.push_back(prefix.substr(1));
  route.price_per_minute = Money::parse(trunk.price_per_minute).value_or(Money());
  route.telephone = &telephone;
  return route;
}

}  // namespace cloudvno::app
