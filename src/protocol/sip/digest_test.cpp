// Digest: published vectors, and both sides against each other.
#include "protocol/sip/digest.hpp"

#include <gmock/gmock.h>

#include "protocol/sip/digest_client.hpp"
#include "protocol/sip/digest_server.hpp"

namespace cloudvno::sip {
namespace {

using namespace std::chrono_literals;

// RFC 7616 section 3.9.1: one request, answered with both algorithms.
TEST(SipDigest, ComputesThePublishedVectors) {
  for (auto [algorithm, expected] :
       {std::pair(DigestAlgorithm::md5, "8ca523f5e9506fed4657c9700eebdbec"),
        std::pair(DigestAlgorithm::sha256,
                  "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1")}) {
    std::string ha1 = make_ha1(algorithm, "Mufasa", "http-auth@example.org", "Circle of Life");
    EXPECT_EQ(digest_response({.algorithm = algorithm,
                               .ha1 = ha1,
                               .nonce = "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
                               .nc = "00000001",
                               .cnonce = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
                               .qop = "auth",
                               .method = "GET",
                               .uri = "/dir/index.html"}),
              expected);
  }
}

TEST(SipDigest, ReadsFieldsInAnyForm) {
  auto fields = DigestFields::parse("digest realm=\"a \\\"b\\\", c\" ,nonce = n,  qop=\"auth\"");
  ASSERT_TRUE(fields);
  EXPECT_EQ(fields->find("REALM"), "a \"b\", c");
  EXPECT_EQ(fields->find("nonce"), "n");
  EXPECT_EQ(fields->find("opaque"), "");
  for (std::string text : {"", "Basic x", "Digest realm", "Digest realm=\"a", "Digest a=\"b\" c=d"})
    EXPECT_FALSE(DigestFields::parse(text)) << text;
}

class SipDigestServer : public ::testing::Test {
 protected:
  SipMessage request(std::vector<Header> headers) const {
    SipMessage message;
    message.method = "INVITE";
    message.target = *Uri::parse("sip:bob@b.example");
    message.headers = std::move(headers);
    return message;
  }
  SipMessage challenge(bool stale = false) {
    SipMessage response;
    response.status = 401;
    response.headers = server.challenges("realm", stale, both);
    return response;
  }
  FindUser users = [](std::string_view realm, std::string_view user) -> std::optional<KnownUser> {
    if (user == "old") return KnownUser{make_ha1(DigestAlgorithm::md5, user, realm, "secret"), ""};
    if (user != "alice") return std::nullopt;
    return KnownUser{make_ha1(DigestAlgorithm::md5, user, realm, "secret"),
                     make_ha1(DigestAlgorithm::sha256, user, realm, "secret")};
  };
  const std::vector<DigestAlgorithm> both = {DigestAlgorithm::sha256, DigestAlgorithm::md5};
  ManualClock clock;
  DigestServer server{clock, 5min};
};

TEST_F(SipDigestServer, TakesARightAnswerOnceForEachCount) {
  DigestClient client(Credentials{"alice", "secret"});
  ASSERT_TRUE(client.take(challenge()));
  SipMessage first = request(client.answer("INVITE", "sip:bob@b.example"));
  EXPECT_EQ(server.judge(first, "realm", users, both).username, "alice");
  auto replay = server.judge(first, "realm", users, both);
  EXPECT_FALSE(replay.accepted);
  EXPECT_TRUE(replay.stale);
  SipMessage second = request(client.answer("INVITE", "sip:bob@b.example"));
  EXPECT_TRUE(server.judge(second, "realm", users, both).accepted);
}

TEST_F(SipDigestServer, RefusesWhatIsWrong) {
  auto judge = [&](Credentials credentials, std::string_view uri, std::string_view method,
                   std::string_view realm = "realm") {
    DigestClient client(std::move(credentials));
    EXPECT_TRUE(client.take(challenge()));
    return server.judge(request(client.answer(method, uri)), realm, users, both);
  };
  for (const auto& verdict : {judge({"alice", "guess"}, "sip:bob@b.example", "INVITE"),
                              judge({"mallory", "secret"}, "sip:bob@b.example", "INVITE"),
                              judge({"alice", "secret"}, "sip:eve@b.example", "INVITE"),
                              judge({"alice", "secret"}, "sip:other.example", "INVITE"),
                              judge({"alice", "secret"}, "sip:bob@b.example", "BYE"),
                              judge({"alice", "secret"}, "sip:bob@b.example", "INVITE", "other"),
                              judge({"old", "secret"}, "sip:bob@b.example", "INVITE")}) {
    EXPECT_FALSE(verdict.accepted);
    EXPECT_FALSE(verdict.stale);
  }
  EXPECT_FALSE(server.judge(request({}), "realm", users, both).accepted);
}

TEST_F(SipDigestServer, CallsAnOldNonceStaleAndANonceOfOthersWrong) {
  DigestClient client(Credentials{"alice", "secret"});
  client.take(challenge());
  clock.advance(5min + 1s);
  auto late =
      server.judge(request(client.answer("INVITE", "sip:bob@b.example")), "realm", users, both);
  EXPECT_FALSE(late.accepted);
  EXPECT_TRUE(late.stale);
  EXPECT_TRUE(client.take(challenge(true)));  // so it tries again
  DigestServer other(clock);
  SipMessage foreign;
  foreign.status = 401;
  foreign.headers = other.challenges("realm", false, both);
  DigestClient lost(Credentials{"alice", "secret"});
  lost.take(foreign);
  auto verdict =
      server.judge(request(lost.answer("INVITE", "sip:bob@b.example")), "realm", users, both);
  EXPECT_FALSE(verdict.accepted || verdict.stale);
}

TEST_F(SipDigestServer, TakesMd5OfWhoKnowsNothingBetter) {
  const DigestAlgorithm only[] = {DigestAlgorithm::md5};
  SipMessage weak;
  weak.status = 401;
  weak.headers = server.challenges("realm", false, only);
  DigestClient client(Credentials{"old", "secret"});
  ASSERT_TRUE(client.take(weak));
  EXPECT_TRUE(
      server.judge(request(client.answer("INVITE", "sip:bob@b.example")), "realm", users, both)
          .accepted);
}

}  // namespace
}  // namespace cloudvno::sip
