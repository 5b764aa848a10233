// An SMPP carrier against an SMSC that the test plays, on a real connection.
#include "connectors/smpp_carrier/smpp_carrier.hpp"

#include <boost/asio/io_context.hpp>

#include "domain/messaging/testing/carrier_contract.hpp"
#include "platform/net/testing/run.hpp"
#include "protocol/smpp/receipt.hpp"
#include "protocol/smpp/server.hpp"
#include "protocol/sms/gsm7.hpp"
#include "protocol/sms/ucs2.hpp"

namespace cloudvno::smpp_carrier {
namespace {

using namespace std::chrono_literals;
using messaging::Intake;
using messaging::SubmitOutcome;
using messaging::SubmitResult;
using messaging::testing::PeerAnswer;
using messaging::testing::PeerTold;
using smpp::CommandStatus;

class SmppWorld final : public messaging::testing::CarrierWorld {
 public:
  SmppWorld() {
    start_server();
    Options options;
    options.name = "acme";
    options.host = "127.0.0.1";
    options.port = port_;
    options.system_id = "us";
    options.password = "secret";
    options.window = window;
    options.traits.price_per_part = price;
    options.least_wait = 1ms;
    options.most_wait = 5ms;
    options.session.close_timeout = 50ms;
    carrier_ = std::make_unique<SmppCarrier>(context_.get_executor(), clock_, resolver_,
                                             std::move(options), listener_);
  }
  ~SmppWorld() override {
    if (started_) net::testing::run(context_, carrier_->stop());
    net::testing::run(context_, server_->stop());
  }

  messaging::Carrier& carrier() override { return *carrier_; }
  void link_up() override {
    allow_ = true;
    if (!std::exchange(started_, true)) carrier_->start();
    EXPECT_TRUE(run_until([&] { return carrier_->is_up() && session_; }));
  }
  void link_down() override {
    allow_ = false;
    if (session_) session_->abort();
    EXPECT_TRUE(run_until([&] { return !carrier_->is_up() && !session_; }));
    requests_.clear();
  }
  std::size_t at_peer() override { return requests_.size(); }
  void answer(PeerAnswer answer) override {
    switch (answer) {
      case PeerAnswer::accept:
        return respond(CommandStatus::ESME_ROK, "id" + std::to_string(++last_id_));
      case PeerAnswer::no_such_recipient:
        return respond(CommandStatus::ESME_RINVDSTADR);
      case PeerAnswer::refuse:
        return respond(CommandStatus::ESME_RSUBMITFAIL);
      case PeerAnswer::too_fast:
        return respond(CommandStatus::ESME_RTHROTTLED);
    }
  }
  void send_receipt(const messaging::Receipt& receipt) override {
    const bool delivered = receipt.state == messaging::ReceiptState::delivered;
    smpp::Receipt text;
    text.id = receipt.carrier_id;
    text.state = delivered ? smpp::MessageState::delivered : smpp::MessageState::undeliverable;
    text.error = delivered ? "000" : "027";  // absent subscriber
    smpp::DeliverSm pdu;
    pdu.esm_class = smpp::esm_class::delivery_receipt;
    pdu.short_message = to_bytes(smpp::print_receipt(text));
    send(pdu);
  }
  void send_inbound(const messaging::InboundPart& part) override {
    smpp::DeliverSm pdu;
    pdu.source = {1, 1, std::string(part.from.digits())};
    pdu.destination = {1, 1, std::string(part.to.digits())};
    if (part.concatenation) {
      pdu.esm_class = smpp::esm_class::udh_indicator;
      pdu.short_message = {5,
                           0,
                           3,
                           static_cast<std::uint8_t>(part.concatenation->reference),
                           part.concatenation->total,
                           part.concatenation->number};
    }
    const auto septets = sms::to_septets(part.text).value();
    pdu.short_message.insert(pdu.short_message.end(), septets.begin(), septets.end());
    send(pdu);
  }
  std::optional<PeerTold> told() override {
    if (!status_) return std::nullopt;
    if (*status_ == CommandStatus::ESME_ROK) return PeerTold::taken;
    return *status_ == CommandStatus::ESME_RX_T_APPN ? PeerTold::again : PeerTold::refused;
  }
  bool run_until(const std::function<bool()>& condition) override {
    context_.restart();
    while (!condition()) {
      if (context_.run_one_for(10s) == 0) return condition();
    }
    return true;
  }

  // For tests that go beyond the contract.
  void send(const smpp::Body& body) {
    status_.reset();
    session_->send(body, [this](smpp::Outcome&& outcome) {
      if (outcome.kind == smpp::Outcome::Kind::answered) status_ = outcome.response.status;
    });
  }
  void respond(CommandStatus status, std::string id = {}) {
    const auto sequence = requests_.front().sequence;
    requests_.erase(requests_.begin());
    session_->respond(sequence, status, smpp::SubmitSmResp{std::move(id), {}});
  }
  std::optional<CommandStatus> status() const { return status_; }
  const std::vector<smpp::Pdu>& requests() const { return requests_; }
  SmppCarrier& smpp() { return *carrier_; }
  void unbind() { session_->close(); }
  bool peer_has_session() const { return session_ != nullptr; }
  const std::vector<smpp::Bind>& binds() const { return binds_; }

 private:
  void start_server() {
    smpp::ServerOptions options;
    options.port = 0;
    smpp::ServerHandlers handlers;
    handlers.authenticate = [this](const smpp::Bind& bind, const std::string&,
                                   smpp::BindAnswer answer) {
      binds_.push_back(bind);
      answer(allow_ ? CommandStatus::ESME_ROK : CommandStatus::ESME_RBINDFAIL);
    };
    handlers.on_session = [this](std::shared_ptr<smpp::Session> session, const smpp::Bind&) {
      smpp::SessionHandlers of_session;
      of_session.on_request = [this](smpp::Pdu&& pdu) { requests_.push_back(std::move(pdu)); };
      of_session.on_closed = [this](smpp::CloseReason) { session_.reset(); };
      session->set_handlers(std::move(of_session));
      session_ = std::move(session);
    };
    server_ = std::make_unique<smpp::Server>(context_.get_executor(), clock_, options,
                                             std::move(handlers));
    EXPECT_TRUE(server_->start().has_value());
    port_ = server_->local_port();
  }

  boost::asio::io_context context_{1};
  SystemClock clock_;
  net::CaresResolver resolver_{context_.get_executor()};
  std::unique_ptr<smpp::Server> server_;
  std::uint16_t port_ = 0;
  std::unique_ptr<SmppCarrier> carrier_;
  bool started_ = false;
  bool allow_ = false;
  std::shared_ptr<smpp::Session> session_;
  std::vector<smpp::Bind> binds_;
  std::vector<smpp::Pdu> requests_;
  int last_id_ = 0;
  std::optional<CommandStatus> status_;
};

}  // namespace

using messaging::testing::CarrierContract;
using messaging::testing::CarrierWorld;

std::unique_ptr<CarrierWorld> make_smpp_world() {
  return std::make_unique<SmppWorld>();
}

namespace {

class SmppCarrierTest : public ::testing::Test {
 protected:
  static messaging::Submission submission() {
    messaging::Submission made;
    made.from = *PhoneNumber::parse("+14155550142");
    made.to = *PhoneNumber::parse("+12015550100");
    made.part.user_data = to_bytes("hello");
    made.validity = 1h;
    return made;
  }
  void submit() {
    world_.carrier().submit(submission(),
                            [this](SubmitOutcome outcome) { outcomes_.push_back(outcome); });
  }

  std::vector<SubmitOutcome> outcomes_;
  SmppWorld world_;
};

TEST_F(SmppCarrierTest, BindsAsTransceiverWithItsCredentials) {
  world_.link_up();
  ASSERT_FALSE(world_.binds().empty());
  EXPECT_EQ(world_.binds()[0].mode, smpp::BindMode::transceiver);
  EXPECT_EQ(world_.binds()[0].system_id, "us");
  EXPECT_EQ(world_.binds()[0].password, "secret");
}

TEST_F(SmppCarrierTest, SaysThatAPartWasNotSentWithoutALink) {
  submit();
  EXPECT_TRUE(outcomes_.empty());
  ASSERT_TRUE(world_.run_until([&] { return outcomes_.size() == 1; }));
  EXPECT_EQ(outcomes_[0].result, SubmitResult::not_sent);
}

TEST_F(SmppCarrierTest, SaysThatAPartBeyondTheWindowWasNotSent) {
  world_.link_up();
  for (std::size_t i = 0; i <= SmppWorld::window; ++i) submit();
  EXPECT_TRUE(outcomes_.empty());
  ASSERT_TRUE(world_.run_until([&] { return world_.at_peer() == SmppWorld::window; }));
  ASSERT_EQ(outcomes_.size(), 1u);
  EXPECT_EQ(outcomes_[0].result, SubmitResult::not_sent);
}

TEST_F(SmppCarrierTest, HasNoWindowWhileThePeerEndsTheSession) {
  world_.link_up();
  submit();
  ASSERT_TRUE(world_.run_until([&] { return world_.at_peer() == 1; }));
  world_.unbind();
  world_.answer(PeerAnswer::accept);
  ASSERT_TRUE(world_.run_until([&] { return world_.carrier().window() == 0; }));
  ASSERT_TRUE(world_.run_until([&] { return outcomes_.size() == 1; }));
  EXPECT_EQ(outcomes_[0].result, SubmitResult::accepted);
}

TEST_F(SmppCarrierTest, HandsAMessageOnThatOnlyLooksLikeAReceiptWhenNobodyKnowsItsId) {
  world_.link_up();
  world_.listener().intake = Intake::not_ours;
  smpp::DeliverSm pdu;
  pdu.source = {1, 1, "12015550100"};
  pdu.destination = {1, 1, "14155550142"};
  pdu.short_message = to_bytes(
      "id:77 sub:001 dlvrd:001 submit date:2601011200 done date:2601011201 stat:DELIVRD err:000 "
      "text:hi");
  world_.send(pdu);
  ASSERT_TRUE(world_.run_until([&] { return world_.told().has_value(); }));
  ASSERT_FALSE(world_.listener().receipts.empty());
  EXPECT_EQ(world_.listener().receipts[0].carrier_id, "77");
  ASSERT_EQ(world_.listener().inbound.size(), 1u);
  EXPECT_TRUE(world_.listener().inbound[0].text.starts_with("id:77"));
  EXPECT_EQ(world_.status(), CommandStatus::ESME_RINVDSTADR);
}

// An id that a crash left unknown may look like another message's in another notation.
TEST_F(SmppCarrierTest, SaysWhomAReceiptNamesWhereItsIdIsAGuess) {
  world_.link_up();
  world_.listener().intake = Intake::not_ours;
  smpp::DeliverSm pdu;
  pdu.source = {1, 1, "12015550100"};
  pdu.destination = {1, 1, "14155550142"};
  pdu.esm_class = smpp::esm_class::delivery_receipt;
  pdu.short_message = to_bytes("id:99 stat:DELIVRD err:000");
  world_.send(pdu);
  ASSERT_TRUE(world_.run_until([&] { return world_.told().has_value(); }));
  const auto& receipts = world_.listener().receipts;
  ASSERT_EQ(receipts.size(), 3U);
  EXPECT_EQ(receipts[0].carrier_id, "99");
  EXPECT_TRUE(receipts[0].parties.empty()) << "carriers write addresses in many ways";
  for (const auto* guess : {&receipts[1], &receipts[2]}) {
    ASSERT_EQ(guess->parties.size(), 2U);
    EXPECT_EQ(guess->parties[0].e164(), "+12015550100");
    EXPECT_EQ(guess->parties[1].e164(), "+14155550142");
  }
}

TEST_F(SmppCarrierTest, TakesReceiptsThatComeByDataSm) {
  world_.link_up();
  smpp::DataSm pdu;
  pdu.esm_class = smpp::esm_class::delivery_receipt;
  pdu.tlvs = {smpp::tlv_text(smpp::Tag::receipted_message_id, "abc"),
              smpp::tlv_u8(smpp::Tag::message_state, 2)};
  world_.send(pdu);
  ASSERT_TRUE(world_.run_until([&] { return world_.told().has_value(); }));
  EXPECT_EQ(world_.status(), CommandStatus::ESME_ROK);
  ASSERT_EQ(world_.listener().receipts.size(), 1u);
  EXPECT_EQ(world_.listener().receipts[0].state, messaging::ReceiptState::delivered);
}

TEST_F(SmppCarrierTest, TellsTemporaryErrorsFromThoseOfPaceAndThoseForGood) {
  world_.link_up();
  for (const auto& [status, result] :
       {std::pair{CommandStatus::ESME_RSYSERR, SubmitResult::temporary},
        std::pair{CommandStatus::ESME_RX_T_APPN, SubmitResult::temporary},
        std::pair{CommandStatus::ESME_RMSGQFUL, SubmitResult::throttled},
        std::pair{CommandStatus::ESME_RINVSRCADR, SubmitResult::refused}}) {
    outcomes_.clear();
    submit();
    ASSERT_TRUE(world_.run_until([&] { return world_.at_peer() == 1; }));
    world_.respond(status);
    ASSERT_TRUE(world_.run_until([&] { return outcomes_.size() == 1; }));
    EXPECT_EQ(outcomes_[0].result, result) << smpp::status_name(status);
  }
}

TEST_F(SmppCarrierTest, RefusesInboundTextsThatItCannotRead) {
  world_.link_up();
  smpp::DeliverSm pdu;
  pdu.source = {5, 0, "BANK"};
  pdu.destination = {1, 1, "14155550142"};
  world_.send(pdu);
  ASSERT_TRUE(world_.run_until([&] { return world_.told().has_value(); }));
  EXPECT_EQ(world_.status(), CommandStatus::ESME_RINVSRCADR);
  EXPECT_TRUE(world_.listener().inbound.empty());
}

}  // namespace
}  // namespace cloudvno::smpp_carrier

namespace cloudvno::messaging::testing {
INSTANTIATE_TEST_SUITE_P(Smpp, CarrierContract, ::testing::Values(&smpp_carrier::make_smpp_world));
}
