// A PostgreSQL server of a test's own, in a temporary folder, reached over a Unix socket.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cloudvno::storage::testing {

// Needs Debian's postgresql-15 (or newer); started by root it runs as the user postgres, because
// it refuses to run as root. Ends with the object, and with the process.
class PostgresServer {
 public:
  // The one of this process, made at the first call.
  static PostgresServer& shared();

  struct Tls {
    std::string certificate;  // PEM files
    std::string key;
  };

  // In memory where there is room: tests kill the server, not the machine, and syncs to a busy disk
  // are most of their time. Measurements want the disk.
  enum class Place { memory, disk };

  // `settings`: more lines of configuration, "fsync=off". With `tls` it listens on a free port of
  // 127.0.0.1 too, for TLS.
  explicit PostgresServer(std::vector<std::string> settings = {}, std::optional<Tls> tls = {},
                          Place place = Place::memory);
  ~PostgresServer();
  PostgresServer(const PostgresServer&) = delete;
  PostgresServer& operator=(const PostgresServer&) = delete;

  // The address of a database (made by initdb: "postgres") or of a schema in it.
  std::string url(std::string_view database = "postgres") const;
  std::string url_of_schema(std::string_view schema) const;
  // A schema that is not there yet, empty.
  std::string make_schema();
  const std::string& folder() const { return folder_; }
  int port() const { return port_; }

  // Runs SQL as its owner; answers the first column of the first row.
  std::string run(const std::string& sql) const;

  // All its processes at once, as they are at this moment.
  void freeze() const;
  void thaw() const;
  void kill();   // as a power cut does, without the disk's
  void start();  // waits until it answers

 private:
  bool answers() const;
  std::vector<pid_t> processes() const;
  void use_tls(const Tls& tls);
  void run_as_owner(const std::vector<std::string>& command) const;

  std::string folder_;
  std::vector<std::string> settings_;
  int port_ = 0;
  pid_t made_by_ = 0;
  pid_t process_ = -1;
  int schemas_ = 0;
};

}  // namespace cloudvno::storage::testing
