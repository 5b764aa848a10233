// Codes by WhatsApp, and what the API's answers come to.
#include "connectors/whatsapp/cloud_api.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "protocol/http_io/testing/client_harness.hpp"

namespace cloudvno::whatsapp {
namespace {

using http_io::testing::ClientHarness;
using http_io::testing::Peer;
using http_io::testing::ScriptedServer;
using enum verify::Brought::Result;

class CloudApiTest : public ::testing::Test {
 protected:
  verify::Brought bring(const std::vector<std::string>& answers, std::string locale = "pt-BR") {
    ScriptedServer server([&](Peer& peer, int number) {
      requests_.push_back(peer.read_request());
      peer.send(answers.at(static_cast<std::size_t>(number)));
    });
    CloudApiOptions options;
    options.url = http::Url::parse(http_io::testing::url_of(server)).value();
    options.access_token = "token";
    options.template_name = "code";
    options.language = "en_US";
    CloudApi api(http_.client, options);
    verify::OutgoingCode code;
    code.to = "+15550100";
    code.code = "123456";
    code.locale = std::move(locale);
    return boost::asio::co_spawn(http_.caller.executor(), api.bring(std::move(code)),
                                 boost::asio::use_future)
        .get();
  }
  static std::string answer(std::string_view status, std::string_view body = "{}") {
    return fmt::format("HTTP/1.1 {}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{}", status,
                       body.size(), body);
  }

  ClientHarness http_;
  std::vector<std::string> requests_;
};

TEST_F(CloudApiTest, SendsTheTemplateWithTheCodeInBodyAndButton) {
  EXPECT_EQ(bring({answer("200 OK", R"({"messages":[{"id":"wamid.x"}]})")}).result, done);
  ASSERT_EQ(requests_.size(), 1u);
  EXPECT_TRUE(requests_[0].contains("Authorization: Bearer token\r\n"));
  const auto body = boost::json::parse(requests_[0].substr(requests_[0].find("\r\n\r\n") + 4));
  EXPECT_EQ(body.at("to"), "15550100");
  EXPECT_EQ(body.at("type"), "template");
  const auto& used = body.at("template");
  EXPECT_EQ(used.at("name"), "code");
  EXPECT_EQ(used.at("language").at("code"), "pt_BR");
  for (const auto& component : used.at("components").as_array()) {
    EXPECT_EQ(component.at("parameters").at(0).at("text"), "123456");
  }
  EXPECT_EQ(used.at("components").at(1).at("sub_type"), "url");
}

TEST_F(CloudApiTest, FallsBackToTheTemplatesOwnLanguage) {
  EXPECT_EQ(
      bring({answer("400 Bad Request", R"({"error":{"code":132001}})"), answer("200 OK")}).result,
      done);
  ASSERT_EQ(requests_.size(), 2u);
  EXPECT_TRUE(requests_[1].contains(R"("en_US")"));
}

TEST_F(CloudApiTest, KnowsWhatIsFinalAndWhatPasses) {
  EXPECT_EQ(bring({answer("400 Bad Request", R"({"error":{"code":131026}})")}).result, refused);
  EXPECT_EQ(bring({answer("400 Bad Request", R"({"error":{"code":100}})")}).result, refused);
  EXPECT_EQ(bring({answer("401 No", R"({"error":{"code":190}})")}).result, try_again);
  EXPECT_EQ(bring({answer("429 Slow")}).result, try_again);
  const auto broken = bring({answer("500 Oops", "<html>")});
  EXPECT_EQ(broken.result, try_again);
  EXPECT_EQ(broken.reason, "WhatsApp answered status 500 (error 0).");
  EXPECT_EQ(bring({""}).result, try_again);
}

TEST(TemplateLanguage, IsWrittenAsTheApiDoes) {
  EXPECT_EQ(template_language("pt-br"), "pt_BR");
  EXPECT_EQ(template_language("EN"), "en");
}

}  // namespace
}  // namespace cloudvno::whatsapp
