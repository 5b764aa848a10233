// Reading and writing who calls whom.
#include "connectors/sip_trunk/addresses.hpp"

#include <fmt/format.h>

#include "base/model/phone_number.hpp"
#include "protocol/sip/compose.hpp"

namespace cloudvno::sip_trunk {
namespace {

// A number as E.164 where it is one ("+1…", or its digits alone); else the whole address.
std::string address_of(const sip::Uri& uri) {
  const auto user = std::string_view(uri.user).substr(0, uri.user.find(';'));
  if (const auto number = PhoneNumber::parse(user)) return number->e164();
  if (const auto number = PhoneNumber::parse(fmt::format("+{}", user))) return number->e164();
  sip::Uri plain;
  plain.user = uri.user;
  plain.host = uri.host;
  return plain.text();
}

bool is_sip_address(std::string_view text) {
  return text.starts_with("sip:") || text.starts_with("sips:");
}

}  // namespace

std::optional<sip::InviteOptions> make_invite(const voice::LegOrder& order,
                                              const TrunkOptions& trunk,
                                              const std::string& our_host) {
  sip::InviteOptions invite;
  invite.transport = trunk.transport;
  invite.session_expires = trunk.session_expires;
  if (is_sip_address(order.to)) {
    auto uri = sip::Uri::parse(order.to);
    if (!uri) return std::nullopt;
    invite.target = std::move(*uri);
    if (!order.username.empty()) invite.credentials = {order.username, order.password};
  } else {
    if (trunk.host.empty()) return std::nullopt;
    invite.target.user = order.to;
    invite.target.host = trunk.host;
    invite.target.port = trunk.port;
    invite.target.params = "user=phone";
    invite.hop = sip::Peer{trunk.transport, trunk.host, trunk.port, 0};
    invite.credentials = trunk.credentials;
  }
  const auto from = is_sip_address(order.from) ? sip::Uri::parse(order.from) : std::nullopt;
  sip::Uri caller;
  caller.user = from ? from->user : order.from;
  caller.host = from ? from->host : our_host;
  invite.from_uri = caller.text();
  if (!from) invite.asserted_identity = fmt::format("<{}>", invite.from_uri);
  for (const auto& [name, value] : order.headers) invite.headers.push_back({name, value});
  if (trunk.names_account) {
    invite.headers.push_back({"X-CloudVNO-Account", order.account.str()});
    invite.headers.push_back({"X-CloudVNO-Call", order.call.str()});
  }
  return invite;
}

voice::IncomingCall read_invite(const sip::IncomingCall& incoming, const TrunkOptions& trunk) {
  const auto& request = incoming.request;
  voice::IncomingCall call;
  call.trunk = trunk.name;
  call.to = address_of(request.target);
  const auto asserted = sip::parse_name_addr(request.header("P-Asserted-Identity"));
  call.from = address_of(asserted ? asserted->uri : request.from.uri);
  call.caller_name =
      asserted && !asserted->display.empty() ? asserted->display : request.from.display;
  if (const auto diversion = sip::parse_name_addr(request.header("Diversion"))) {
    call.forwarded_from = address_of(diversion->uri);
  }
  call.parameters = {{"SipCallId", request.call_id}, {"SipSourceIp", incoming.source.host}};
  if (!incoming.username.empty()) call.parameters.emplace_back("SipUsername", incoming.username);
  constexpr std::size_t most_headers = 20;
  std::size_t headers = 0;
  for (const auto& header : request.headers) {
    const bool passed =
        header.name.starts_with("X-") || sip::equal_words(header.name, "User-to-User");
    if (!passed || ++headers > most_headers) continue;
    call.parameters.emplace_back(fmt::format("SipHeader_{}", header.name), header.value);
  }
  return call;
}

}  // namespace cloudvno::sip_trunk
