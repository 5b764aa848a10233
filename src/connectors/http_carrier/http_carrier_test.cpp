// An HTTP carrier against an aggregator that the test plays, on real connections.
#include "connectors/http_carrier/http_carrier.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <random>

#include "domain/messaging/testing/carrier_contract.hpp"
#include "platform/net/testing/run.hpp"
#include "protocol/http_io/server.hpp"

namespace cloudvno::http_carrier {
namespace {

using namespace std::chrono_literals;
using messaging::Intake;
using messaging::SubmitOutcome;
using messaging::SubmitResult;
using messaging::testing::PeerAnswer;
using messaging::testing::PeerTold;

constexpr std::string_view secret = "0123456789abcdef";

Selector at(std::string_view text) {
  return Selector::parse(text).value();
}

class HttpWorld final : public messaging::testing::CarrierWorld {
 public:
  HttpWorld() : HttpWorld([](Options&) {}) {}
  explicit HttpWorld(const std::function<void(Options&)>& change) {
    // A port below those that the kernel gives away, so that it stays free while the link is down.
    std::mt19937 random(std::random_device{}());
    do {
      port_ = static_cast<std::uint16_t>(10'100 + random() % 22'000);
    } while (!start_server());
    server_.reset();
    Options made = options();
    change(made);
    carrier_ = std::make_unique<HttpCarrier>(context_.get_executor(), context_.get_executor(),
                                             clock_, resolver_, std::move(made), listener_);
  }
  ~HttpWorld() override {
    net::testing::run(context_, carrier_->stop());
    server_.reset();
  }

  messaging::Carrier& carrier() override { return *carrier_; }
  void link_up() override {
    EXPECT_TRUE(start_server());
    if (!std::exchange(started_, true)) carrier_->start();
    EXPECT_TRUE(run_until([&] { return carrier_->is_up(); }));
  }
  void link_down() override {
    link_down_unnoticed();
    EXPECT_TRUE(run_until([&] { return !carrier_->is_up(); }));
  }
  std::size_t at_peer() override { return requests_.size(); }
  void answer(PeerAnswer answer) override {
    switch (answer) {
      case PeerAnswer::accept:
        return respond(202, fmt::format(R"({{"messages":[{{"id":"id{}"}}]}})", ++last_id_));
      case PeerAnswer::no_such_recipient:
        return respond(400, R"({"error":{"code":7}})");
      case PeerAnswer::refuse:
        return respond(400, R"({"error":{"code":8}})");
      case PeerAnswer::too_fast:
        return respond(429, "");
    }
  }
  void send_receipt(const messaging::Receipt& receipt) override {
    const bool delivered = receipt.state == messaging::ReceiptState::delivered;
    send(HttpCarrier::Route::receipts,
         fmt::format("id={}&status={}&err={}", receipt.carrier_id,
                     delivered ? "DELIVRD" : "UNDELIV", delivered ? "000" : "27"));
  }
  void send_inbound(const messaging::InboundPart& part) override {
    http::Fields fields = {{"from", part.from.e164()}, {"to", part.to.e164()}, {"text", part.text}};
    if (part.concatenation) {
      fields.emplace_back("ref", std::to_string(part.concatenation->reference));
      fields.emplace_back("part", std::to_string(part.concatenation->number));
      fields.emplace_back("parts", std::to_string(part.concatenation->total));
    }
    send(HttpCarrier::Route::inbound, http::print_form(fields));
  }
  std::optional<PeerTold> told() override {
    if (!told_) return std::nullopt;
    if (told_->status == 200) return PeerTold::taken;
    return told_->status == 503 ? PeerTold::again : PeerTold::refused;
  }
  bool run_until(const std::function<bool()>& condition) override {
    context_.restart();
    const auto deadline = std::chrono::steady_clock::now() + 10s;
    while (!condition()) {
      if (std::chrono::steady_clock::now() > deadline) return false;
      context_.run_one_for(100ms);
    }
    return true;
  }

  // For tests that go beyond the contract.
  void link_down_unnoticed() {
    server_.reset();
    requests_.clear();
  }
  void send(HttpCarrier::Route route, std::string body, std::string in_path = std::string(secret)) {
    told_.reset();
    http::Request request;
    request.method = "POST";
    request.peer = "192.0.2.7";
    request.body = std::move(body);
    boost::asio::co_spawn(context_,
                          carrier_->receive(route, std::move(request), std::move(in_path)),
                          [this](std::exception_ptr failure, http::Response response) {
                            if (!failure) told_ = std::move(response);
                          });
  }
  int status_of(HttpCarrier::Route route, std::string body,
                std::string in_path = std::string(secret)) {
    send(route, std::move(body), std::move(in_path));
    EXPECT_TRUE(run_until([&] { return told_.has_value(); }));
    return told_ ? told_->status : 0;
  }
  void respond(int status, std::string body, std::string_view retry_after = {}) {
    const auto waiting = requests_.front();
    requests_.pop_front();
    waiting->answer.status = status;
    waiting->answer.body = std::move(body);
    if (!retry_after.empty()) waiting->answer.headers.add("Retry-After", std::string(retry_after));
    waiting->answered.set();
  }
  SubmitOutcome submit(messaging::Submission submission, const std::function<void()>& peer) {
    std::optional<SubmitOutcome> told;
    carrier_->submit(std::move(submission), [&](SubmitOutcome outcome) { told = outcome; });
    EXPECT_TRUE(run_until([&] { return told || !requests_.empty(); }));
    if (!told) peer();
    EXPECT_TRUE(run_until([&] { return told.has_value(); }));
    return told.value_or(SubmitOutcome());
  }
  const http::Request& request() const { return requests_.front()->request; }
  const http::Response& told_response() const { return *told_; }
  HttpCarrier& http() { return *carrier_; }
  ManualClock& clock() { return clock_; }
  boost::asio::io_context& context() { return context_; }
  int probe_status = 404;

  static messaging::Submission submission(std::string text) {
    messaging::Submission made;
    made.message = MessageSid::make(Time());
    made.from = *PhoneNumber::parse("+14155550142");
    made.to = *PhoneNumber::parse("+12015550100");
    made.validity = 1h;
    made.text = std::move(text);
    return made;
  }

 private:
  struct Waiting {
    Waiting(http::Request asked, const net::Executor& executor)
        : request(std::move(asked)), answered(executor) {}
    http::Request request;
    http::Response answer;
    net::Event answered;
  };

  Options options() const {
    Options made;
    made.name = "acme";
    made.request.url =
        Template::parse(fmt::format("http://127.0.0.1:{}/send?sid={{message_sid}}", port_)).value();
    made.request.content_type = "application/json";
    made.request.body =
        Template::parse(R"({"to":"{to:digits}","text":"{text}","valid":{validity}})").value();
    made.request.body_place = place_of_body(made.request.content_type);
    made.request.headers = {{"X-Key", Template::parse("{password}").value()}};
    made.request.password = "pass";
    made.request.authorization = "Bearer pass";
    made.answers.rules = {AnswerRule::parse("json:/error/code = 7 -> refused 30005").value()};
    made.answers.id = at("json:/messages/0/id");
    made.gate.secret = secret;
    made.receipts.id = at("field:id");
    made.receipts.state = at("field:status");
    made.receipts.error = at("field:err");
    made.receipts.errors = {{"27", messaging::error_unreachable}};
    made.receipt_reply.body = "OK";
    made.inbound.from = at("field:from");
    made.inbound.to = at("field:to");
    made.inbound.text = at("field:text");
    made.inbound.reference = at("field:ref");
    made.inbound.part = at("field:part");
    made.inbound.parts = at("field:parts");
    made.inbound_reply.not_ours = 404;
    made.probe_url = fmt::format("http://127.0.0.1:{}/", port_);
    made.connections = window;
    made.traits.price_per_part = price;
    made.allowed_ranges = {*net::AddressRange::parse("127.0.0.1")};
    made.least_wait = 1ms;
    made.most_wait = 5ms;
    made.probe_every = 5ms;
    made.close_timeout = 50ms;
    return made;
  }

  bool start_server() {
    http_io::ServerOptions made;
    made.endpoints = {{"127.0.0.1", port_, false, {}}};
    server_ = std::make_unique<http_io::Server>(
        made, context_.get_executor(), [this](http::Request request) { return serve(request); });
    return server_->start().has_value();
  }
  net::Task<http::Response> serve(http::Request request) {
    if (request.path == "/") {
      http::Response response;
      response.status = probe_status;
      co_return response;
    }
    const auto waiting = std::make_shared<Waiting>(std::move(request), context_.get_executor());
    requests_.push_back(waiting);
    co_await waiting->answered.wait();
    co_return waiting->answer;
  }

  boost::asio::io_context context_{1};
  ManualClock clock_;
  net::CaresResolver resolver_{context_.get_executor()};
  std::unique_ptr<http_io::Server> server_;
  std::uint16_t port_ = 0;
  std::deque<std::shared_ptr<Waiting>> requests_;
  std::optional<http::Response> told_;
  std::unique_ptr<HttpCarrier> carrier_;
  bool started_ = false;
  int last_id_ = 0;
};

std::unique_ptr<messaging::testing::CarrierWorld> make_http_world() {
  return std::make_unique<HttpWorld>();
}

}  // namespace
}  // namespace cloudvno::http_carrier

namespace cloudvno::messaging::testing {
INSTANTIATE_TEST_SUITE_P(Http, CarrierContract,
                         ::testing::Values(&cloudvno::http_carrier::make_http_world));
}

namespace cloudvno::http_carrier {
namespace {

using Route = HttpCarrier::Route;

TEST(HttpCarrier, WritesTheRequestAsTheTemplatesSay) {
  HttpWorld world;
  world.link_up();
  const auto submission = HttpWorld::submission("Grüße \"an\"\nalle");
  world.submit(submission, [&] {
    const auto& request = world.request();
    EXPECT_EQ(request.method, "POST");
    EXPECT_EQ(request.path, "/send");
    EXPECT_EQ(request.query, "sid=" + std::string(submission.message.view()));
    EXPECT_EQ(request.headers.value("Content-Type"), "application/json");
    EXPECT_EQ(request.headers.value("Authorization"), "Bearer pass");
    EXPECT_EQ(request.headers.value("X-Key"), "pass");
    EXPECT_EQ(request.body, R"({"to":"12015550100","text":"Grüße \"an\"\u000aalle","valid":3600})");
    world.answer(PeerAnswer::accept);
  });
}

TEST(HttpCarrier, WritesAllMediaAsAListAndOneByItself) {
  auto submission = HttpWorld::submission("");
  submission.text = "look";
  RequestRules rules;
  rules.url = Template::parse("https://sms.example.com/").value();
  rules.content_type = "application/json";
  rules.body_place = Place::json;
  rules.split = true;
  const auto body_of = [&](std::string_view body) {
    rules.body = Template::parse(body).value();
    return write_request(rules, submission).value().body;
  };
  EXPECT_EQ(body_of(R"({"m":{media_list}})"), R"({"m":[]})");
  for (const std::string content : {"\x89P", "la"}) {
    submission.media.push_back(
        std::make_shared<const messaging::MediaItem>(messaging::MediaItem{"image/png", content}));
  }
  EXPECT_EQ(body_of(R"({"t":"{text}","m":{media_list}})"),
            R"({"t":"look","m":[{"content_type":"image/png","content":"iVA="},)"
            R"({"content_type":"image/png","content":"bGE="}]})");
  EXPECT_EQ(body_of(R"({"t":"{media_type}","m":"{media_base64}"})"),
            R"({"t":"image/png","m":"iVA="})");
}

TEST(HttpCarrier, SendsPartsWithTheirHeadersWhereItSplits) {
  HttpWorld world([](Options& options) {
    options.request.split = true;
    options.request.body =
        Template::parse(R"({reference} {part}/{parts} {udh:hex} {data:hex} {text})").value();
    options.request.body_place = Place::plain;
    options.answers.id = at("own");
  });
  world.link_up();
  auto submission = HttpWorld::submission("whole");
  submission.part = {{5, 0, 3, 9, 2, 1}, to_bytes("ab"), 1, 2};
  const auto reference = std::string(submission.message.view()) + "-1";
  const auto outcome = world.submit(submission, [&] {
    EXPECT_EQ(world.request().body, reference + " 1/2 050003090201 6162 ab");
    world.answer(PeerAnswer::accept);
  });
  EXPECT_EQ(outcome.carrier_id, reference);
}

TEST(HttpCarrier, WaitsAsLongAsRetryAfterSays) {
  HttpWorld world;
  world.link_up();
  const auto outcome =
      world.submit(HttpWorld::submission("x"), [&] { world.respond(429, "", "60"); });
  EXPECT_EQ(outcome.result, SubmitResult::throttled);
  EXPECT_TRUE(world.http().is_up());
  EXPECT_EQ(world.http().window(), 0u);
  world.clock().advance(59s);
  EXPECT_EQ(world.http().window(), 0u);
  world.clock().advance(1s);
  EXPECT_TRUE(world.run_until([&] { return world.http().window() > 0; }));
  EXPECT_EQ(world.listener().window_opened, 2);
}

TEST(HttpCarrier, CountsAsDownWhileItsCredentialsAreRefused) {
  HttpWorld world;
  world.link_up();
  const auto outcome = world.submit(HttpWorld::submission("x"), [&] { world.respond(401, ""); });
  EXPECT_EQ(outcome.result, SubmitResult::throttled);
  EXPECT_EQ(world.http().window(), 0u);
  EXPECT_EQ(world.http().problem(), "it takes nothing: status 401");
  EXPECT_TRUE(world.run_until([&] { return world.http().is_up(); })) << "it is tried again";
  EXPECT_EQ(world.http().problem(), "");
}

TEST(HttpCarrier, DoesNotTakeAProxysWordForTheCarriers) {
  HttpWorld world;
  world.link_up();
  world.probe_status = 502;
  EXPECT_TRUE(world.run_until([&] { return !world.http().is_up(); }));
  EXPECT_EQ(world.http().problem(), "the probe was answered with status 502");
  world.probe_status = 200;
  EXPECT_TRUE(world.run_until([&] { return world.http().is_up(); }));
}

TEST(HttpCarrier, DoesNotKnowWhatBecameOfARequestWithoutAnAnswerInTime) {
  HttpWorld world([](Options& options) { options.timeout = 50ms; });
  world.link_up();
  const auto outcome = world.submit(HttpWorld::submission("x"), [] {});
  EXPECT_EQ(outcome.result, SubmitResult::unknown);
  EXPECT_TRUE(world.http().is_up()) << "its probes are answered";
}

TEST(HttpCarrier, KnowsThatNothingWentOutWhenNobodyListens) {
  HttpWorld world([](Options& options) { options.probe_every = 1h; });
  world.link_up();
  messaging::Submission submission = HttpWorld::submission("x");
  std::optional<SubmitOutcome> told;
  world.submit(submission, [&] { world.answer(PeerAnswer::accept); });
  // The server goes; the carrier notices by its next request alone.
  world.link_down_unnoticed();
  world.http().submit(submission, [&](SubmitOutcome outcome) { told = outcome; });
  ASSERT_TRUE(world.run_until([&] { return told.has_value(); }));
  EXPECT_EQ(told->result, SubmitResult::not_sent);
  EXPECT_EQ(world.http().window(), 0u);
}

TEST(HttpCarrier, KeepsToItsPaceAndTellsAtItsEndWhatDidNotGoOut) {
  HttpWorld world([](Options& options) { options.messages_per_second = 1; });
  world.link_up();
  std::vector<SubmitResult> told;
  for (int i = 0; i < 2; ++i) {
    world.http().submit(HttpWorld::submission("x"),
                        [&](SubmitOutcome outcome) { told.push_back(outcome.result); });
  }
  ASSERT_TRUE(world.run_until([&] { return world.at_peer() == 1; }));
  net::testing::run(world.context(), world.http().stop());
  EXPECT_THAT(told, ::testing::UnorderedElementsAre(SubmitResult::unknown, SubmitResult::not_sent));
}

TEST(HttpCarrier, AnswersTheAggregatorWithTheConfiguredBody) {
  HttpWorld world;
  EXPECT_EQ(world.status_of(Route::receipts, "id=1&status=DELIVRD"), 200);
  EXPECT_EQ(world.told_response().body, "OK");
  EXPECT_EQ(world.status_of(Route::receipts, "id=1"), 400);
  EXPECT_EQ(world.status_of(Route::receipts, std::string(300'000, 'x')), 413);
  EXPECT_EQ(world.listener().receipts.size(), 1u);
}

TEST(HttpCarrier, LetsNobodyInWithoutTheSecret) {
  HttpWorld world;
  EXPECT_EQ(world.status_of(Route::receipts, "id=1&status=DELIVRD", "wrong"), 403);
  EXPECT_EQ(world.status_of(Route::inbound, "from=1&to=2&text=x", ""), 403);
  EXPECT_TRUE(world.listener().receipts.empty());
  HttpWorld without([](Options& options) { options.gate = {}; });
  EXPECT_EQ(without.status_of(Route::receipts, "id=1&status=DELIVRD"), 404);
}

TEST(HttpCarrier, AsksForAllReceiptsAgainWhereOneCouldNotBeKept) {
  HttpWorld world([](Options& options) {
    options.receipts.id = at("json:/id");
    options.receipts.state = at("json:/state");
  });
  world.listener().intake.reset();
  world.send(Route::receipts, R"([{"id":1,"state":"DELIVRD"},{"id":2,"state":"DELIVRD"}])");
  ASSERT_TRUE(world.run_until([&] { return world.listener().waiting.size() == 2; }));
  world.listener().waiting[1](Intake::kept);
  EXPECT_FALSE(world.told());
  world.listener().waiting[0](Intake::try_later);
  ASSERT_TRUE(world.run_until([&] { return world.told().has_value(); }));
  EXPECT_EQ(world.told(), PeerTold::again);
}

}  // namespace
}  // namespace cloudvno::http_carrier
