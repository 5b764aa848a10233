// Durable rows a second of 64 waiting writers on either engine, beside the engine itself, in turns.
//
// Each writer waits for its row before it writes the next, so the store can merge 64 at most; the
// references write 100 rows at a time and nobody waits for them. They stand for what the disk and
// the engine give on one connection; with 64 rows at a time for what is left when the batch is not
// larger than ours. Every contender starts each round with empty tables, and what it counts as
// durable is counted in the tables afterwards.
#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <unistd.h>

#include <cstdlib>
#include <exception>
#include <filesystem>
#include <functional>
#include <stdexcept>
#include <string>

#include "platform/storage/postgres/postgres.hpp"
#include "platform/storage/sqlite/sqlite.hpp"
#include "platform/storage/testing/postgres_server.hpp"
#include "platform/storage/testing/test_database.hpp"
#include "store/bare_postgres.hpp"
#include "store/bare_sqlite.hpp"
#include "store/row.hpp"
#include "store/waiting_writers.hpp"

namespace cloudvno::bench {
namespace {

constexpr int writers = 64;
constexpr int large_batch = 100;

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[(values.size() - 1) / 2];
}

struct Contender {
  std::string name;
  std::function<Measured()> run;
  std::vector<double> rows_a_second, half, most;  // of each round; waits in milliseconds
  double rate() const { return median(rows_a_second); }

  void go() {
    auto measured = run();
    rows_a_second.push_back(measured.rows_a_second());
    half.push_back(measured.wait(0.5));
    most.push_back(measured.wait(0.99));
  }
};

void require_durable(std::size_t answered, std::size_t found) {
  if (answered == found) return;
  throw std::runtime_error(fmt::format("{} rows were answered, {} are there", answered, found));
}

// Overwriting 4 KiB and having them on the disk, times a second.
double measure_syncs(const std::string& folder) {
  const auto path = folder + "/syncs";
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  const std::string page(4096, 'x');
  int count = 0;
  const auto start = steady_clock::now();
  auto now = start;
  for (; now - start < std::chrono::seconds(1); now = steady_clock::now(), ++count) {
    if (::pwrite(file, page.data(), page.size(), 0) < 0 || ::fdatasync(file) != 0) {
      throw std::runtime_error("the disk does not sync");
    }
  }
  ::close(file);
  return count / std::chrono::duration<double>(now - start).count();
}

// The files of one round on SQLite.
class SqliteRound {
 public:
  std::string path() const { return folder_.path() + "/store.db"; }

  Measured bare(int batch, steady_clock::duration time) const {
    return checked(measure_bare_sqlite(path(), batch, time));
  }
  Measured ours(steady_clock::duration time) const {
    boost::asio::io_context home(1);
    storage::SqliteOptions options;
    options.path = path();
    auto database = storage::open_sqlite(options, home.get_executor());
    if (!database) throw std::runtime_error(database.error().detail);
    create_tables(**database);
    auto measured = measure_waiting_writers(**database, home, writers, time);
    database->reset();
    return checked(std::move(measured));
  }

 private:
  Measured checked(Measured measured) const {
    require_durable(measured.rows, count_sqlite_rows(path()));
    return measured;
  }

  storage::testing::TemporaryFolder folder_;
};

// One round on PostgreSQL, on a schema that is empty and a server that has nothing left to do.
class PostgresRound {
 public:
  explicit PostgresRound(const storage::testing::PostgresServer& server) : server_(server) {
    server_.run(
        "SET client_min_messages = error; DROP SCHEMA public CASCADE; CREATE SCHEMA public");
    server_.run("CHECKPOINT");
  }

  Measured bare(int batch, steady_clock::duration time) const {
    server_.run(std::string(create_message));
    server_.run(std::string(create_queue));
    return checked(measure_bare_postgres(server_.url(), batch, time));
  }
  Measured ours(steady_clock::duration time) const {
    boost::asio::io_context home(1);
    storage::PostgresOptions options;
    options.url = server_.url();
    options.answer_wait =
        std::chrono::seconds(20);  // a busy machine is to be measured, not refused
    auto database = storage::open_postgres(options, home.get_executor());
    if (!database) throw std::runtime_error(database.error().detail + database.error().text);
    create_tables(**database);
    auto measured = measure_waiting_writers(**database, home, writers, time);
    database->reset();
    return checked(std::move(measured));
  }

 private:
  Measured checked(Measured measured) const {
    require_durable(measured.rows,
                    std::stoul(server_.run("SELECT count(*) FROM message JOIN outbound_queue ON "
                                           "message_sid = sid")));
    return measured;
  }

  const storage::testing::PostgresServer& server_;
};

void print(const Contender& one, double reference) {
  fmt::print("| {:<45} | {:>7.0f} | {:>6.2f} | {:>6.2f} | {:>5.2f} |\n", one.name, one.rate(),
             median(one.half), median(one.most), one.rate() / reference);
}

int run(int rounds, steady_clock::duration time) {
  using storage::testing::PostgresServer;
  const PostgresServer server({}, {}, PostgresServer::Place::disk);
  // As `serve` does.
  const sched_param parameters{};
  ::sched_setscheduler(0, SCHED_BATCH, &parameters);

  const auto sqlite_bare = [=](int batch) { return SqliteRound().bare(batch, time); };
  const auto postgres_bare = [&](int batch) { return PostgresRound(server).bare(batch, time); };
  std::vector<Contender> contenders;
  const auto add = [&](std::string name, std::function<Measured()> work) {
    contenders.push_back({std::move(name), std::move(work), {}, {}, {}});
  };
  add("SQLite alone, 100 rows a transaction", [&] { return sqlite_bare(large_batch); });
  add("SQLite alone, 64 rows a transaction", [&] { return sqlite_bare(writers); });
  add("64 waiting writers on SQLite", [&] { return SqliteRound().ours(time); });
  add("PostgreSQL alone, 100 rows a merged statement", [&] { return postgres_bare(large_batch); });
  add("PostgreSQL alone, 64 rows a merged statement", [&] { return postgres_bare(writers); });
  add("64 waiting writers on PostgreSQL", [&] { return PostgresRound(server).ours(time); });

  std::vector<double> syncs;
  const storage::testing::TemporaryFolder folder;
  for (int round = 0; round < rounds; ++round) {
    syncs.push_back(measure_syncs(folder.path()));
    for (auto& contender : contenders) contender.go();
  }

  const auto seconds = std::chrono::duration<double>(time).count();
  fmt::print(
      "A row is a message of 1 kB and its entry in a queue. Median of {} rounds of {} s in turns; "
      "p50 and p99\nof the wait for what was asked, in ms. 4 KiB overwritten and synced: {:.0f}/s "
      "on this disk.\n\n",
      rounds, seconds, median(syncs));
  fmt::print("| {:<45} | {:>7} | {:>6} | {:>6} | {:>5} |\n", "", "rows/s", "p50", "p99", "ratio");
  fmt::print("|{:-<47}|{:->8}:|{:->7}:|{:->7}:|{:->6}:|\n", "", "", "", "", "");
  for (std::size_t i = 0; i < contenders.size(); ++i) {
    print(contenders[i], contenders[i < 3 ? 0 : 3].rate());
  }
  const auto rate = [&](std::size_t place) { return contenders[place].rate(); };
  fmt::print(
      "\nfsyncs={:.0f} sqlite_bare={:.0f} sqlite={:.0f} sqlite_ratio={:.2f} postgres_bare={:.0f} "
      "postgres={:.0f} postgres_ratio={:.2f}\n",
      median(syncs), rate(0), rate(2), rate(2) / rate(0), rate(3), rate(5), rate(5) / rate(3));
  return 0;
}

}  // namespace
}  // namespace cloudvno::bench

int main(int argc, char** argv) {
  const int rounds = argc > 1 ? std::atoi(argv[1]) : 5;
  const int milliseconds = argc > 2 ? static_cast<int>(std::atof(argv[2]) * 1000) : 2000;
  if (rounds < 1 || milliseconds < 1) {
    fmt::print(stderr, "bench_store [ROUNDS] [SECONDS]\n");
    return 2;
  }
  try {
    return cloudvno::bench::run(rounds, std::chrono::milliseconds(milliseconds));
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 1;
  }
}
