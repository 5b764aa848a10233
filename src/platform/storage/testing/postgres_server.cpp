// A PostgreSQL server of a test's own.
#include "platform/storage/testing/postgres_server.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <grp.h>
#include <libpq-fe.h>
#include <netinet/in.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <memory>
#include <stdexcept>

namespace cloudvno::storage::testing {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using std::chrono::steady_clock;

constexpr auto patience = 60s;

std::string programs() {
  int newest = 0;
  for (const auto& entry : fs::directory_iterator("/usr/lib/postgresql")) {
    newest = std::max(newest, std::atoi(entry.path().filename().c_str()));
  }
  if (newest < 15) throw std::runtime_error("tests need Debian's postgresql-15");
  return fmt::format("/usr/lib/postgresql/{}/bin", newest);
}

fs::path parent_folder(PostgresServer::Place place) {
  if (place == PostgresServer::Place::disk) return fs::temp_directory_path();
  std::error_code error;
  const auto room = fs::space("/dev/shm", error);
  constexpr std::uintmax_t enough = 1ull << 30;
  return !error && room.available >= enough ? "/dev/shm" : fs::temp_directory_path();
}

// Whom it runs as; nobody in particular where we are not root.
const passwd* owner() {
  if (::geteuid() != 0) return nullptr;
  const auto* found = ::getpwnam("postgres");
  if (!found) throw std::runtime_error("tests started by root need the user postgres");
  return found;
}

// In the child: runs `command` as the owner and ends with this process.
[[noreturn]] void become(const std::vector<std::string>& command, const std::string& log) {
  const int out = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  ::dup2(out, 1);
  ::dup2(out, 2);
  if (const auto* user = owner()) {
    if (::setgroups(0, nullptr) != 0 || ::setgid(user->pw_gid) != 0 ||
        ::setuid(user->pw_uid) != 0) {
      ::_exit(126);
    }
  }
  ::prctl(PR_SET_PDEATHSIG, SIGQUIT);
  std::vector<char*> arguments;
  for (const auto& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::execv(arguments[0], arguments.data());
  ::_exit(127);
}

// Below those that the kernel hands out, so that nothing takes it before the server does.
int find_free_port() {
  for (int port = 21'000 + ::getpid() % 5'000; port < 32'000; ++port) {
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    const bool free = ::bind(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
    ::close(socket);
    if (free) return port;
  }
  throw std::runtime_error("no free port");
}

std::string read_whole(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

PostgresServer& PostgresServer::shared() {
  static PostgresServer server;
  return server;
}

PostgresServer::PostgresServer(std::vector<std::string> settings, std::optional<Tls> tls,
                               Place place)
    : settings_(std::move(settings)), made_by_(::getpid()) {
  folder_ = (parent_folder(place) / "cloudvno-pg-XXXXXX").string();
  if (!::mkdtemp(folder_.data())) throw std::runtime_error("cannot make a temporary folder");
  if (const auto* user = owner()) {
    if (::chown(folder_.c_str(), user->pw_uid, user->pw_gid) != 0) {
      throw std::runtime_error("cannot give a folder to the user postgres");
    }
  }
  run_as_owner({programs() + "/initdb", "--pgdata=" + folder_ + "/data", "--username=cloudvno",
                "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions"});
  if (tls) use_tls(*tls);
  start();
}

void PostgresServer::use_tls(const Tls& tls) {
  // Given to the server by a copy of its own: it refuses a key that others own.
  for (const auto& [from, name] :
       {std::pair(tls.certificate, "server.crt"), std::pair(tls.key, "server.key")}) {
    const auto to = folder_ + "/data/" + name;
    fs::copy_file(from, to);
    fs::permissions(to, fs::perms::owner_read | fs::perms::owner_write);
    if (const auto* user = owner()) (void)!::chown(to.c_str(), user->pw_uid, user->pw_gid);
  }
  port_ = find_free_port();
  std::ofstream(folder_ + "/data/pg_hba.conf", std::ios::app)
      << "hostssl all all 127.0.0.1/32 trust\n";
}

PostgresServer::~PostgresServer() {
  if (::getpid() != made_by_) return;  // a fork of the test
  kill();
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

void PostgresServer::run_as_owner(const std::vector<std::string>& command) const {
  const auto log = folder_ + "/log";
  const pid_t child = ::fork();
  if (child == 0) become(command, log);
  int status = 0;
  ::waitpid(child, &status, 0);
  if (status != 0) {
    throw std::runtime_error(fmt::format("{} failed: {}", command[0], read_whole(log)));
  }
}

void PostgresServer::start() {
  std::vector<std::string> command = {programs() + "/postgres", "-D", folder_ + "/data"};
  const auto set = [&](const std::string& setting) {
    command.emplace_back("-c");
    command.push_back(setting);
  };
  set("unix_socket_directories=" + folder_);
  set(port_ == 0 ? "listen_addresses=" : "listen_addresses=127.0.0.1");
  if (port_ != 0) {
    set(fmt::format("port={}", port_));
    set("ssl=on");
  }
  set("max_connections=200");
  // So that nothing happens by itself in the middle of a test.
  set("checkpoint_timeout=1h");
  set("max_wal_size=8GB");
  set("autovacuum=off");
  set("deadlock_timeout=50ms");
  for (const auto& setting : settings_) set(setting);
  const auto log = folder_ + "/log";
  const auto until = steady_clock::now() + patience;
  process_ = ::fork();
  if (process_ == 0) become(command, log);
  while (!answers()) {
    // After a kill the old processes may hold its memory for a moment longer.
    if (::waitpid(process_, nullptr, WNOHANG) == process_) {
      process_ = ::fork();
      if (process_ == 0) become(command, log);
    }
    if (steady_clock::now() > until) {
      throw std::runtime_error("PostgreSQL does not start: " + read_whole(log));
    }
    ::poll(nullptr, 0, 20);
  }
}

bool PostgresServer::answers() const {
  return PQping(url().c_str()) == PQPING_OK;
}

std::string PostgresServer::url(std::string_view database) const {
  std::string host;
  for (const char c : folder_) host += c == '/' ? std::string("%2F") : std::string(1, c);
  const auto port = port_ == 0 ? std::string() : fmt::format(":{}", port_);
  return fmt::format("postgresql://cloudvno@{}{}/{}", host, port, database);
}

std::string PostgresServer::url_of_schema(std::string_view schema) const {
  return fmt::format("{}?options=-csearch_path%3D{}", url(), schema);
}

std::string PostgresServer::make_schema() {
  auto name = fmt::format("test_{}", ++schemas_);
  run("CREATE SCHEMA " + name);
  return name;
}

std::string PostgresServer::run(const std::string& sql) const {
  const std::unique_ptr<PGconn, decltype(&PQfinish)> connection(PQconnectdb(url().c_str()),
                                                                &PQfinish);
  const std::unique_ptr<PGresult, decltype(&PQclear)> result(PQexec(connection.get(), sql.c_str()),
                                                             &PQclear);
  const auto status = PQresultStatus(result.get());
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
    throw std::runtime_error(PQerrorMessage(connection.get()));
  }
  return PQntuples(result.get()) > 0 ? PQgetvalue(result.get(), 0, 0) : "";
}

std::vector<pid_t> PostgresServer::processes() const {
  std::vector<pid_t> all = {process_};
  std::ifstream children(fmt::format("/proc/{0}/task/{0}/children", process_));
  for (pid_t child = 0; children >> child;) all.push_back(child);
  return all;
}

void PostgresServer::freeze() const {
  ::kill(process_, SIGSTOP);  // it makes no more children
  for (const auto each : processes()) ::kill(each, SIGSTOP);
}

void PostgresServer::thaw() const {
  for (const auto each : processes()) ::kill(each, SIGCONT);
}

void PostgresServer::kill() {
  if (process_ < 0) return;
  const auto all = processes();
  for (const auto each : all) ::kill(each, SIGKILL);
  ::waitpid(process_, nullptr, 0);
  process_ = -1;
}

}  // namespace cloudvno::storage::testing
