// The three signatures against fixed vectors.
#include "domain/webhooks/signature.hpp"

#include "base/bytes.hpp"

namespace cloudvno::webhooks {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::string_view token = "0123456789abcdef0123456789abcdef";
const http::Fields fields{{"From", "+12015550100"}, {"Body", "a b&c"}};

// Made with node's createHmac and URLSearchParams.
TEST(CloudVnoSignature, CoversTheUrlAndTheSortedForm) {
  EXPECT_EQ(cloudvno_signature(token, "https://example.com/hook?a=1", fields),
            "45e1784e1bc52f1413935df885bcb1f910d7d7fe9da12925b015920578e555b8");
  EXPECT_EQ(cloudvno_signature(token, "https://example.com/hook?a=1", {}),
            "4e977f3daa64026c5381c83c466e3b1f043326ffb577defd66c0a94eb9287527");
}

TEST(CloudVnoSignature, DiffersWithEveryPart) {
  const auto right = cloudvno_signature(token, "https://example.com/", fields);
  EXPECT_NE(cloudvno_signature("other", "https://example.com/", fields), right);
  EXPECT_NE(cloudvno_signature(token, "https://example.org/", fields), right);
  EXPECT_NE(cloudvno_signature(token, "https://example.com/", {fields[0]}), right);
}

constexpr std::string_view secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

// The example of the reference libraries of Standard Webhooks.
TEST(StandardSignature, IsThatOfTheReferenceLibraries) {
  EXPECT_EQ(standard_signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330,
                               R"({"test": 2432232314})"),
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

TEST(StandardSignature, IsNotMadeWithASecretThatIsNoKey) {
  for (const std::string_view broken :
       {"",                                           // nothing
        "whsec_",                                     // an empty key
        "whsec_not base64",                           // no base64
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS",      // cut off
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n",   // with a line feed
        "whsec_c2hvcnQ=",                             // five bytes
        "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",           // no prefix
        "WHSEC_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}) {  // another prefix
    const auto signature = standard_signature(broken, "id", 0, "body");
    ASSERT_FALSE(signature) << broken;
    EXPECT_EQ(signature.error().code, Errc::internal_error);
    EXPECT_THAT(signature.error().detail, HasSubstr("webhook secret"));
    EXPECT_THAT(signature.error().detail, Not(HasSubstr("MfKQ")));
  }
  const auto of_bytes = [](std::size_t count) {
    return standard_signature("whsec_" + to_base64(Bytes(count, 1)), "id", 0, "body");
  };
  EXPECT_FALSE(of_bytes(23));
  EXPECT_TRUE(of_bytes(24));
  EXPECT_TRUE(of_bytes(64));
  EXPECT_FALSE(of_bytes(65));
}

// The example of the TwiML reference on request security.
TEST(TwilioSignature, IsThatOfTheReference) {
  EXPECT_EQ(twilio_signature("12345", "https://mycompany.com/myapp.php?foo=1&bar=2",
                             {{"To", "+18005551212"},
                              {"CallSid", "CA1234567890ABCDE"},
                              {"From", "+14158675309"},
                              {"Digits", "1234"},
                              {"Caller", "+14158675309"}}),
            "RSOYDt4T1cUTdK1PDd93/VVr8B8=");
}

}  // namespace
}  // namespace cloudvno::webhooks
