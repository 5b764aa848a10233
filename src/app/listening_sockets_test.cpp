// Which sockets of another life are taken.
#include "app/listening_sockets.hpp"

#include <sys/socket.h>

namespace cloudvno::app {
namespace {

supervisor::InheritedSocket socket_of(std::string name, std::string address, std::uint16_t port) {
  return {std::move(name), std::move(address), port,
          supervisor::Descriptor(::socket(AF_INET, SOCK_STREAM, 0))};
}

std::vector<http_io::Endpoint> endpoints(const Settings& settings, auto... sockets) {
  std::vector<supervisor::InheritedSocket> inherited;
  (inherited.push_back(std::move(sockets)), ...);
  auto sorted = ListeningSockets::sort(std::move(inherited));
  EXPECT_TRUE(sorted);
  auto found = sorted->endpoints(settings);
  for (auto& endpoint : found) {
    for (const int number : endpoint.sockets) supervisor::Descriptor{number};
  }
  return found;
}

TEST(ListeningSockets, WithoutAnyListenWhereTheSettingsSay) {
  Settings settings;
  settings.http_plain_port = 8080;
  const auto found = endpoints(settings);
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].port, 8443);
  EXPECT_TRUE(found[0].tls);
  EXPECT_TRUE(found[0].sockets.empty());
  EXPECT_EQ(found[1].port, 8080);
  EXPECT_FALSE(found[1].tls);
}

TEST(ListeningSockets, OfTheOperatorOverruleTheSettings) {
  const auto found = endpoints(Settings(), socket_of("https", "192.0.2.1", 443),
                               socket_of("kept-https", "0.0.0.0", 8443));
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].address, "192.0.2.1");
  EXPECT_EQ(found[0].port, 443);
  EXPECT_EQ(found[0].sockets.size(), 1u);
}

TEST(ListeningSockets, OfTheOperatorTurnPlainHttpOn) {
  const auto found = endpoints(Settings(), socket_of("http", "127.0.0.1", 80));
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[1].port, 80);
}

TEST(ListeningSockets, OfAnEarlierLifeAreTakenWhereTheyStillBelong) {
  Settings settings;
  EXPECT_EQ(endpoints(settings, socket_of("kept-https", "0.0.0.0", 8443),
                      socket_of("kept-https", "0.0.0.0", 8443))[0]
                .sockets.size(),
            2u);
  EXPECT_TRUE(endpoints(settings, socket_of("kept-https", "0.0.0.0", 9443))[0].sockets.empty());
  EXPECT_TRUE(endpoints(settings, socket_of("kept-https", "127.0.0.1", 8443))[0].sockets.empty());
  settings.http_address = "0:0:0::1";
  EXPECT_EQ(endpoints(settings, socket_of("kept-https", "::1", 8443))[0].sockets.size(), 1u);
}

TEST(ListeningSockets, KeepAPortThatWasChosenFreely) {
  Settings settings;
  settings.http_port = 0;
  EXPECT_EQ(endpoints(settings, socket_of("kept-https", "0.0.0.0", 40404))[0].port, 40404);
}

TEST(ListeningSockets, OfUnknownNamesAndOpenPlainHttpAreRefused) {
  const auto refusal = [](supervisor::InheritedSocket socket) {
    std::vector<supervisor::InheritedSocket> inherited;
    inherited.push_back(std::move(socket));
    const auto sorted = ListeningSockets::sort(std::move(inherited));
    return sorted ? std::string("none") : sorted.error().text;
  };
  EXPECT_THAT(refusal(socket_of("cloudvno.socket", "::", 443)),
              testing::HasSubstr("FileDescriptorName="));
  EXPECT_THAT(refusal(socket_of("http", "0.0.0.0", 80)), testing::HasSubstr("this machine only"));
}

TEST(ListeningSockets, AreHandedOverUnderTheirNames) {
  Settings settings;
  settings.http_plain_port = 8080;
  std::vector<supervisor::InheritedSocket> given;
  given.push_back(socket_of("https", "::", 443));
  auto sorted = ListeningSockets::sort(std::move(given)).value();
  const auto found = sorted.endpoints(settings);
  const supervisor::Descriptor https(found[0].sockets.front());
  const supervisor::Descriptor http(::socket(AF_INET, SOCK_STREAM, 0));
  sorted.hold({{https.number()}, {http.number()}});
  const auto left = sorted.release();
  ASSERT_EQ(left.size(), 2u);
  EXPECT_EQ(left[0].name, "https");
  EXPECT_EQ(left[1].name, "kept-http");
  EXPECT_NE(left[1].descriptor.number(), http.number());
  EXPECT_TRUE(sorted.release().empty());
}

}  // namespace
}  // namespace cloudvno::app
