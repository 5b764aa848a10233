// Calls between endpoints of one machine.
#include "protocol/sip_io/testing/party.hpp"

#include <fmt/format.h>

#include <stdexcept>

namespace cloudvno::sip::testing {

EndpointOptions Party::complete(EndpointOptions options,
                                const net::testing::TemporaryCertificate& certificate) {
  ListenAt here{"127.0.0.1", 0};
  options.udp = options.tcp = here;
  if (!options.tls) options.tls = here;
  options.tls_server = net::TlsServer::load(certificate.paths()).value();
  options.tls_client = net::TlsClient::make(certificate.paths().certificate).value();
  return options;
}

Party::Party(boost::asio::io_context& context,
             const net::testing::TemporaryCertificate& certificate, EndpointOptions options)
    : resolver(context.get_executor()),
      endpoint(context.get_executor(), clock, resolver, complete(std::move(options), certificate),
               {.on_invite =
                    [this](IncomingCall& incoming) {
                      call = incoming.call;
                      call->attach(*this);
                      note(fmt::format("invite {}", via_word(incoming.source.transport)));
                      call->ring();
                      if (answers) call->answer("v=answer");
                    },
                .realm_for = {},
                .find_user = {}}),
      changed_(context.get_executor()) {
  auto started = endpoint.start();
  if (!started) throw std::runtime_error(started.error().detail);
}

void Party::call_to(const Party& other, Transport transport, std::string host,
                    std::vector<Header> headers) {
  InviteOptions options;
  options.target = *Uri::parse("sip:+15550100@" + host);
  options.target.port = other.endpoint.port(transport);
  options.transport = transport;
  options.from_uri = "sip:+15550199@127.0.0.1";
  options.headers = std::move(headers);
  options.sdp = "v=offer";
  call = endpoint.agent().invite(std::move(options), *this);
}

net::Task<bool> Party::saw(std::string line) {
  while (true) {
    for (const std::string& noted : lines)
      if (noted.starts_with(line)) co_return true;
    if (!co_await changed_.wait_for(std::chrono::seconds(10))) co_return false;
  }
}

void Party::note(std::string line) {
  lines.push_back(std::move(line));
  changed_.set();
}

void Party::on_provisional(const SipMessage& response) {
  note(fmt::format("provisional {}", response.status));
}
void Party::on_answered(const SipMessage& response) {
  note("answered " + std::string(response.sdp()));
}
void Party::on_acknowledged(std::string_view) {
  note("acknowledged");
}
std::string Party::on_offer(std::string_view sdp) {
  note("offer " + std::string(sdp));
  return "v=held";
}
void Party::on_reinvited(int status, std::string_view sdp) {
  note(fmt::format("reinvited {} {}", status, sdp));
}
void Party::on_digit(char digit, int) {
  note(fmt::format("digit {}", digit));
}
void Party::on_ended(const CallEnd& end) {
  note(fmt::format("ended {}", end.code));
}

}  // namespace cloudvno::sip::testing
