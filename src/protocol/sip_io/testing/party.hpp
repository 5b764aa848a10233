// One side of a call on real sockets of this machine, in a test.
#pragma once

#include <boost/asio/io_context.hpp>
#include <memory>
#include <string>
#include <vector>

#include "platform/net/testing/temporary_certificate.hpp"
#include "protocol/sip_io/endpoint.hpp"

namespace cloudvno::sip::testing {

// Listens at 127.0.0.1 by all three transports, rings and answers what comes, and notes what its
// calls tell.
class Party final : public CallEvents {
 public:
  Party(boost::asio::io_context& context, const net::testing::TemporaryCertificate& certificate,
        EndpointOptions options = {});

  // Calls the other by one transport, under the host name given.
  void call_to(const Party& other, Transport transport, std::string host = "127.0.0.1",
               std::vector<Header> headers = {});
  // Returns when a line begins so; false after ten seconds.
  net::Task<bool> saw(std::string line);

  void on_provisional(const SipMessage& response) override;
  void on_answered(const SipMessage& response) override;
  void on_acknowledged(std::string_view sdp) override;
  std::string on_offer(std::string_view sdp) override;
  void on_reinvited(int status, std::string_view sdp) override;
  void on_digit(char digit, int duration_ms) override;
  void on_ended(const CallEnd& end) override;

  SystemClock clock;
  net::CaresResolver resolver;
  std::vector<std::string> lines;
  bool answers = true;
  std::shared_ptr<Call> call;
  Endpoint endpoint;

 private:
  void note(std::string line);
  static EndpointOptions complete(EndpointOptions options,
                                  const net::testing::TemporaryCertificate& certificate);

  net::Event changed_;
};

}  // namespace cloudvno::sip::testing
