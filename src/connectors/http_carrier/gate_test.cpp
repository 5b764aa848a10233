// Who may hand us receipts.
#include "connectors/http_carrier/gate.hpp"

#include "base/bytes.hpp"
#include "base/clock.hpp"

namespace cloudvno::http_carrier {
namespace {

constexpr std::string_view secret = "0123456789abcdef";

http::Request request(std::string peer = "192.0.2.7") {
  http::Request made;
  made.method = "POST";
  made.peer = std::move(peer);
  made.body = "what do ya want for nothing?";
  return made;
}

class GateTest : public ::testing::Test {
 protected:
  Entry judge(const http::Request& asked, std::string_view in_path = {}) {
    return Gate(options).judge(asked, in_path, clock.now());
  }
  GateOptions options;
  ManualClock clock;
};

TEST_F(GateTest, LetsNobodyInWithNothingSet) {
  EXPECT_EQ(judge(request()), Entry::refused);
}

TEST_F(GateTest, TakesTheSecretFromPathOrQuery) {
  options.secret = secret;
  EXPECT_EQ(judge(request(), secret), Entry::open);
  EXPECT_EQ(judge(request(), "0123456789abcdeg"), Entry::refused);
  EXPECT_EQ(judge(request()), Entry::refused);
  auto asked = request();
  asked.query = "id=1&secret=0123456789abcdef";
  EXPECT_EQ(judge(asked), Entry::open);
  EXPECT_EQ(judge(asked, "wrong"), Entry::refused);
}

TEST_F(GateTest, ChecksBasicAuthentication) {
  options.user = "acme";
  options.password = secret;
  EXPECT_EQ(judge(request()), Entry::refused);
  auto asked = request();
  asked.headers.add("Authorization", "Basic " + to_base64(as_bytes("acme:0123456789abcdef")));
  EXPECT_EQ(judge(asked), Entry::open);
}

TEST_F(GateTest, ChecksASignatureOfTheBody) {
  options.hmac_header = "X-Signature";
  options.hmac_secret = "Jefe";  // RFC 4231 section 4.3
  const auto mac = *from_hex("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  for (const auto& given : {to_hex(mac), to_base64(mac), "sha256=" + to_hex(mac)}) {
    auto asked = request();
    asked.headers.add("X-Signature", given);
    EXPECT_EQ(judge(asked), Entry::open) << given;
    asked.body += "!";
    EXPECT_EQ(judge(asked), Entry::refused);
  }
  EXPECT_EQ(judge(request()), Entry::refused);
}

TEST_F(GateTest, WantsAllThatIsSet) {
  options.secret = secret;
  options.addresses = {*net::AddressRange::parse("192.0.2.0/24")};
  EXPECT_EQ(judge(request(), secret), Entry::open);
  EXPECT_EQ(judge(request("::ffff:192.0.2.9"), secret), Entry::open);
  EXPECT_EQ(judge(request("198.51.100.1"), secret), Entry::refused);
  EXPECT_EQ(judge(request("192.0.2.7"), "wrong"), Entry::refused);
}

TEST_F(GateTest, LetsAnAddressThatGuessesWait) {
  options.secret = secret;
  Gate gate(options);
  for (int i = 0; i < 20; ++i)
    EXPECT_EQ(gate.judge(request(), "guess", clock.now()), Entry::refused);
  EXPECT_EQ(gate.judge(request(), "guess", clock.now()), Entry::too_many);
  EXPECT_EQ(gate.judge(request(), secret, clock.now()), Entry::too_many);
  EXPECT_EQ(gate.judge(request("192.0.2.8"), secret, clock.now()), Entry::open);
  clock.advance(std::chrono::minutes(1));
  EXPECT_EQ(gate.judge(request(), secret, clock.now()), Entry::open);
}

}  // namespace
}  // namespace cloudvno::http_carrier
