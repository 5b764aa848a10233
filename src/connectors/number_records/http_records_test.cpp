// Sources of number records that operators run: sound ones, broken ones, slow ones.
#include "connectors/number_records/http_records.hpp"

#include <gtest/gtest.h>

#include "protocol/http_io/testing/client_harness.hpp"

namespace cloudvno::number_records {
namespace {

using namespace std::chrono_literals;
using http_io::testing::ClientHarness;
using http_io::testing::Peer;
using http_io::testing::ScriptedServer;
using http_io::testing::url_of;
using lookup::Record;
using lookup::RecordKind;

Options options_of(std::string url) {
  Options options;
  options.urls[0] = std::move(url);
  options.header = "Authorization: Bearer ours";
  options.timeout = 2s;
  options.allow_http = true;
  return options;
}

Result<Record> find(const Options& options) {
  ClientHarness harness;
  HttpRecords records(harness.client, options);
  return boost::asio::co_spawn(
             harness.caller.executor(),
             records.find(RecordKind::portability, *PhoneNumber::parse("+447400987654")),
             boost::asio::use_future)
      .get();
}

// What a source that answers so comes to.
Result<Record> answered(const std::string& head, const std::string& body,
                        std::string* seen = nullptr) {
  ScriptedServer server([&](Peer& peer, int) {
    const auto request = peer.read_request();
    if (seen) *seen = request;
    peer.send(fmt::format("HTTP/1.1 {}\r\nContent-Length: {}\r\n\r\n{}", head, body.size(), body));
  });
  return find(options_of(url_of(server) + "&n={number}"));
}

TEST(HttpRecords, AskForTheNumberAndReadWhatIsSaid) {
  std::string seen;
  const auto record = answered(
      "200 OK", R"({"ported":true,"carrier":"Acme","mobile_country_code":"234","x":[1]})", &seen);
  ASSERT_TRUE(record);
  EXPECT_EQ(record->ported, true);
  EXPECT_EQ(record->carrier, "Acme");
  EXPECT_EQ(record->mcc, "234");
  EXPECT_EQ(record->mnc, "");
  EXPECT_TRUE(seen.contains("n=447400987654 HTTP/1.1\r\n")) << seen;
  EXPECT_TRUE(seen.contains("Authorization: Bearer ours\r\n"));
}

TEST(HttpRecords, TellAnUnknownNumberFromASourceThatIsBroken) {
  EXPECT_EQ(answered("404 Not Found", "").error().code, Errc::not_found);
  for (const auto* const body : {"", "[]", "7", "{", "\"x\""}) {
    const auto record = answered("200 OK", body);
    ASSERT_FALSE(record) << body;
    EXPECT_EQ(record.error().code, Errc::service_unavailable);
  }
  EXPECT_EQ(answered("500 Oops", "{}").error().code, Errc::service_unavailable);
  EXPECT_EQ(answered("302 Found", "{}").error().code, Errc::service_unavailable);
}

TEST(HttpRecords, PassOverMembersThatAreNotWhatTheyAreCalled) {
  const auto record = read_record(
      RecordKind::portability,
      R"({"ported":"yes","carrier":7,"mobile_country_code":")" + std::string(300, '1') + "\"}");
  ASSERT_TRUE(record);
  EXPECT_FALSE(record->ported);
  EXPECT_EQ(record->carrier, "");
  EXPECT_EQ(record->mcc, "");
  const auto swap =
      read_record(RecordKind::sim_swap, R"({"swapped":false,"last_swapped":"yesterday"})");
  ASSERT_TRUE(swap);
  EXPECT_EQ(swap->swapped, false);
  EXPECT_FALSE(swap->swapped_at);
}

TEST(HttpRecords, GoNowhereThatTheGuardRefuses) {
  EXPECT_FALSE(find(options_of("http://169.254.169.254/{number}")));
}

TEST(HttpRecords, WaitNoLongerThanTheyWereTold) {
  std::promise<void> over;
  ScriptedServer server([&](Peer& peer, int) {
    peer.read_request();
    over.get_future().wait();
  });
  auto options = options_of(url_of(server) + "&n={number}");
  options.timeout = 50ms;
  const auto record = find(options);
  over.set_value();
  ASSERT_FALSE(record);
  EXPECT_EQ(record.error().code, Errc::service_unavailable);
}

TEST(HttpRecords, RefuseSettingsThatAreNotSound) {
  EXPECT_TRUE(HttpRecords::check({}));
  EXPECT_TRUE(HttpRecords::check(options_of("https://a.example/{number}")));
  EXPECT_FALSE(HttpRecords::check(options_of("https://a.example/")));
  EXPECT_FALSE(HttpRecords::check(options_of("ftp://a.example/{number}")));
  auto plain = options_of("http://a.example/{number}");
  EXPECT_TRUE(HttpRecords::check(plain));
  plain.allow_http = false;
  EXPECT_FALSE(HttpRecords::check(plain));
  auto header = options_of("https://a.example/{number}");
  header.header = "nonsense";
  EXPECT_FALSE(HttpRecords::check(header));
}

}  // namespace
}  // namespace cloudvno::number_records
