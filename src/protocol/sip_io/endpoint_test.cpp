// Whole calls between two endpoints, by each transport.
#include <gmock/gmock.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "platform/net/testing/run.hpp"
#include "protocol/sip_io/testing/party.hpp"

namespace cloudvno::sip {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using testing::Party;

class SipEndpoint : public ::testing::Test {
 protected:
  template <class Body>
  void run(Body body) {
    net::testing::run(context, body());
  }
  net::Task<> stop(Party& one, Party& other) {
    co_await one.endpoint.stop(5s);
    co_await other.endpoint.stop(5s);
  }

  boost::asio::io_context context{1};
  net::testing::TemporaryCertificate certificate;
};

class SipEndpointBy : public SipEndpoint, public ::testing::WithParamInterface<Transport> {};

INSTANTIATE_TEST_SUITE_P(EachTransport, SipEndpointBy,
                         ::testing::Values(Transport::udp, Transport::tcp, Transport::tls));

TEST_P(SipEndpointBy, CallsHoldsSendsDigitsAndHangsUp) {
  Party caller(context, certificate), callee(context, certificate);
  run([&]() -> net::Task<> {
    caller.call_to(callee, GetParam());
    EXPECT_TRUE(co_await caller.saw("provisional 180"));
    EXPECT_TRUE(co_await caller.saw("answered v=answer"));
    EXPECT_TRUE(co_await callee.saw("acknowledged"));
    EXPECT_TRUE(caller.call->reinvite("v=hold"));
    EXPECT_TRUE(co_await callee.saw("offer v=hold"));
    EXPECT_TRUE(co_await caller.saw("reinvited 200 v=held"));
    EXPECT_TRUE(callee.call->send_digit('7'));
    EXPECT_TRUE(co_await caller.saw("digit 7"));
    callee.call->hang_up();
    EXPECT_TRUE(co_await caller.saw("ended 0"));
    EXPECT_TRUE(co_await callee.saw("ended 0"));
    // Over a stream both directions share it.
    EXPECT_EQ(callee.endpoint.connections(), GetParam() == Transport::udp ? 0u : 1u);
    co_await stop(caller, callee);
  });
}

TEST_P(SipEndpointBy, CancelsACallThatRings) {
  Party caller(context, certificate), callee(context, certificate);
  callee.answers = false;
  run([&]() -> net::Task<> {
    caller.call_to(callee, GetParam());
    EXPECT_TRUE(co_await caller.saw("provisional 180"));
    caller.call->cancel();
    EXPECT_TRUE(co_await caller.saw("ended 487"));
    EXPECT_TRUE(co_await callee.saw("ended 487"));
    co_await stop(caller, callee);
  });
}

TEST_P(SipEndpointBy, FindsAHostByItsName) {
  Party caller(context, certificate), callee(context, certificate);
  run([&]() -> net::Task<> {
    caller.call_to(callee, GetParam(), "localhost");
    EXPECT_TRUE(co_await caller.saw("answered"));
    co_await stop(caller, callee);
    EXPECT_THAT(callee.lines, Contains("ended 0"));
  });
}

TEST_P(SipEndpointBy, PingsByOptions) {
  Party caller(context, certificate), callee(context, certificate);
  run([&]() -> net::Task<> {
    net::Event done(context.get_executor());
    int status = 0;
    Uri target = *Uri::parse("sip:127.0.0.1");
    target.port = callee.endpoint.port(GetParam());
    caller.endpoint.agent().ping({.target = target, .hop = {}, .transport = GetParam()},
                                 [&](int code) {
                                   status = code;
                                   done.set();
                                 });
    EXPECT_TRUE(co_await done.wait_for(10s));
    EXPECT_EQ(status, 200);
    co_await stop(caller, callee);
  });
}

TEST_F(SipEndpoint, TellsAtOnceWhereThereIsNoWay) {
  Party caller(context, certificate), callee(context, certificate);
  run([&]() -> net::Task<> {
    for (Transport transport : {Transport::tcp, Transport::tls}) {
      caller.lines.clear();
      caller.call_to(callee, transport, "127.0.0.7");  // where nobody listens
      EXPECT_TRUE(co_await caller.saw("ended 503"));
    }
    caller.lines.clear();
    caller.call_to(callee, Transport::udp, "no-such-host.invalid");
    EXPECT_TRUE(co_await caller.saw("ended 503"));
    co_await stop(caller, callee);
  });
}

TEST_F(SipEndpoint, RefusesACertificateOfAnotherName) {
  EndpointOptions everywhere;
  everywhere.tls = ListenAt{"0.0.0.0", 0};
  Party caller(context, certificate), callee(context, certificate, everywhere);
  run([&]() -> net::Task<> {
    Uri target = *Uri::parse("sip:127.0.0.1");
    InviteOptions options;
    options.target = target;
    options.from_uri = "sip:a@127.0.0.1";
    // An address that leads there, but is not in the certificate.
    options.hop = Peer{Transport::tls, "127.0.0.2", callee.endpoint.port(Transport::tls), 0};
    caller.call = caller.endpoint.agent().invite(std::move(options), caller);
    EXPECT_TRUE(co_await caller.saw("ended 503"));
    EXPECT_TRUE(callee.lines.empty());
    co_await stop(caller, callee);
  });
}

TEST_F(SipEndpoint, LooksAtNothingOfASourceThatIsNotAdmitted) {
  EndpointOptions options;
  int asked = 0;
  net::Event was_asked(context.get_executor());
  options.admits = [&](const boost::asio::ip::address&) {
    ++asked;
    was_asked.set();
    return false;
  };
  Party caller(context, certificate), callee(context, certificate, options);
  run([&]() -> net::Task<> {
    for (Transport transport : {Transport::udp, Transport::tcp}) caller.call_to(callee, transport);
    // The stream is closed before the call's bytes are read; datagrams are passed over.
    while (asked < 2 && co_await was_asked.wait_for(10s)) continue;
    EXPECT_GE(asked, 2);
    EXPECT_TRUE(callee.lines.empty());
    EXPECT_EQ(callee.endpoint.connections(), 0u);
    co_await callee.endpoint.stop(1s);
    co_await caller.endpoint.stop(0s);
  });
}

TEST_F(SipEndpoint, ClosesAStreamThatIsNotSip) {
  Party callee(context, certificate);
  run([&]() -> net::Task<> {
    boost::asio::ip::tcp::socket socket(context);
    auto tuple = boost::asio::as_tuple(boost::asio::use_awaitable);
    co_await socket.async_connect(
        {boost::asio::ip::make_address("127.0.0.1"), callee.endpoint.port(Transport::tcp)}, tuple);
    std::string junk(20'000, 'x');
    co_await boost::asio::async_write(socket, boost::asio::buffer(junk), tuple);
    char byte;
    auto [fault, read] = co_await socket.async_read_some(boost::asio::buffer(&byte, 1), tuple);
    EXPECT_TRUE(fault);
    co_await callee.endpoint.stop(1s);
  });
}

TEST_F(SipEndpoint, AnswersAPingOnAStream) {
  Party callee(context, certificate);
  run([&]() -> net::Task<> {
    boost::asio::ip::tcp::socket socket(context);
    auto tuple = boost::asio::as_tuple(boost::asio::use_awaitable);
    co_await socket.async_connect(
        {boost::asio::ip::make_address("127.0.0.1"), callee.endpoint.port(Transport::tcp)}, tuple);
    co_await boost::asio::async_write(socket, boost::asio::buffer("\r\n\r\n", 4), tuple);
    char bytes[2] = {};
    auto [fault, read] = co_await socket.async_read_some(boost::asio::buffer(bytes), tuple);
    EXPECT_FALSE(fault);
    EXPECT_EQ(std::string_view(bytes, read), "\r\n");
    co_await callee.endpoint.stop(1s);
  });
}

}  // namespace
}  // namespace cloudvno::sip
