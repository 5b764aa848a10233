// Several binds of one carrier, and what a carrier may want besides: pace, whole texts, ids of
// another form, TLS.
#include <gmock/gmock.h>

#include <boost/asio/io_context.hpp>

#include "connectors/smpp_carrier/smpp_carrier.hpp"
#include "domain/messaging/testing/recording_listener.hpp"
#include "platform/net/testing/run.hpp"
#include "platform/net/testing/temporary_certificate.hpp"
#include "protocol/smpp/server.hpp"

namespace cloudvno::smpp_carrier {
namespace {

using namespace std::chrono_literals;
using messaging::Intake;
using messaging::SubmitOutcome;
using messaging::SubmitResult;
using smpp::BindMode;
using smpp::CommandStatus;

// One bind as the SMSC sees it.
struct Bound {
  std::shared_ptr<smpp::Session> session;
  BindMode mode;
  std::vector<smpp::Pdu> requests;

  void answer(CommandStatus status, std::string id = {}) {
    const auto sequence = requests.front().sequence;
    requests.erase(requests.begin());
    session->respond(sequence, status, smpp::SubmitSmResp{std::move(id), {}});
  }
};

// Deadlines pass as in the world; tokens come when the test says so.
class PacedByHand final : public Clock {
 public:
  Time now() const override { return SystemClock().now(); }
  Micros elapsed() const override { return elapsed_; }
  void advance(Micros by) { elapsed_ += by; }

 private:
  Micros elapsed_ = Micros::zero();
};

class SmppBinds : public ::testing::Test {
 protected:
  ~SmppBinds() override {
    if (carrier_) net::testing::run(context_, carrier_->stop());
    if (server_) net::testing::run(context_, server_->stop());
  }

  Options options() {
    Options options;
    options.name = "acme";
    options.host = "127.0.0.1";
    options.system_id = "us";
    options.password = "secret";
    options.window = 3;
    options.least_wait = 1ms;
    options.most_wait = 5ms;
    options.session.close_timeout = 50ms;
    return options;
  }
  void start(Options options, smpp::ServerOptions of_server = {}) {
    of_server.port = 0;
    smpp::ServerHandlers handlers;
    handlers.authenticate = [this](const smpp::Bind&, const std::string&, smpp::BindAnswer answer) {
      answer(allow_ ? CommandStatus::ESME_ROK : CommandStatus::ESME_RBINDFAIL);
    };
    handlers.on_session = [this](std::shared_ptr<smpp::Session> session, const smpp::Bind& bind) {
      auto bound = std::make_shared<Bound>(session, bind.mode);
      smpp::SessionHandlers of_session;
      of_session.on_request = [bound](smpp::Pdu&& pdu) { bound->requests.push_back(pdu); };
      of_session.on_closed = [this, bound](smpp::CloseReason) { std::erase(binds_, bound); };
      session->set_handlers(std::move(of_session));
      binds_.push_back(bound);
      ++binds_made_;
    };
    server_ = std::make_unique<smpp::Server>(context_.get_executor(), clock_, of_server,
                                             std::move(handlers));
    ASSERT_TRUE(server_->start().has_value());
    options.port = server_->local_port();
    carrier_ = std::make_unique<SmppCarrier>(context_.get_executor(), clock_, resolver_,
                                             std::move(options), listener_);
    carrier_->start();
  }
  void until(const std::function<bool()>& condition) {
    context_.restart();
    while (!condition()) ASSERT_NE(context_.run_one_for(10s), 0u) << "nothing more happens";
  }
  static messaging::Submission submission() {
    messaging::Submission made;
    made.message = MessageSid::make(from_micros(7));
    made.from = *PhoneNumber::parse("+14155550142");
    made.to = *PhoneNumber::parse("+12015550100");
    made.part.user_data = to_bytes("hello");
    made.validity = 1h;
    return made;
  }
  void submit(messaging::Submission made = submission()) {
    carrier_->submit(std::move(made),
                     [this](SubmitOutcome outcome) { outcomes_.push_back(outcome); });
  }
  std::size_t at_peer() const {
    std::size_t all = 0;
    for (const auto& bound : binds_) all += bound->requests.size();
    return all;
  }
  std::size_t count(SubmitResult result) const {
    return static_cast<std::size_t>(std::ranges::count(outcomes_, result, &SubmitOutcome::result));
  }
  smpp::DeliverSm receipt(std::string_view text) {
    smpp::DeliverSm pdu;
    pdu.esm_class = smpp::esm_class::delivery_receipt;
    pdu.short_message = to_bytes(text);
    return pdu;
  }
  void deliver(Bound& bound, const smpp::Body& body) {
    status_.reset();
    bound.session->send(body,
                        [this](smpp::Outcome&& outcome) { status_ = outcome.response.status; });
    until([&] { return status_.has_value(); });
  }

  boost::asio::io_context context_{1};
  PacedByHand clock_;
  net::CaresResolver resolver_{context_.get_executor()};
  messaging::testing::RecordingListener listener_;
  std::unique_ptr<smpp::Server> server_;
  std::unique_ptr<SmppCarrier> carrier_;
  std::vector<std::shared_ptr<Bound>> binds_;
  std::vector<SubmitOutcome> outcomes_;
  std::optional<CommandStatus> status_;
  int binds_made_ = 0;
  bool allow_ = true;
};

TEST_F(SmppBinds, ShareTheWorkAndTheWindow) {
  auto three = options();
  three.binds = 3;
  start(three);
  until([&] { return binds_.size() == 3 && carrier_->window() == 9; });
  for (int i = 0; i < 9; ++i) submit();
  until([&] { return at_peer() == 9; });
  for (const auto& bound : binds_) {
    EXPECT_EQ(bound->mode, BindMode::transceiver);
    EXPECT_EQ(bound->requests.size(), 3u);
  }
  submit();
  until([&] { return outcomes_.size() == 1; });
  EXPECT_EQ(outcomes_[0].result, SubmitResult::not_sent);
}

TEST_F(SmppBinds, GiveASubmissionToTheOneWithMostRoom) {
  auto two = options();
  two.binds = 2;
  start(two);
  until([&] { return binds_.size() == 2 && carrier_->window() == 6; });
  for (int i = 0; i < 4; ++i) submit();
  until([&] { return at_peer() == 4; });
  binds_[1]->answer(CommandStatus::ESME_ROK, "1");
  binds_[1]->answer(CommandStatus::ESME_ROK, "2");
  until([&] { return outcomes_.size() == 2; });
  submit();
  submit();
  until([&] { return at_peer() == 4; });
  EXPECT_EQ(binds_[0]->requests.size(), 2u);
  EXPECT_EQ(binds_[1]->requests.size(), 2u);
}

TEST_F(SmppBinds, LeaveTheOthersUpWhenOneIsLost) {
  auto two = options();
  two.binds = 2;
  start(two);
  until([&] { return binds_.size() == 2 && carrier_->window() == 6; });
  for (int i = 0; i < 4; ++i) submit();
  until([&] { return at_peer() == 4; });
  allow_ = false;
  binds_[0]->session->abort();
  until([&] { return carrier_->window() == 3; });
  until([&] { return outcomes_.size() == 2; });
  EXPECT_EQ(count(SubmitResult::unknown), 2u);
  EXPECT_TRUE(carrier_->is_up());
  EXPECT_FALSE(carrier_->problem().empty());
  binds_[0]->answer(CommandStatus::ESME_ROK, "1");
  until([&] { return count(SubmitResult::accepted) == 1; });
  const auto opened = listener_.window_opened;
  allow_ = true;
  until([&] { return carrier_->window() == 6; });
  EXPECT_EQ(listener_.window_opened, opened + 1);
  EXPECT_TRUE(carrier_->problem().empty());
}

TEST_F(SmppBinds, SendOnTheTransmitterAndReceiveOnTheReceiver) {
  auto pair = options();
  pair.style = BindStyle::transmitter_receiver;
  start(pair);
  until([&] { return binds_.size() == 2 && carrier_->window() == 3; });
  const auto of = [&](BindMode mode) -> Bound& {
    return **std::ranges::find_if(binds_, [&](const auto& bound) { return bound->mode == mode; });
  };
  for (int i = 0; i < 3; ++i) submit();
  until([&] { return of(BindMode::transmitter).requests.size() == 3; });
  of(BindMode::transmitter).answer(CommandStatus::ESME_ROK, "77");
  deliver(of(BindMode::receiver), receipt("id:77 stat:DELIVRD"));
  EXPECT_EQ(status_, CommandStatus::ESME_ROK);
  ASSERT_EQ(listener_.receipts.size(), 1u);
  EXPECT_EQ(listener_.receipts[0].carrier_id, "77");

  allow_ = false;
  of(BindMode::receiver).session->abort();
  until([&] { return binds_.size() == 1; });
  EXPECT_EQ(carrier_->window(), 3u) << "what goes out needs no receiver";
}

TEST_F(SmppBinds, AreMadeAnewWhenTheCarrierTakesOneForNone) {
  start(options());
  until([&] { return carrier_->window() == 3; });
  submit();
  until([&] { return at_peer() == 1; });
  binds_[0]->answer(CommandStatus::ESME_RINVBNDSTS);
  until([&] { return outcomes_.size() == 1 && binds_made_ == 2 && carrier_->window() == 3; });
  EXPECT_EQ(outcomes_[0].result, SubmitResult::throttled);
}

TEST_F(SmppBinds, KeepTheCarriersPace) {
  auto slow = options();
  slow.messages_per_second = 10;
  start(slow);
  until([&] { return carrier_->window() == 1; });
  submit();
  until([&] { return at_peer() == 1; });
  EXPECT_EQ(carrier_->window(), 1u);
  binds_[0]->answer(CommandStatus::ESME_ROK, "1");
  until([&] { return outcomes_.size() == 1; });
  submit();  // there is no token for it
  for (int i = 0; i < 3; ++i) context_.poll();
  EXPECT_EQ(at_peer(), 0u);
  const auto opened = listener_.window_opened;
  clock_.advance(100ms);
  until([&] { return at_peer() == 1; });
  EXPECT_GT(listener_.window_opened, opened);
}

TEST_F(SmppBinds, SayThatWhatWaitsForATokenWasNotSentWhenTheLinkIsLost) {
  auto slow = options();
  slow.messages_per_second = 10;
  start(slow);
  until([&] { return carrier_->window() == 1; });
  submit();
  submit();
  until([&] { return at_peer() == 1; });
  allow_ = false;
  binds_[0]->session->abort();
  until([&] { return outcomes_.size() == 2; });
  EXPECT_EQ(count(SubmitResult::unknown), 1u);
  EXPECT_EQ(count(SubmitResult::not_sent), 1u);
}

TEST_F(SmppBinds, AskTheEngineForWholeTextsWhereTheCarrierSplitsThem) {
  auto whole = options();
  whole.dialect.long_messages = LongMessages::message_payload;
  start(whole);
  EXPECT_TRUE(carrier_->traits().takes_whole_texts);
  until([&] { return carrier_->window() == 3; });
  auto made = submission();
  made.part = {};
  made.text = std::string(300, 'x');
  submit(made);
  until([&] { return at_peer() == 1; });
  const auto& pdu = std::get<smpp::SubmitSm>(binds_[0]->requests[0].body);
  ASSERT_TRUE(smpp::find(pdu.tlvs, smpp::Tag::message_payload));
  EXPECT_EQ(as_text(smpp::find(pdu.tlvs, smpp::Tag::message_payload)->value), made.text);
}

TEST_F(SmppBinds, MatchADecimalReceiptWithAHexadecimalAnswer) {
  start(options());
  until([&] { return carrier_->window() == 3; });
  submit();
  until([&] { return at_peer() == 1; });
  binds_[0]->answer(CommandStatus::ESME_ROK, "001F");
  until([&] { return outcomes_.size() == 1; });
  EXPECT_EQ(outcomes_[0].carrier_id, "1f");
  deliver(*binds_[0], receipt("id:0000000031 stat:DELIVRD"));
  ASSERT_EQ(listener_.receipts.size(), 1u);
  EXPECT_EQ(listener_.receipts[0].carrier_id, "1f");
}

TEST_F(SmppBinds, OfferAReceiptInEachFormUntilAMessageHasIt) {
  start(options());
  until([&] { return carrier_->window() == 3; });
  listener_.intake = Intake::not_ours;
  deliver(*binds_[0], receipt("id:16 stat:DELIVRD"));
  EXPECT_EQ(status_, CommandStatus::ESME_ROK) << "of an unknown message it need not come again";
  std::vector<std::string> offered;
  for (const auto& each : listener_.receipts) offered.push_back(each.carrier_id);
  EXPECT_THAT(offered, ::testing::ElementsAre("16", "10", "22"));
}

TEST_F(SmppBinds, BearAnAlertNotificationWhichNobodyAnswers) {
  start(options());
  until([&] { return carrier_->window() == 3; });
  binds_[0]->session->notify(smpp::AlertNotification{{1, 1, "12015550100"}, {1, 1, "us"}, {}});
  deliver(*binds_[0], receipt("id:1 stat:DELIVRD"));
  EXPECT_EQ(status_, CommandStatus::ESME_ROK) << "the link is as it was";
}

TEST_F(SmppBinds, TrustTheCarriersOwnAuthorityUnderTls) {
  const net::testing::TemporaryCertificate certificate;
  const auto server_tls = net::TlsServer::load(certificate.paths()).value();
  auto secure = options();
  secure.host = "localhost";
  secure.tls = net::TlsClient::make(certificate.paths().certificate).value();
  smpp::ServerOptions of_server;
  of_server.tls = &server_tls->context();
  start(secure, of_server);
  until([&] { return carrier_->window() == 3; });
  submit();
  until([&] { return at_peer() == 1; });
}

TEST_F(SmppBinds, TrustNoOtherAuthorityUnderTls) {
  const net::testing::TemporaryCertificate certificate;
  const auto server_tls = net::TlsServer::load(certificate.paths()).value();
  auto secure = options();
  secure.host = "localhost";
  secure.tls = net::TlsClient::make().value();
  smpp::ServerOptions of_server;
  of_server.tls = &server_tls->context();
  start(secure, of_server);
  until([&] { return carrier_->problem().starts_with("tls: "); });
  EXPECT_FALSE(carrier_->is_up());
}

}  // namespace
}  // namespace cloudvno::smpp_carrier
