// What the PostgreSQL engine demands of a server, and how it says so.
#include "platform/storage/postgres/postgres.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>

#include "platform/net/testing/temporary_certificate.hpp"
#include "platform/storage/testing/postgres_server.hpp"
#include "platform/storage/testing/test_database.hpp"

namespace cloudvno::storage {
namespace {

using testing::Engine;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::PostgresServer;

class Postgres : public ::testing::Test {
 protected:
  void SetUp() override {
    if (testing::engine_of_this_run() != Engine::postgres) GTEST_SKIP() << "is run on PostgreSQL";
  }
  static PostgresServer& server() { return PostgresServer::shared(); }
  static std::string error_of(const std::string& url) {
    boost::asio::io_context context;
    PostgresOptions options;
    options.url = url;
    const auto opened = open_postgres(options, context.get_executor());
    return opened ? "" : opened.error().text + opened.error().detail;
  }
  static std::string with_setting(std::string_view setting) {
    return fmt::format("{}?options=-c{}", server().url(), setting);
  }
};

TEST_F(Postgres, RefusesAServerThatMayLoseWhatItCommitted) {
  for (const std::string setting : {"fsync", "full_page_writes"}) {
    const PostgresServer careless({setting + "=off"});
    const auto error = error_of(careless.url());
    EXPECT_THAT(error, HasSubstr(setting + " = off")) << error;
    EXPECT_THAT(error, HasSubstr("can lose what it committed"));
    EXPECT_THAT(error, HasSubstr("PostgreSQL at " + careless.folder()));
  }
}

TEST_F(Postgres, TurnsSynchronousCommitOnWhateverTheDefault) {
  for (const auto* weaker : {"off", "local", "remote_write"}) {
    boost::asio::io_context context;
    PostgresOptions options;
    options.url = with_setting(fmt::format("synchronous_commit%3D{}", weaker));
    const auto opened = open_postgres(options, context.get_executor());
    ASSERT_TRUE(opened) << opened.error().detail;
    EXPECT_EQ((*opened)->transact_now([](Transaction& tx) -> Result<std::string> {
      const auto rows = tx.query("SELECT current_setting('synchronous_commit')");
      return rows->next() ? std::string(rows->text(0)) : "";
    }),
              "on");
  }
}

TEST_F(Postgres, RefusesADatabaseThatKeepsTextOtherwise) {
  server().run("CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0");
  EXPECT_THAT(error_of(server().url("latin")), HasSubstr("encoding is LATIN1"));
  server().run(
      "CREATE DATABASE icu ENCODING 'UTF8' LOCALE_PROVIDER icu ICU_LOCALE 'en-US' LOCALE 'C' "
      "TEMPLATE template0");
  EXPECT_THAT(error_of(server().url("icu")), HasSubstr("sorts text by ICU rules"));
  EXPECT_THAT(error_of(server().url("icu")), HasSubstr("--locale=C"));
}

TEST_F(Postgres, RefusesAServerThatTakesNoWrites) {
  EXPECT_THAT(error_of(with_setting("default_transaction_read_only%3Don")),
              HasSubstr("takes no writes"));
}

TEST_F(Postgres, SaysWhatIsWrongWithAServerThatIsNotThere) {
  EXPECT_THAT(error_of("postgresql://u:geheim@%2Fnowhere/store"),
              AllOf(HasSubstr("PostgreSQL at /nowhere, database store"), Not(HasSubstr("geheim"))));
  EXPECT_THAT(error_of("postgresql://u:geheim@127.0.0.1:1/store"),
              AllOf(HasSubstr("Connection refused"), Not(HasSubstr("geheim"))));
  EXPECT_THAT(error_of("postgresql://u:geheim@no-such-host.invalid/store?connect_timeout=3"),
              AllOf(HasSubstr("looked up"), Not(HasSubstr("geheim"))));
  EXPECT_THAT(error_of(server().url("nothing")), HasSubstr("\"nothing\" does not exist"));
}

TEST_F(Postgres, GoesOnToTheNextHostWhereTheFirstIsAway) {
  std::string folder;
  for (const char c : server().folder())
    folder += c == '/' ? std::string("%2F") : std::string(1, c);
  EXPECT_EQ(error_of(fmt::format("postgresql://cloudvno@%2Fnowhere,{}/postgres", folder)), "");
}

TEST_F(Postgres, SpeaksTls13WithAServerWhoseNameItHasChecked) {
  const net::testing::TemporaryCertificate certificate;
  const PostgresServer::Tls tls{certificate.paths().certificate, certificate.paths().key};
  const PostgresServer modern({}, tls);
  const PostgresServer old({"ssl_max_protocol_version=TLSv1.2"}, tls);
  const auto url = [&](const PostgresServer& of, std::string_view host) {
    return fmt::format(
        "postgresql://cloudvno@{}:{}/postgres?hostaddr=127.0.0.1&sslmode=verify-full&"
        "ssl_min_protocol_version=TLSv1.3&sslrootcert={}",
        host, of.port(), certificate.paths().certificate);
  };
  EXPECT_EQ(error_of(url(modern, "extra.example")), "");
  EXPECT_THAT(error_of(url(modern, "other.example")), HasSubstr("does not match host name"));
  EXPECT_THAT(error_of(url(old, "extra.example")), HasSubstr("SSL error"));
}

}  // namespace
}  // namespace cloudvno::storage
