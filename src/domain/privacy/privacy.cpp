// The rounds of privacy.
#include "domain/privacy/privacy.hpp"

#include "base/log.hpp"
#include "base/metrics.hpp"
#include "platform/net/event.hpp"

namespace cloudvno::privacy {

std::optional<Time> read_clock_mark(storage::Transaction& tx) {
  const auto rows = tx.query("SELECT seen_at FROM clock_mark WHERE name = 'clock'");
  return rows->next() ? std::optional(rows->time(0)) : std::nullopt;
}

void write_clock_mark(storage::Transaction& tx, Time time) {
  tx.run(
      "INSERT INTO clock_mark (name, seen_at) VALUES ('clock', $1) "
      "ON CONFLICT (name) DO UPDATE SET seen_at = excluded.seen_at",
      time);
}

Privacy::Privacy(storage::Database& database, const cluster::Node& node, vault::Vault& vault,
                 accounts::Accounts& accounts, const Clock& clock,
                 std::vector<storage::Table> tables, BeforeRowsGo before_rows_go,
                 std::function<bool()> synchronised)
    : database_(database),
      node_(node),
      vault_(vault),
      accounts_(accounts),
      clock_(clock),
      tables_(std::move(tables)),
      before_rows_go_(std::move(before_rows_go)),
      guard_(clock, std::move(synchronised)) {}

// One bounded transaction of background work: refused where the duty went to another node, and
// followed by as long a pause as it took, so that it takes at most half of the store.
template <class Body>
net::Task<std::invoke_result_t<Body&, storage::Transaction&>> Privacy::step(Body body) {
  using R = std::invoke_result_t<Body&, storage::Transaction&>;
  const auto begun = clock_.elapsed();
  auto done = co_await database_.transact([&](storage::Transaction& tx) -> R {
    if (!node_.on_duty(tx, "privacy")) return fail(Errc::wrong_state);
    return body(tx);
  });
  co_await net::sleep_for(std::chrono::ceil<std::chrono::milliseconds>(clock_.elapsed() - begun));
  co_return done;
}

net::Task<bool> Privacy::round() {
  // A key that another process took out of the file is forgotten here too.
  if (const auto read = vault_.reload(); !read) {
    log::warn("privacy.root_key_file", {{"detail", read.error().detail}});
  }
  const auto duty = co_await take_duty();
  if (!duty || !duty->ours) co_return false;
  const auto now = guard_.trusted(duty->mark);
  if (!now != clock_doubted_) {
    clock_doubted_ = !now;
    if (!now) {
      log::error("privacy.clock_doubted",
                 {{"why",
                   "the clock moved by itself, and no time server vouches for it; nothing "
                   "is deleted until it is right or `cloudvno clock accept` is run"}});
    } else {
      log::info("privacy.clock_believed");
    }
  }
  static auto& doubted =
      metrics::gauge("cloudvno_clock_doubted", "1 while nothing is deleted because of the clock");
  doubted.set(clock_doubted_ ? 1 : 0);
  if (now && !co_await write_mark(*now)) co_return false;
  if (!co_await delete_erased()) co_return false;
  if (!co_await turn_keys()) co_return false;
  if (now) (void)co_await sweep(*now);
  co_return now.has_value();
}

net::Task<Result<Privacy::Duty>> Privacy::take_duty() {
  co_return co_await database_.transact([&](storage::Transaction& tx) -> Result<Duty> {
    return Duty{node_.on_duty(tx, "privacy"), read_clock_mark(tx)};
  });
}

net::Task<Result<>> Privacy::write_mark(Time now) {
  co_return co_await step([now](storage::Transaction& tx) -> Result<> {
    write_clock_mark(tx, now);
    return {};
  });
}

net::Task<Result<>> Privacy::delete_erased() {
  CO_TRY_ASSIGN(
      const auto erasures,
      co_await database_.read([](storage::Transaction& tx) -> Result<std::vector<Erasure>> {
        return list_erasures(tx);
      }));
  for (const auto& erasure : erasures) {
    if (erasure.rows_deleted) continue;
    // Before that, somebody may still write rows of the account.
    const bool last = clock_.now() >= erasure.erased_at + keys_let_go;
    for (const auto& table : tables_) {
      if (!table.account.empty()) CO_TRY(co_await delete_rows_of(erasure.account, table));
    }
    if (!last) continue;
    CO_TRY(co_await step([&, now = clock_.now()](storage::Transaction& tx) -> Result<> {
      note_rows_deleted(tx, erasure.account, now);
      return {};
    }));
    log::info("privacy.account_erased", {{"account", erasure.account.view()}});
  }
  co_return Result<>();
}

net::Task<Result<>> Privacy::delete_rows_of(AccountSid account, const storage::Table& table) {
  Walk walk;
  while (!walk.done) {
    CO_TRY_ASSIGN(
        const auto keys,
        co_await database_.read([&](storage::Transaction& tx) -> Result<std::vector<Cells>> {
          return list_rows(tx, table, account.view(), walk, rows_a_step);
        }));
    if (keys.empty()) break;
    CO_TRY(co_await step([&, now = clock_.now()](storage::Transaction& tx) -> Result<std::int64_t> {
      before_rows_go_(tx, account, now);
      return delete_rows(tx, table, keys);
    }));
  }
  co_return Result<>();
}

net::Task<Result<>> Privacy::turn_keys() {
  CO_TRY_ASSIGN(const auto turns, co_await database_.read(
                                      [](storage::Transaction& tx) -> Result<std::vector<KeyTurn>> {
                                        return list_key_turns(tx);
                                      }));
  for (const auto& turn : turns) {
    // Before that, somebody may still seal with the version from before.
    const bool last = clock_.now() >= turn.begun_at + keys_let_go;
    const auto resealed = co_await reseal(turn.account);
    if (!resealed) {
      log::error("privacy.key_not_turned",
                 {{"account", turn.account.view()}, {"detail", resealed.error().detail}});
      continue;
    }
    // Nobody can have sealed with an old version since a whole pass found nothing.
    if (!last || *resealed > 0) continue;
    CO_TRY(co_await step([&, now = clock_.now()](storage::Transaction& tx) -> Result<> {
      end_key_turn(tx, turn.account, now);
      return {};
    }));
    log::info("privacy.key_turned", {{"account", turn.account.view()}});
  }
  co_return Result<>();
}

net::Task<Result<std::int64_t>> Privacy::reseal(AccountSid sid) {
  std::int64_t values = 0;
  for (const auto& table : tables_) {
    if (!has_sealed(table)) continue;
    Walk walk;
    while (!walk.done) {
      auto read = co_await database_.read(
          [&, from = walk](storage::Transaction& tx) -> Result<std::vector<Resealed>> {
            walk = from;
            TRY_ASSIGN(const auto account, accounts_.find(tx, sid));
            return reseal_rows(tx, table, *account, walk, rows_a_step);
          });
      if (!read) co_return fail(std::move(read).error());
      if (read->empty()) continue;
      values += static_cast<std::int64_t>(read->size());
      CO_TRY(co_await step([&](storage::Transaction& tx) -> Result<> {
        write_resealed(tx, table, *read);
        return {};
      }));
    }
  }
  co_return values;
}

net::Task<Result<>> Privacy::sweep(Time now) {
  static auto& deleted =
      metrics::counter("cloudvno_rows_expired_total", "Rows deleted because their time was over");
  CO_TRY_ASSIGN(const auto sweeps, co_await database_.read(
                                       [&](storage::Transaction& tx) -> Result<std::vector<Sweep>> {
                                         return list_sweeps(tx, tables_, now);
                                       }));
  CO_TRY(co_await step([now](storage::Transaction& tx) -> Result<> {
    destroy_retired_keys(tx, now);
    return {};
  }));
  std::int64_t all = 0;
  for (const auto& one : sweeps) {
    SweepPosition position;
    while (!position.done) {
      CO_TRY_ASSIGN(
          const auto rows,
          co_await step([&, from = position](storage::Transaction& tx) -> Result<std::int64_t> {
            position = from;
            return sweep_step(tx, one, position, rows_a_step);
          }));
      all += rows;
      deleted.add(static_cast<double>(rows));
    }
  }
  if (all > 0) log::info("privacy.expired", {{"rows", all}});
  co_return Result<>();
}

}  // namespace cloudvno::privacy
