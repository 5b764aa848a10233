// Route sets and targets.
#include "protocol/sip/dialog.hpp"

#include <algorithm>

namespace cloudvno::sip {
namespace {

std::vector<std::string> record_routes(const SipMessage& message) {
  std::vector<std::string> routes;
  for (std::string_view route : message.all("Record-Route")) routes.emplace_back(route);
  return routes;
}

}  // namespace

Dialog Dialog::of_caller(const SipMessage& response, std::uint32_t cseq, const Peer& sent_to) {
  Dialog dialog;
  dialog.call_id = response.call_id;
  dialog.local = response.header("From");
  dialog.local_tag = response.from.tag;
  dialog.remote = response.header("To");
  dialog.remote_tag = response.to.tag;
  dialog.local_cseq = cseq;
  dialog.routes = record_routes(response);
  std::ranges::reverse(dialog.routes);
  dialog.remote_target = response.to.uri;
  dialog.refresh_target(response);
  dialog.reached = sent_to;
  return dialog;
}

Dialog Dialog::of_callee(const SipMessage& request, std::string_view local_tag,
                         const Peer& source) {
  Dialog dialog;
  dialog.call_id = request.call_id;
  dialog.local = std::string(request.header("To")) + ";tag=" + std::string(local_tag);
  dialog.local_tag = local_tag;
  dialog.remote = request.header("From");
  dialog.remote_tag = request.from.tag;
  dialog.remote_cseq = request.cseq.number;
  dialog.routes = record_routes(request);
  dialog.remote_target = request.from.uri;
  dialog.refresh_target(request);
  dialog.reached = source;
  return dialog;
}

void Dialog::refresh_target(const SipMessage& message) {
  if (message.contact) remote_target = message.contact->uri;
}

Peer peer_of(const Uri& uri, Transport usual) {
  Peer peer;
  peer.host = uri.host;
  peer.transport = usual;
  auto transport = uri.param("transport");
  if (uri.scheme == "sips" || (transport && equal_words(*transport, "tls")))
    peer.transport = Transport::tls;
  else if (transport && equal_words(*transport, "tcp"))
    peer.transport = Transport::tcp;
  else if (transport && equal_words(*transport, "udp"))
    peer.transport = Transport::udp;
  peer.port = uri.port != 0 ? uri.port : peer.transport == Transport::tls ? 5061 : 5060;
  return peer;
}

Peer Dialog::next_hop() const {
  Uri uri = remote_target;
  if (!routes.empty())
    if (auto route = parse_name_addr(routes.front())) uri = route->uri;
  Peer peer = uri.host.empty() ? reached : peer_of(uri, reached.transport);
  // The stream that is open leads to the same hop, and through NATs that a new one could not pass.
  if (peer.transport == reached.transport) peer.connection = reached.connection;
  return peer;
}

Dialog::Head Dialog::head() const {
  Head head{remote_target.text(), routes};
  if (routes.empty()) return head;
  auto first = parse_name_addr(routes.front());
  if (first && !first->uri.param("lr")) {
    head.routes.erase(head.routes.begin());
    head.routes.push_back("<" + head.target + ">");
    head.target = first->uri.text();
  }
  return head;
}

}  // namespace cloudvno::sip
