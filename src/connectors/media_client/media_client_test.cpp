// Media from servers that customers run, and from hostile ones.
#include "connectors/media_client/media_client.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>

#include "domain/messaging/delivery_errors.hpp"
#include "protocol/http_io/testing/client_harness.hpp"

namespace cloudvno::media_client {
namespace {

using namespace std::chrono_literals;
using http_io::testing::ClientHarness;
using http_io::testing::Peer;
using http_io::testing::ScriptedServer;
using messaging::MediaFailure;
using messaging::MediaItem;

constexpr std::size_t most = 1'000;

std::expected<MediaItem, MediaFailure> fetch(const std::string& url, bool allow_http = true,
                                             std::chrono::milliseconds timeout = fetch_timeout) {
  ClientHarness harness;
  MediaClient client(harness.client, allow_http, timeout);
  return boost::asio::co_spawn(harness.caller.executor(), client.fetch(url, most),
                               boost::asio::use_future)
      .get();
}

// What a server that answers so comes to.
std::expected<MediaItem, MediaFailure> answered(const std::string& head, const std::string& body) {
  ScriptedServer server([&](Peer& peer, int) {
    peer.read_request();
    peer.send("HTTP/1.1 " + head + "\r\n\r\n" + body);
  });
  return fetch(http_io::testing::url_of(server));
}

void expect_failure(const std::expected<MediaItem, MediaFailure>& got, int code, bool may_pass) {
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().error_code, code);
  EXPECT_EQ(got.error().may_pass, may_pass);
}

TEST(MediaClient, FetchesAPicture) {
  const auto got =
      answered("200 OK\r\nContent-Type: Image/PNG; x=y\r\nContent-Length: 3", "\x89PN");
  ASSERT_TRUE(got);
  EXPECT_EQ(got->content_type, "image/png");
  EXPECT_EQ(got->content, "\x89PN");
}

TEST(MediaClient, RefusesWhatMmsDoNotCarry) {
  expect_failure(answered("200 OK\r\nContent-Type: text/html\r\nContent-Length: 1", "x"),
                 messaging::error_media_type, false);
  expect_failure(answered("200 OK\r\nContent-Length: 1", "x"), messaging::error_media_type, false);
  expect_failure(answered("200 OK\r\nContent-Type: image/png\r\nContent-Length: 0", ""),
                 messaging::error_media_not_fetched, false);
  expect_failure(answered("200 OK\r\nContent-Type: image/png\r\nContent-Encoding: gzip\r\n"
                          "Content-Length: 1",
                          "x"),
                 messaging::error_media_not_fetched, false);
}

TEST(MediaClient, HoldsNoMoreThanItWasTold) {
  const std::string type = "200 OK\r\nContent-Type: image/png\r\n";
  EXPECT_TRUE(answered(type + "Content-Length: 1000", std::string(most, 'x')));
  expect_failure(answered(type + "Content-Length: 10000000000", "x"),
                 messaging::error_media_too_large, false);
  // One that never ends, with and without chunks.
  const auto endless = [&](const std::string& head, const std::string& piece) {
    ScriptedServer server([&](Peer& peer, int) {
      peer.read_request();
      peer.send("HTTP/1.1 " + type + head + "\r\n");
      constexpr int pieces = 1'000;  // ends when its client does, long before the last
      for (int i = 0; i < pieces; ++i) peer.send(piece);
    });
    return fetch(http_io::testing::url_of(server));
  };
  expect_failure(endless("Transfer-Encoding: chunked\r\n", "a\r\n0123456789\r\n"),
                 messaging::error_media_too_large, false);
  expect_failure(endless("", "0123456789"), messaging::error_media_too_large, false);
}

TEST(MediaClient, WaitsNoLongerThanItsTime) {
  std::promise<void> over;
  ScriptedServer server([&](Peer& peer, int) {
    peer.read_request();
    over.get_future().wait();
  });
  const auto got = fetch(http_io::testing::url_of(server), true, 50ms);
  over.set_value();
  expect_failure(got, messaging::error_media_not_fetched, true);
}

TEST(MediaClient, FollowsNoRedirect) {
  for (const std::string to : {"http://169.254.169.254/latest/meta-data/", "http://a.example/x"}) {
    expect_failure(answered("302 Found\r\nLocation: " + to + "\r\nContent-Length: 0", ""),
                   messaging::error_media_not_fetched, false);
  }
}

TEST(MediaClient, GoesNowhereThatTheGuardRefuses) {
  expect_failure(fetch("http://169.254.169.254/latest/meta-data/"),
                 messaging::error_media_not_fetched, false);
  expect_failure(fetch("http://[::ffff:169.254.169.254]/"), messaging::error_media_not_fetched,
                 false);
}

TEST(MediaClient, GoesInClearOnlyWhereTheOperatorLetsIt) {
  expect_failure(fetch("http://a.example/x", false), messaging::error_media_not_fetched, false);
}

TEST(MediaClient, TellsWhatMayPass) {
  expect_failure(answered("503 Busy\r\nContent-Length: 0", ""), messaging::error_media_not_fetched,
                 true);
  expect_failure(answered("429 Slow\r\nContent-Length: 0", ""), messaging::error_media_not_fetched,
                 true);
  expect_failure(answered("404 No\r\nContent-Length: 0", ""), messaging::error_media_not_fetched,
                 false);
  expect_failure(answered("200 OK\r\nContent-Type: image/png\r\nContent-Length: 9", "x"),
                 messaging::error_media_not_fetched, true);
}

}  // namespace
}  // namespace cloudvno::media_client
