// What an operator may write as the store's address.
#include "platform/storage/postgres/address.hpp"

#include <gtest/gtest.h>

#include <map>

namespace cloudvno::storage::postgres {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using namespace std::chrono_literals;

std::string option(const ServerAddress& address, std::string_view name) {
  for (const auto& [key, value] : address.options) {
    if (key == name) return value;
  }
  return "(none)";
}

std::string error_of(const std::string& url) {
  const auto address = read_address(url);
  return address ? "" : address.error().text;
}

TEST(ServerAddress, HasItsPartsAndHidesThePassword) {
  const auto address = read_address("postgresql://me:s%40cret@localhost:5433/store");
  ASSERT_TRUE(address) << address.error().text;
  ASSERT_EQ(address->hosts.size(), 1u);
  EXPECT_EQ(address->hosts[0].name, "localhost");
  EXPECT_EQ(address->hosts[0].port, "5433");
  EXPECT_EQ(option(*address, "user"), "me");
  EXPECT_EQ(option(*address, "password"), "s@cret");
  EXPECT_EQ(address->str(), "PostgreSQL at localhost:5433, database store");
}

TEST(ServerAddress, IsPlainOnThisMachineUnlessItSaysOtherwise) {
  for (const auto* url :
       {"postgresql:///store", "postgresql://%2Frun%2Fpg/store", "postgresql://localhost/store",
        "postgresql://127.0.0.1/store", "postgresql://[::1]/store",
        "postgresql://db.example.com/store?hostaddr=127.0.0.1", "postgres://127.9.9.9/store"}) {
    const auto address = read_address(url);
    ASSERT_TRUE(address) << url;
    EXPECT_EQ(option(*address, "sslmode"), "disable") << url;
  }
  const auto asked = read_address("postgresql://localhost/store?sslmode=require");
  ASSERT_TRUE(asked);
  EXPECT_EQ(option(*asked, "sslmode"), "require");
}

TEST(ServerAddress, IsUnderTls13OffThisMachineAndNothingLess) {
  const auto address = read_address("postgresql://db.example.com/store");
  ASSERT_TRUE(address);
  EXPECT_EQ(option(*address, "sslmode"), "verify-full");
  EXPECT_EQ(option(*address, "ssl_min_protocol_version"), "TLSv1.3");
  EXPECT_THAT(option(*address, "sslrootcert"), HasSubstr("/etc/ssl/certs/"));
  const auto own = read_address("postgresql://db.example.com/store?sslrootcert=/etc/own.pem");
  ASSERT_TRUE(own);
  EXPECT_EQ(option(*own, "sslrootcert"), "/etc/own.pem");
  for (const auto* weaker : {"disable", "allow", "prefer", "require", "verify-ca"}) {
    EXPECT_THAT(error_of(fmt::format("postgresql://db.example.com/store?sslmode={}", weaker)),
                HasSubstr("sslmode=verify-full"));
  }
  EXPECT_THAT(error_of("postgresql://10.0.0.1/store?ssl_min_protocol_version=TLSv1.2"),
              HasSubstr("TLS 1.3"));
  // One remote host among local ones is enough.
  EXPECT_THAT(error_of("postgresql://localhost,10.0.0.1/store?sslmode=require"),
              HasSubstr("verify-full"));
  EXPECT_THAT(error_of("postgresql://localhost/store?hostaddr=10.0.0.1&sslmode=require"),
              HasSubstr("verify-full"));
}

TEST(ServerAddress, NamesSeveralHostsOfWhichTheOneThatWritesIsTaken) {
  const auto address = read_address("postgresql://a.example,b.example:5433/store");
  ASSERT_TRUE(address);
  ASSERT_EQ(address->hosts.size(), 2u);
  EXPECT_EQ(address->hosts[1].name, "b.example");
  EXPECT_EQ(address->hosts[1].port, "5433");
  EXPECT_EQ(option(*address, "target_session_attrs"), "read-write");
}

TEST(ServerAddress, SaysHowLongConnectingMayTake) {
  EXPECT_EQ(read_address("postgresql:///store")->connect_wait, 5s);
  EXPECT_EQ(read_address("postgresql:///store?connect_timeout=2")->connect_wait, 2s);
  for (const auto* wrong : {"0", "61", "-1", "x", "2s"}) {
    EXPECT_THAT(error_of(fmt::format("postgresql:///store?connect_timeout={}", wrong)),
                HasSubstr("from 1 to 60"));
  }
}

TEST(ServerAddress, IsRefusedWithoutAWordOfItself) {
  for (const auto* url :
       {"", "store.db", "host=localhost dbname=x password=geheim", "mysql://u:geheim@h/d",
        "postgresql://u:ge@heim@h/d", "postgresql://u:geheim/x@h/d", "postgresql://u:1/geheim@h/d",
        "postgresql://u:geheim%@h/d", "postgresql://u:geheim@h:port/d?nonsense=geheim",
        "postgresql://u:geheim@h", "postgresql://u:geheim@h/d?service=geheim",
        "postgresql://u:geheim@h/d?replication=true", "postgresql://u:geheim@h/d?port=1,2,3"}) {
    const auto error = error_of(url);
    EXPECT_THAT(error, HasSubstr("store.database: ")) << url;
    EXPECT_THAT(error, Not(HasSubstr("geheim"))) << url;
    EXPECT_THAT(error, Not(HasSubstr("heim"))) << url;
  }
}

}  // namespace
}  // namespace cloudvno::storage::postgres
