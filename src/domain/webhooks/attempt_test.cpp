// What goes out in one attempt: signatures, GET and POST, the fallback URL.
#include "domain/webhooks/attempt.hpp"

#include "domain/webhooks/signature.hpp"
#include "domain/webhooks/testing/fake_sender.hpp"
#include "platform/net/testing/run.hpp"

namespace cloudvno::webhooks {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;
using ::testing::SizeIs;

class Attempt : public ::testing::Test {
 protected:
  Attempt() {
    account_.sid = AccountSid::make(clock_.now());
    account_.auth_token = "0123456789abcdef0123456789abcdef";
    delivery_.sid = DeliverySid::make(clock_.now());
    delivery_.sequence = 7;
    delivery_.request.url = "https://example.com/hook?a=1";
    delivery_.request.fields = {{"Body", "a b"}};
  }
  AttemptOutcome attempt() {
    return net::testing::run(webhooks::attempt(sender_, account_, delivery_, secrets_, clock_));
  }

  ManualClock clock_;
  accounts::Account account_;
  Delivery delivery_;
  std::vector<std::string> secrets_{"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"};
  testing::FakeSender sender_;
};

TEST_F(Attempt, CarriesItsSignaturesOverWhatIsSent) {
  EXPECT_EQ(attempt().failure, "");
  ASSERT_THAT(sender_.sent, SizeIs(1));
  const auto& sent = sender_.sent[0];
  EXPECT_EQ(sent.method, "POST");
  EXPECT_EQ(sent.url, "https://example.com/hook?a=1");
  EXPECT_EQ(sent.body, "Body=a+b");
  EXPECT_EQ(sent.headers.value("X-CloudVNO-Signature"),
            cloudvno_signature(account_.auth_token, sent.url, {{"Body", "a b"}}));
  EXPECT_EQ(sent.headers.value("X-CloudVNO-Sequence"), "7");
  EXPECT_EQ(sent.headers.value("webhook-id"), delivery_.sid.view());
  EXPECT_EQ(sent.headers.value("webhook-timestamp"), "1767225600");
  EXPECT_EQ(sent.headers.value("webhook-signature"),
            standard_signature(secrets_[0], delivery_.sid.view(), 1767225600, "Body=a+b").value());
  EXPECT_FALSE(sent.headers.find("X-Twilio-Signature"));
}

TEST_F(Attempt, CarriesTheSignatureOfTwimlServersWhereTheAccountWantsIt) {
  account_.twilio_signature = true;
  attempt();
  EXPECT_EQ(sender_.sent.at(0).headers.value("X-Twilio-Signature"),
            twilio_signature(account_.auth_token, sender_.sent[0].url, {{"Body", "a b"}}));
}

TEST_F(Attempt, PutsTheFieldsIntoTheUrlOfAGet) {
  delivery_.request.method = "GET";
  delivery_.request.url = "https://example.com#part";
  attempt();
  const auto& sent = sender_.sent.at(0);
  EXPECT_EQ(sent.url, "https://example.com/?Body=a+b");
  EXPECT_EQ(sent.body, "");
  EXPECT_EQ(sent.headers.value("X-CloudVNO-Signature"),
            cloudvno_signature(account_.auth_token, sent.url, {}));
}

TEST_F(Attempt, AsksTheFallbackUrlAndTellsItWhy) {
  delivery_.request.fallback_url = "https://example.org/";
  sender_.response.status = 500;
  const auto outcome = attempt();
  EXPECT_EQ(outcome.failure, "HTTP status 500");
  EXPECT_EQ(outcome.url, "https://example.org/");
  ASSERT_THAT(sender_.sent, SizeIs(2));
  EXPECT_THAT(http::parse_form(sender_.sent[1].body).value(),
              ElementsAre(Pair("Body", "a b"), Pair("ErrorCode", "11200"),
                          Pair("ErrorUrl", "https://example.com/hook?a=1")));
}

TEST_F(Attempt, HandsOnWhyThereWasNoAnswer) {
  sender_.failure = "connection refused";
  const auto outcome = attempt();
  EXPECT_EQ(outcome.failure, "connection refused");
  EXPECT_FALSE(outcome.response);
}

TEST_F(Attempt, SendsNothingThatItCannotSign) {
  secrets_ = {"whsec_broken"};
  delivery_.request.fallback_url = "https://example.org/";
  const auto outcome = attempt();
  EXPECT_THAT(outcome.failure, ::testing::HasSubstr("could not be signed"));
  EXPECT_FALSE(outcome.response);
  EXPECT_THAT(sender_.sent, SizeIs(0));
}

TEST(RetryAfter, IsHeededWhereAServerIsBusyAndForAnHourAtMost) {
  const auto wait = [](int status, std::string value) {
    http::Response response{status, {}, {}};
    response.headers.add("Retry-After", std::move(value));
    return retry_after(response);
  };
  EXPECT_EQ(wait(429, "120"), std::chrono::seconds(120));
  EXPECT_EQ(wait(503, "0"), std::chrono::seconds(0));
  EXPECT_EQ(wait(429, "86400"), std::chrono::hours(1));
  for (const auto* value : {"", "-1", "1.5", "99999999999", "soon", " 5", "5 "}) {
    EXPECT_EQ(wait(429, value), std::nullopt) << value;
  }
  EXPECT_EQ(wait(500, "120"), std::nullopt);
}

}  // namespace
}  // namespace cloudvno::webhooks
