// Conversations of a customer's ESME with us, on a real connection: what it sends byte by byte, and
// what it hears.
#include "connectors/smpp_customer/smpp_customer.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "domain/messaging/testing/messaging_test_base.hpp"
#include "protocol/smpp/codec.hpp"

namespace cloudvno::smpp_customer {
namespace {

using namespace std::chrono_literals;
using messaging::testing::MessagingTest;
using smpp::BindMode;
using smpp::CommandStatus;
namespace json = boost::json;

// A store that refuses while it is away, as an engine does.
class DepartingDatabase final : public storage::Database {
 public:
  explicit DepartingDatabase(Database& store) : store_(store) {}
  bool away = false;
  int refused_writes = 0;

 protected:
  net::Task<std::optional<Error>> submit(Kind kind, Body body) override {
    if (away) {
      refused_writes += kind == Kind::write;
      co_return storage::store_failed("away");
    }
    bool kept = true;
    const auto run = within(body, kept);
    const auto done =
        kind == Kind::read ? co_await store_.read(run) : co_await store_.transact(run);
    co_return kept && !done ? std::optional(done.error()) : std::nullopt;
  }
  std::optional<Error> submit_now(Kind, Body) override { std::abort(); }

 private:
  static std::function<Result<>(storage::Transaction&)> within(Body& body, bool& kept) {
    return [&](storage::Transaction& tx) -> Result<> {
      kept = body(tx);
      if (!kept) return fail(Errc::internal_error);
      return {};
    };
  }
  Database& store_;
};

// Speaks SMPP as the test says, right or wrong; each wait ends with the test's patience (30 s).
class Esme {
 public:
  Esme(net::Executor executor, std::uint16_t port) : socket_(executor) {
    socket_.connect({boost::asio::ip::address_v4::loopback(), port});
  }

  std::uint32_t put(const smpp::Body& body, CommandStatus status = CommandStatus::ESME_ROK,
                    std::uint32_t sequence = 0) {
    Bytes bytes;
    if (sequence == 0) sequence = ++sequence_;
    EXPECT_EQ(smpp::encode(status, sequence, body, bytes), CommandStatus::ESME_ROK);
    unsent_.insert(unsent_.end(), bytes.begin(), bytes.end());
    return sequence;
  }
  void put_raw(ByteView bytes) { unsent_.insert(unsent_.end(), bytes.begin(), bytes.end()); }

  net::Task<> flush() {
    const auto bytes = std::exchange(unsent_, {});
    co_await boost::asio::async_write(socket_, boost::asio::buffer(bytes),
                                      boost::asio::use_awaitable);
  }
  // Nothing once the connection has ended.
  net::Task<std::optional<smpp::Pdu>> next() {
    if (!unsent_.empty()) co_await flush();
    while (true) {
      auto read = smpp::decode(in_);
      if (read.kind == smpp::Decoding::pdu) {
        in_.erase(in_.begin(), in_.begin() + static_cast<std::ptrdiff_t>(read.used));
        co_return std::move(read.pdu);
      }
      std::array<std::uint8_t, 4096> piece{};
      boost::system::error_code ended;
      const auto count = co_await socket_.async_read_some(
          boost::asio::buffer(piece),
          boost::asio::redirect_error(boost::asio::use_awaitable, ended));
      if (ended) co_return std::nullopt;
      in_.insert(in_.end(), piece.begin(), piece.begin() + static_cast<std::ptrdiff_t>(count));
    }
  }
  void leave() { socket_.close(); }

 private:
  boost::asio::ip::tcp::socket socket_;
  Bytes in_;
  Bytes unsent_;
  std::uint32_t sequence_ = 0;
};

class SmppCustomerTest : public MessagingTest {
 protected:
  SmppCustomerTest() {
    credential_.sid = SmppCredentialSid::make(clock_.now());
    credential_.account = test_.account.sid;
    credential_.system_id = "cvtest";
    credential_.password_hash =
        smpp_access::hash_password(*test_.account.keys, credential_.sid, "secret08");
    credential_.window = 2;
    credential_.created_at = credential_.updated_at = clock_.now();
    keep([&](storage::Transaction& tx) {
      smpp_access::insert_credential(tx, *test_.account.keys, credential_);
    });
    carrier_.answers_at_once = true;
    Options options;
    options.refusal_delay = 1ms;
    smpp::ServerOptions listener;
    listener.port = 0;
    options.listeners = {listener};
    customer_ = std::make_unique<SmppCustomer>(db_.home(), departing_, *owner_, *accounts_,
                                               *messaging_, clock_, options);
    EXPECT_TRUE(owner_->join());
    EXPECT_TRUE(customer_->start());
  }
  ~SmppCustomerTest() override { db_.run(customer_->stop()); }

  template <class Body>
  void keep(Body body) {
    EXPECT_TRUE(db_->transact_now([&](storage::Transaction& tx) -> Result<> {
      body(tx);
      return {};
    }));
  }
  Esme connect() { return {db_.home(), customer_->local_ports().front()}; }
  std::optional<smpp::Pdu> next(Esme& esme) { return db_.run(esme.next()); }
  // The status of the answer, which must be the next that comes.
  CommandStatus ask(Esme& esme, const smpp::Body& body) {
    const auto sequence = esme.put(body);
    const auto answer = next(esme);
    EXPECT_TRUE(answer && answer->sequence == sequence);
    return answer ? answer->status : CommandStatus::ESME_RUNKNOWNERR;
  }
  static smpp::Bind bind_as(BindMode mode, std::string password = "secret08") {
    smpp::Bind bind;
    bind.mode = mode;
    bind.system_id = "cvtest";
    bind.password = std::move(password);
    return bind;
  }
  Esme bound(BindMode mode = BindMode::transceiver) {
    auto esme = connect();
    EXPECT_EQ(ask(esme, bind_as(mode)), CommandStatus::ESME_ROK);
    return esme;
  }
  smpp::SubmitSm message(std::string text = "Hello") const {
    smpp::SubmitSm pdu;
    pdu.source = {1, 1, from_.substr(1)};
    pdu.destination = {1, 1, "12015550100"};
    pdu.short_message = to_bytes(text);
    return pdu;
  }
  // The message_id of the answer.
  std::string submitted(Esme& esme, const smpp::SubmitSm& pdu) {
    esme.put(pdu);
    const auto answer = next(esme);
    const auto* taken = answer ? std::get_if<smpp::SubmitSmResp>(&answer->body) : nullptr;
    return taken ? taken->message_id : "none";
  }
  smpp::MessageState state_of(Esme& esme, const smpp::QuerySm& query) {
    esme.put(query);
    const auto answer = next(esme);
    const auto* told = answer ? std::get_if<smpp::QuerySmResp>(&answer->body) : nullptr;
    if (!told || answer->status != CommandStatus::ESME_ROK) return smpp::MessageState::unknown;
    EXPECT_EQ(told->message_id, query.message_id);
    const auto state = static_cast<smpp::MessageState>(told->message_state);
    EXPECT_EQ(told->final_date.empty(), state == smpp::MessageState::enroute);
    return state;
  }
  json::value shown(const std::string& sid) {
    return json::parse(request("GET", "/v1/messages/" + sid).body);
  }
  std::size_t messages() {
    return json::parse(request("GET", "/v1/messages").body).at("data").as_array().size();
  }
  MessageSid insert_return(std::string body) {
    smpp_access::Return one;
    clock_.advance(1ms);
    one.credential = credential_.sid;
    one.message = MessageSid::make(clock_.now());
    one.account = test_.account.sid;
    one.from = *PhoneNumber::parse("+12015550100");
    one.to = *PhoneNumber::parse(from_);
    one.body = std::move(body);
    one.created_at = clock_.now();
    keep([&](storage::Transaction& tx) {
      smpp_access::insert_return(tx, *test_.account.keys, one);
    });
    return one.message;
  }
  std::string text_of_next(Esme& esme) {
    const auto pdu = next(esme);
    const auto* deliver = pdu ? std::get_if<smpp::DeliverSm>(&pdu->body) : nullptr;
    if (!deliver) return "nothing";
    last_deliver_ = pdu->sequence;
    return std::string(as_text(deliver->short_message));
  }
  void answer(Esme& esme, CommandStatus status) {
    esme.put(smpp::DeliverSmResp{}, status, last_deliver_);
    db_.run(esme.flush());
  }
  std::int64_t returns_left() {
    auto left = db_->read_now([&](storage::Transaction& tx) -> Result<std::int64_t> {
      const auto rows = tx.query("SELECT COUNT(*) FROM smpp_return");
      return rows->next() ? rows->integer(0) : -1;
    });
    return left ? *left : -1;
  }

  DepartingDatabase departing_{*db_};
  std::unique_ptr<cluster::Node> owner_ =
      std::make_unique<cluster::Node>(*db_, clock_, "esme", true);
  smpp_access::Credential credential_;
  std::unique_ptr<SmppCustomer> customer_;
  std::uint32_t last_deliver_ = 0;
};

TEST_F(SmppCustomerTest, RefusesAWrongPasswordAndThenTheAddressForTenMinutes) {
  auto standing = bound();
  for (int i = 0; i < Gate::most_failures; ++i) {
    auto esme = connect();
    EXPECT_EQ(ask(esme, bind_as(BindMode::transceiver, "wrong")), CommandStatus::ESME_RBINDFAIL);
  }
  auto banned = connect();
  EXPECT_EQ(ask(banned, bind_as(BindMode::transceiver)), CommandStatus::ESME_RBINDFAIL);
  EXPECT_EQ(ask(standing, smpp::EnquireLink{}), CommandStatus::ESME_ROK);
  clock_.advance(Gate::ban + 1s);
  bound();
}

TEST_F(SmppCustomerTest, RefusesAnAddressThatIsNotAllowedAndBindsBeyondTheMost) {
  credential_.allowed_addresses = {"198.51.100.0/24"};
  const auto change = [&] {
    clock_.advance(1s);
    credential_.updated_at = clock_.now();
    keep([&](storage::Transaction& tx) {
      smpp_access::update_credential(tx, *test_.account.keys, credential_);
    });
  };
  change();
  auto elsewhere = connect();
  EXPECT_EQ(ask(elsewhere, bind_as(BindMode::transceiver)), CommandStatus::ESME_RBINDFAIL);
  credential_.allowed_addresses = {"127.0.0.0/8"};
  credential_.max_binds = 1;
  change();
  auto first = bound();
  auto second = connect();
  EXPECT_EQ(ask(second, bind_as(BindMode::receiver)), CommandStatus::ESME_RALYBND);
}

TEST_F(SmppCustomerTest, TakesNoMessageBeforeTheBindNorFromAReceiver) {
  auto esme = connect();
  EXPECT_EQ(ask(esme, message()), CommandStatus::ESME_RINVBNDSTS);
  auto receiver = bound(BindMode::receiver);
  EXPECT_EQ(ask(receiver, message()), CommandStatus::ESME_RINVBNDSTS);
  EXPECT_EQ(messages(), 0U);
}

TEST_F(SmppCustomerTest, ThrottlesBeyondTheWindowAndTakesAllOnceThereIsRoom) {
  auto esme = bound(BindMode::transmitter);
  for (int i = 0; i < 6; ++i) esme.put(message(std::to_string(i)));
  int taken = 0;
  int throttled = 0;
  for (int i = 0; i < 6; ++i) {
    const auto answer = next(esme);
    ASSERT_TRUE(answer);
    taken += answer->status == CommandStatus::ESME_ROK;
    throttled += answer->status == CommandStatus::ESME_RTHROTTLED;
  }
  EXPECT_EQ(taken, 2);
  EXPECT_EQ(throttled, 4);
  EXPECT_EQ(ask(esme, message("again")), CommandStatus::ESME_ROK);
  EXPECT_EQ(messages(), 3U);
}

TEST_F(SmppCustomerTest, AnswersEnquireLinkAndUnbindAndEndsThen) {
  auto esme = bound();
  EXPECT_EQ(ask(esme, smpp::EnquireLink{}), CommandStatus::ESME_ROK);
  EXPECT_EQ(ask(esme, smpp::Unbind{}), CommandStatus::ESME_ROK);
  EXPECT_FALSE(next(esme)) << "the connection has ended";
  until([&] { return customer_->binds() == 0; });
}

TEST_F(SmppCustomerTest, TellsHowAMessageFares) {
  auto esme = bound();
  const auto delivered = submitted(esme, message());
  const auto query = [&](std::string id) {
    return smpp::QuerySm{.message_id = std::move(id), .source = {1, 1, from_.substr(1)}};
  };
  auto scheduled_one = message("later");
  scheduled_one.schedule_delivery_time = "000001000000000R";
  const auto scheduled = submitted(esme, scheduled_one);
  EXPECT_EQ(state_of(esme, query(scheduled)), smpp::MessageState::enroute);
  until([&] { return carrier_.last_id == 1; });
  receipt("id1", messaging::ReceiptState::delivered);
  EXPECT_EQ(state_of(esme, query(delivered)), smpp::MessageState::delivered);

  auto first_part = message("half");
  first_part.tlvs = {smpp::tlv_u16(smpp::Tag::sar_msg_ref_num, 7),
                     smpp::tlv_u8(smpp::Tag::sar_total_segments, 2),
                     smpp::tlv_u8(smpp::Tag::sar_segment_seqnum, 1)};
  EXPECT_EQ(state_of(esme, query(submitted(esme, first_part))), smpp::MessageState::enroute);

  EXPECT_EQ(ask(esme, query("x")), CommandStatus::ESME_RINVMSGID);
  EXPECT_EQ(ask(esme, query("")), CommandStatus::ESME_RINVMSGID);
  EXPECT_EQ(ask(esme, query(MessageSid::make(clock_.now()).str())), CommandStatus::ESME_RINVMSGID);
  auto of_another = query(delivered);
  of_another.source.addr = "12015550199";
  EXPECT_EQ(ask(esme, of_another), CommandStatus::ESME_RINVMSGID);
}

TEST_F(SmppCustomerTest, TakesBackWhatIsScheduledAndNothingElse) {
  auto esme = bound();
  auto later = message("later");
  later.schedule_delivery_time = "000001000000000R";
  const auto one = submitted(esme, later);
  const auto two = submitted(esme, later);
  const auto three = submitted(esme, later);
  const auto gone = submitted(esme, message());
  smpp::CancelSm cancel;
  cancel.source = {1, 1, from_.substr(1)};
  cancel.destination = {1, 1, "12015550100"};
  cancel.message_id = one;
  EXPECT_EQ(ask(esme, cancel), CommandStatus::ESME_ROK);
  EXPECT_EQ(ask(esme, cancel), CommandStatus::ESME_RCANCELFAIL);
  cancel.message_id = gone;
  EXPECT_EQ(ask(esme, cancel), CommandStatus::ESME_RCANCELFAIL);
  cancel.message_id.clear();
  EXPECT_EQ(ask(esme, cancel), CommandStatus::ESME_ROK) << "all of the pair";
  EXPECT_EQ(ask(esme, cancel), CommandStatus::ESME_RCANCELFAIL);
  for (const auto& sid : {one, two, three}) EXPECT_EQ(shown(sid).at("status"), "canceled");
}

TEST_F(SmppCustomerTest, ReplacesTheTextOfWhatIsScheduled) {
  auto esme = bound();
  auto later = message("later");
  later.schedule_delivery_time = "000001000000000R";
  const auto sid = submitted(esme, later);
  smpp::ReplaceSm replace;
  replace.message_id = sid;
  replace.source = {1, 1, from_.substr(1)};
  replace.short_message = to_bytes(std::string(200, 'x'));
  replace.schedule_delivery_time = "000000010000000R";
  EXPECT_EQ(ask(esme, replace), CommandStatus::ESME_ROK);
  EXPECT_EQ(shown(sid).at("body").as_string(), std::string(200, 'x'));
  EXPECT_EQ(shown(sid).at("num_segments"), 2);
  clock_.advance(std::chrono::hours(1) + 1s);
  messaging_->tick();
  until([&] { return shown(sid).at("status") == "sent"; });
  EXPECT_EQ(ask(esme, replace), CommandStatus::ESME_RREPLACEFAIL);
  replace.schedule_delivery_time = "never";
  EXPECT_EQ(ask(esme, replace), CommandStatus::ESME_RINVSCHED);
}

TEST_F(SmppCustomerTest, RefusesAMalformedSubmitAndGoesOn) {
  auto esme = bound();
  // submit_sm, sequence 9, with a body that ends within service_type.
  esme.put_raw(Bytes{0, 0, 0, 18, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 9, 'a', 'b'});
  const auto answer = next(esme);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->sequence, 9U);
  EXPECT_TRUE(std::holds_alternative<smpp::SubmitSmResp>(answer->body));
  EXPECT_NE(answer->status, CommandStatus::ESME_ROK);
  auto long_destination = message();
  long_destination.destination.addr = "1";
  EXPECT_EQ(ask(esme, long_destination), CommandStatus::ESME_RINVDSTADR);
  EXPECT_EQ(ask(esme, message()), CommandStatus::ESME_ROK);
  EXPECT_EQ(messages(), 1U);
}

TEST_F(SmppCustomerTest, EndsASessionWhoseNextPduCannotBeFound) {
  auto esme = bound();
  esme.put_raw(Bytes{0, 0, 0, 3, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 9});  // a length of 3
  const auto answer = next(esme);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, CommandStatus::ESME_RINVCMDLEN);
  EXPECT_FALSE(next(esme));
}

TEST_F(SmppCustomerTest, SaysSystemErrorWhileTheStoreIsAwayAndLosesNothing) {
  auto esme = bound();
  store_.lose_next_answer();
  EXPECT_EQ(ask(esme, message("in doubt")), CommandStatus::ESME_RSYSERR);
  EXPECT_EQ(ask(esme, message("in doubt")), CommandStatus::ESME_ROK);
  EXPECT_EQ(messages(), 2U) << "kept twice rather than not at all";
  departing_.away = true;
  auto other = connect();
  EXPECT_EQ(ask(other, bind_as(BindMode::transceiver)), CommandStatus::ESME_RSYSERR);
  departing_.away = false;
  bound();
}

TEST_F(SmppCustomerTest, BringsAgainAfterAReconnectionWhatWasNotAnswered) {
  insert_return("first");
  auto esme = bound();
  EXPECT_EQ(text_of_next(esme), "first");
  esme.leave();
  until([&] { return customer_->binds() == 0; });
  auto again = bound(BindMode::receiver);
  EXPECT_EQ(text_of_next(again), "first");
  answer(again, CommandStatus::ESME_ROK);
  until([&] { return returns_left() == 0; });
}

TEST_F(SmppCustomerTest, BringsAgainWhatWasRefusedForNowAndGivesUpWhatIsRefusedForGood) {
  insert_return("later");
  auto esme = bound();
  EXPECT_EQ(text_of_next(esme), "later");
  answer(esme, CommandStatus::ESME_RMSGQFUL);
  until([&] { return returns_left() == 1; });
  insert_return("never");
  EXPECT_EQ(text_of_next(esme), "never");
  answer(esme, CommandStatus::ESME_RX_P_APPN);
  until([&] { return returns_left() == 1; });
  clock_.advance(2s);
  EXPECT_EQ(text_of_next(esme), "later");
  answer(esme, CommandStatus::ESME_ROK);
  until([&] { return returns_left() == 0; });
}

TEST_F(SmppCustomerTest, KeepsWhatItHoldsThroughAStoreThatIsAway) {
  insert_return("held");
  auto esme = bound();
  EXPECT_EQ(text_of_next(esme), "held");
  departing_.away = true;
  answer(esme, CommandStatus::ESME_ROK);
  until([&] { return departing_.refused_writes > 0; });
  EXPECT_EQ(returns_left(), 1);
  departing_.away = false;
  until([&] { return returns_left() == 0; });
}

}  // namespace
}  // namespace cloudvno::smpp_customer
