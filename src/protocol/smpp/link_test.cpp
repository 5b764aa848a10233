// Client and server on a real connection: load, late answers, lost links, TLS, limits.
#include <gmock/gmock.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <deque>

#include "platform/net/testing/run.hpp"
#include "platform/net/testing/temporary_certificate.hpp"
#include "platform/net/tls.hpp"
#include "protocol/smpp/client.hpp"
#include "protocol/smpp/server.hpp"

namespace cloudvno::smpp {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using enum CommandStatus;

SubmitSm submit(std::string_view text) {
  SubmitSm request;
  request.source = {1, 1, "15550100"};
  request.destination = {1, 1, "447700900123"};
  request.registered_delivery = 1;
  request.short_message = to_bytes(text);
  return request;
}

// A server that lets "us" with password "pw" in, and a client for it, on one context.
class SmppLink : public ::testing::Test {
 protected:
  void TearDown() override {
    if (client) net::testing::run(context, client->stop());
    if (server) net::testing::run(context, server->stop());
  }

  void start_server(ServerOptions options = {}) {
    if (options.port == ServerOptions().port) options.port = 0;
    ServerHandlers handlers;
    handlers.authenticate = [this](const Bind& bind, const std::string& peer, BindAnswer answer) {
      EXPECT_EQ(peer, "127.0.0.1");
      ++binds_asked;
      bool right = bind.system_id == "us" && bind.password == "pw";
      // Later, as where the password is checked elsewhere.
      asio::post(context, [right, answer = std::move(answer)]() mutable {
        answer(right ? ESME_ROK : ESME_RINVPASWD);
      });
    };
    handlers.on_session = [this](std::shared_ptr<Session> session, const Bind&) {
      smsc = session;
      SessionHandlers of_session;
      of_session.on_request = [this](Pdu&& pdu) { on_submit(std::move(pdu)); };
      of_session.on_closed = [this](CloseReason reason) {
        smsc_closed.push_back(reason);
        smsc.reset();
      };
      session->set_handlers(std::move(of_session));
    };
    server = std::make_unique<Server>(context.get_executor(), clock, options, std::move(handlers));
    ASSERT_TRUE(server->start().has_value());
  }

  ClientOptions client_options() {
    ClientOptions options;
    options.name = "test";
    options.target = {"127.0.0.1", server->local_port(), nullptr};
    options.bind = {.system_id = "us", .password = "pw"};
    options.least_wait = 1ms;
    options.most_wait = 5ms;
    return options;
  }

  void start_client(ClientOptions options) {
    ClientHandlers handlers;
    handlers.on_up = [this](Session& session) {
      ++ups;
      if (on_up) on_up(session);
    };
    handlers.on_down = [this](CloseReason reason) { downs.push_back(reason); };
    handlers.on_writable = [this] {
      if (on_writable) on_writable();
    };
    handlers.on_request = [this](Session& session, Pdu&& pdu) {
      delivered.push_back(as_text(std::get<DeliverSm>(pdu.body).short_message).data());
      session.respond(pdu.sequence, ESME_ROK, DeliverSmResp{});
    };
    client = std::make_unique<Client>(context.get_executor(), clock, resolver, options,
                                      std::move(handlers));
    client->start();
  }

  // Runs handlers until it holds; each wait for the next one is bounded.
  template <class Condition>
  void run_until(Condition holds) {
    context.restart();
    while (!holds()) ASSERT_NE(context.run_one_for(10s), 0u) << "nothing more happens";
  }

  asio::io_context context{1};
  SystemClock clock;
  net::CaresResolver resolver{context.get_executor()};
  std::unique_ptr<Server> server;
  std::unique_ptr<Client> client;
  std::shared_ptr<Session> smsc;  // as the server's side holds it
  std::function<void(Pdu&&)> on_submit = [this](Pdu&& pdu) {
    smsc->respond(pdu.sequence, ESME_ROK, SubmitSmResp{});
  };
  std::function<void(Session&)> on_up;
  std::function<void()> on_writable;
  int binds_asked = 0;
  int ups = 0;
  std::vector<CloseReason> downs;
  std::vector<CloseReason> smsc_closed;
  std::vector<std::string> delivered;
};

TEST_F(SmppLink, CarriesThousandsOfSubmitsThatAreAnsweredLateAndOutOfOrder) {
  constexpr std::size_t total = 5000, window = 100;
  ServerOptions options;
  options.session.incoming_window = window;
  start_server(options);
  std::deque<std::pair<std::uint32_t, std::string>> waiting;
  auto answer_some = [&] {
    // Seven at a time, from both ends, once some have gathered.
    for (int i = 0; i < 7 && !waiting.empty(); ++i) {
      auto one = i % 2 == 0 ? waiting.back() : waiting.front();
      i % 2 == 0 ? waiting.pop_back() : waiting.pop_front();
      smsc->respond(one.first, ESME_ROK, SubmitSmResp{"id-" + one.second, {}});
    }
  };
  on_submit = [&](Pdu&& pdu) {
    waiting.emplace_back(pdu.sequence,
                         std::string(as_text(std::get<SubmitSm>(pdu.body).short_message)));
    asio::post(context, answer_some);
  };

  std::size_t sent = 0, answered = 0, wrong = 0;
  std::vector<int> answers(total);
  auto send_more = [&] {
    while (sent < total && client->session()->can_send()) {
      std::string text = std::to_string(sent);
      client->session()->send(submit(text), [&, text, index = sent](Outcome&& outcome) {
        ++answered;
        ++answers[index];
        const auto* resp = std::get_if<SubmitSmResp>(&outcome.response.body);
        if (!outcome.accepted() || resp == nullptr || resp->message_id != "id-" + text) ++wrong;
      });
      ++sent;
    }
  };
  on_up = [&](Session&) { send_more(); };
  on_writable = send_more;
  ClientOptions of_client = client_options();
  of_client.session.window = window;
  start_client(of_client);
  run_until([&] { return answered == total; });
  EXPECT_EQ(wrong, 0u);
  EXPECT_THAT(answers, ::testing::Each(1));
}

TEST_F(SmppLink, CarriesMessagesToTheEsme) {
  start_server();
  start_client(client_options());
  run_until([&] { return smsc != nullptr && client->is_up(); });
  int accepted = 0;
  for (std::string text : {"a", "b"}) {
    DeliverSm deliver;
    deliver.short_message = to_bytes(text);
    deliver.short_message.push_back(0);
    smsc->send(deliver, [&](Outcome&& outcome) { accepted += outcome.accepted(); });
  }
  run_until([&] { return accepted == 2; });
  EXPECT_THAT(delivered, ::testing::ElementsAre("a", "b"));
}

TEST_F(SmppLink, BindsAgainAfterALostLinkAndSettlesWhatWasUnderWay) {
  start_server();
  on_submit = [&](Pdu&&) { smsc->abort(); };
  start_client(client_options());
  for (int round = 1; round <= 3; ++round) {
    run_until([&] { return client->is_up() && smsc != nullptr; });
    EXPECT_EQ(ups, round);
    std::vector<Outcome::Kind> kinds;
    for (int i = 0; i < 3; ++i)
      client->session()->send(submit("x"),
                              [&](Outcome&& outcome) { kinds.push_back(outcome.kind); });
    run_until([&] { return downs.size() == static_cast<std::size_t>(round); });
    EXPECT_THAT(kinds, ::testing::ElementsAre(Outcome::Kind::unanswered, Outcome::Kind::unanswered,
                                              Outcome::Kind::unanswered));
    EXPECT_EQ(client->session(), nullptr);
  }
  EXPECT_THAT(downs, ::testing::Each(CloseReason::connection_lost));
}

TEST_F(SmppLink, KeepsTryingWhereNobodyListensAndWhereTheBindIsRefused) {
  start_server();
  std::uint16_t port = server->local_port();
  ClientOptions options = client_options();
  net::testing::run(context, server->stop());
  server.reset();
  options.bind.password = "wrong";
  start_client(options);
  run_until([&] { return client->problem().starts_with("connect: "); });
  start_server({.port = port});
  run_until([&] { return binds_asked >= 3; });
  EXPECT_EQ(client->problem(), "bind_refused: ESME_RINVPASWD");
  EXPECT_EQ(ups, 0);
  EXPECT_TRUE(downs.empty());
}

TEST_F(SmppLink, StopsInOrderWithAnswersOutstanding) {
  start_server();
  std::vector<std::uint32_t> sequences;
  on_submit = [&](Pdu&& pdu) { sequences.push_back(pdu.sequence); };
  start_client(client_options());
  run_until([&] { return client->is_up(); });
  bool accepted = false;
  client->session()->send(submit("x"), [&](Outcome&& outcome) { accepted = outcome.accepted(); });
  run_until([&] { return !sequences.empty(); });
  asio::post(context, [&] { smsc->respond(sequences[0], ESME_ROK, SubmitSmResp{"1", {}}); });
  net::testing::run(context, client->stop());
  EXPECT_TRUE(accepted);
  EXPECT_THAT(downs, ::testing::ElementsAre(CloseReason::closed));
  run_until([&] { return !smsc_closed.empty(); });
  EXPECT_THAT(smsc_closed, ::testing::ElementsAre(CloseReason::unbound_by_peer));
  EXPECT_EQ(server->connections(), 0u);
}

TEST_F(SmppLink, StopsWhileItConnectsWaitsOrHasNotBegun) {
  start_server();
  start_client(client_options());
  net::testing::run(context, client->stop());
  EXPECT_EQ(ups, 0);
  ClientOptions options = client_options();
  options.least_wait = options.most_wait = 1h;
  options.bind.password = "wrong";
  start_client(options);
  run_until([&] { return client->problem().starts_with("bind_refused"); });
  net::testing::run(context, client->stop());
}

TEST_F(SmppLink, TellsTheClientThatTheServerStops) {
  start_server();
  start_client(client_options());
  run_until([&] { return client->is_up() && smsc != nullptr; });
  net::testing::run(context, server->stop());
  run_until([&] { return !downs.empty(); });
  EXPECT_THAT(downs, ::testing::ElementsAre(CloseReason::unbound_by_peer));
  EXPECT_THAT(smsc_closed, ::testing::ElementsAre(CloseReason::closed));
}

TEST_F(SmppLink, RefusesConnectionsOverItsLimit) {
  start_server({.max_connections_per_address = 1});
  asio::ip::tcp::endpoint address(asio::ip::address_v4::loopback(), server->local_port());
  asio::ip::tcp::socket first(context), second(context);
  first.connect(address);
  run_until([&] { return server->connections() == 1; });
  second.connect(address);
  bool ended = false;
  char byte = 0;
  asio::async_read(second, asio::buffer(&byte, 1),
                   [&](boost::system::error_code fault, std::size_t) { ended = fault.failed(); });
  run_until([&] { return ended; });
  EXPECT_EQ(server->connections(), 1u);
}

TEST_F(SmppLink, AnswersGarbageOnceAndCloses) {
  start_server();
  asio::ip::tcp::socket socket(context);
  socket.connect({asio::ip::address_v4::loopback(), server->local_port()});
  asio::write(socket, asio::buffer("GET / HTTP/1.1\r\n\r\n"));
  Bytes answer(100);
  std::size_t size = 0;
  bool ended = false;
  asio::async_read(socket, asio::buffer(answer), [&](boost::system::error_code, std::size_t bytes) {
    size = bytes;
    ended = true;
  });
  run_until([&] { return ended; });
  answer.resize(size);
  DecodeResult nack = decode(answer);
  EXPECT_EQ(command_id(nack.pdu), CommandId::generic_nack);
  EXPECT_EQ(nack.pdu.status, ESME_RINVCMDLEN);
  EXPECT_EQ(nack.used, size);
}

TEST_F(SmppLink, ClosesAConnectionThatNeverBinds) {
  start_server({.unbound_timeout = 20ms});
  asio::ip::tcp::socket silent(context);
  silent.connect({asio::ip::address_v4::loopback(), server->local_port()});
  run_until([&] { return server->connections() == 1; });
  run_until([&] { return server->connections() == 0; });
}

TEST_F(SmppLink, EndsASessionWhoseHandlerThrows) {
  start_server();
  on_submit = [](Pdu&&) { throw std::runtime_error("a fault of the owner's"); };
  start_client(client_options());
  run_until([&] { return client->is_up() && smsc != nullptr; });
  client->session()->send(submit("x"), [](Outcome&&) {});
  EXPECT_THROW(run_until([&] { return false; }), std::runtime_error);
  EXPECT_THAT(smsc_closed, ::testing::ElementsAre(CloseReason::aborted));
  run_until([&] { return !downs.empty(); });
}

TEST_F(SmppLink, SaysWhereItCannotListen) {
  start_server();
  ServerHandlers handlers;
  handlers.authenticate = [](const Bind&, const std::string&, BindAnswer) {};
  handlers.on_session = [](std::shared_ptr<Session>, const Bind&) {};
  Server taken(context.get_executor(), clock, {.port = server->local_port()}, std::move(handlers));
  auto started = taken.start();
  ASSERT_FALSE(started.has_value());
  EXPECT_THAT(started.error().detail, ::testing::HasSubstr("in use"));
}

TEST_F(SmppLink, SpeaksTls) {
  net::testing::TemporaryCertificate certificate;
  auto server_tls = net::TlsServer::load(certificate.paths()).value();
  auto client_tls = net::TlsClient::make(certificate.paths().certificate).value();
  start_server({.tls = &server_tls->context()});
  ClientOptions options = client_options();
  options.target.host = "localhost";
  options.target.tls = &client_tls->context();
  start_client(options);
  run_until([&] { return client->is_up(); });
  int accepted = 0;
  std::string long_text(200, 'x');
  for (int i = 0; i < 10; ++i)
    client->session()->send(submit(long_text),
                            [&](Outcome&& outcome) { accepted += outcome.accepted(); });
  run_until([&] { return accepted == 10; });
}

TEST_F(SmppLink, TrustsNoCertificateOfAnUnknownAuthority) {
  net::testing::TemporaryCertificate certificate;
  auto server_tls = net::TlsServer::load(certificate.paths()).value();
  auto client_tls = net::TlsClient::make().value();  // does not know the authority
  start_server({.tls = &server_tls->context()});
  ClientOptions options = client_options();
  options.target.tls = &client_tls->context();
  start_client(options);
  run_until([&] { return client->problem().starts_with("tls: "); });
  EXPECT_EQ(ups, 0);
}

TEST_F(SmppLink, ClosesATlsConnectionThatNeverShakesHands) {
  net::testing::TemporaryCertificate certificate;
  auto server_tls = net::TlsServer::load(certificate.paths()).value();
  start_server({.tls = &server_tls->context(), .unbound_timeout = 20ms});
  asio::ip::tcp::socket silent(context);
  silent.connect({asio::ip::address_v4::loopback(), server->local_port()});
  run_until([&] { return server->connections() == 1; });
  run_until([&] { return server->connections() == 0; });
}

}  // namespace
}  // namespace cloudvno::smpp
