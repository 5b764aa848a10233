// Fills a store for `./dev bench rows`: rows as the program writes and seals them, ages spread over
// the 90 days that they are kept.
//
//   fill_rows CONFIG ACCOUNT ROWS OTHER_ROWS   that many messages, and of each other table that
//                                              grows with traffic
//   fill_rows CONFIG ACCOUNT expired ROWS      rows whose time is over, half of them of an account
//                                              that keeps less
//
// Nine rows of ten are the account's, the tenth is one of twenty others'. Of 100,000 rows one is
// rare: a message or delivery that failed, a request answered 500.
#include <fmt/format.h>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <chrono>
#include <cstdlib>
#include <stdexcept>

#include "app/settings.hpp"
#include "app/store.hpp"
#include "base/clock.hpp"
#include "base/random.hpp"
#include "domain/accounts/account_store.hpp"
#include "domain/accounts/accounts.hpp"
#include "domain/accounts/open_account.hpp"
#include "domain/messaging/carrier_ref.hpp"
#include "domain/messaging/message_json.hpp"
#include "domain/messaging/message_store.hpp"
#include "domain/messaging/queue_store.hpp"
#include "domain/requests/request_store.hpp"
#include "domain/webhooks/delivery_store.hpp"
#include "domain/webhooks/endpoint_store.hpp"
#include "platform/net/runtime.hpp"

namespace cloudvno {
namespace {

constexpr std::int64_t rows_a_body = 20'000;
constexpr std::int64_t rare_rows = 100;
constexpr int others = 20;
constexpr int short_retention_days = 30;
constexpr std::chrono::days kept{90};

template <class T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(app::describe(result.error()));
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

struct Owner {
  AccountSid sid;
  vault::KeysPtr keys;
  PhoneNumber number;
  ApiKeySid key;
  std::array<EndpointSid, 3> endpoints;
};

PhoneNumber number(std::int64_t digits) {
  return *PhoneNumber::parse(fmt::format("+1{}", 2'000'000'000 + digits));
}

// The same for the same row, so that a body that runs again writes the same.
std::uint64_t mix(std::int64_t row) {
  auto x = static_cast<std::uint64_t>(row) + 0x9e3779b97f4a7c15u;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

class Filler {
 public:
  Filler(const std::string& config, const AccountSid& account)
      : settings_(must(app::read_settings(config))),
        database_(must(app::open_store(settings_, loop_.executor(), app::StoreUse::migration))),
        vault_(must(app::open_vault(settings_, *database_))) {
    find_owners(account);
  }

  void fill(std::int64_t messages, std::int64_t other_rows) {
    const auto indexes = drop_indexes();
    recipients_ = std::max<std::int64_t>(1, messages / 10);
    const auto now = SystemClock().now();
    // An hour from both ends: nothing expires, and nothing is newer, while it is measured.
    const auto from = now - kept + std::chrono::hours(1);
    const auto until = now - std::chrono::hours(1);
    rare_ = std::max<std::int64_t>(1, messages / rare_rows);
    each_body("messages", messages, [&](storage::Transaction& tx, std::int64_t row) {
      write_message(tx, owner_of(row), row, from + (until - from) / messages * row);
    });
    rare_ = std::max<std::int64_t>(1, other_rows / rare_rows);
    each_body("other rows", other_rows, [&](storage::Transaction& tx, std::int64_t row) {
      write_others(tx, owner_of(row), row, from + (until - from) / other_rows * row);
    });
    // Sorting within a gigabyte, not within the cache of a serving program: runs of a gigabyte to
    // merge instead of hundreds of small ones.
    if (settings_.store_is_embedded()) run("PRAGMA cache_size = -1000000");
    for (const auto& index : indexes) {
      const Timed timed(fmt::format("{:.60}…", index));
      run(index);
    }
    if (!settings_.store_is_embedded()) run("ANALYZE");
  }

  void add_expired(std::int64_t rows) {
    const auto now = SystemClock().now();
    recipients_ = 1'000;
    rare_ = rows;
    each_body("expired rows", rows, [&](storage::Transaction& tx, std::int64_t row) {
      // Of the account that keeps less, rows which the others would still keep.
      const bool of_short = row % 2 == 1;
      const auto& owner = of_short ? owners_.back() : owners_.front();
      const auto oldest =
          now - (of_short ? std::chrono::days(short_retention_days) : kept) - std::chrono::days(5);
      const auto at = oldest + Micros(std::chrono::days(4)) / rows * row;
      write_message(tx, owner, row, at);
      write_others(tx, owner, row, at);
    });
  }

 private:
  struct Timed {
    explicit Timed(std::string what) : what_(std::move(what)) {}
    ~Timed() {
      fmt::print(stderr, "{:7.1f} s  {}\n",
                 std::chrono::duration<double>(std::chrono::steady_clock::now() - begun_).count(),
                 what_);
    }
    std::string what_;
    std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
  };

  // The account to be measured first, the one that keeps less last.
  void find_owners(const AccountSid& account) {
    must(database_->transact_now([&](storage::Transaction& tx) -> Result<> {
      owners_.clear();
      TRY_ASSIGN(auto first, accounts::find_account(tx, *vault_, account));
      add_owner(first);
      for (const auto& each : accounts::list_accounts(tx)) {
        if (each.sid == account) continue;
        TRY_ASSIGN(auto other, accounts::find_account(tx, *vault_, each.sid));
        add_owner(other);
      }
      while (owners_.size() < 1 + others) {
        TRY_ASSIGN(auto other, accounts::open_account(tx, *vault_, {"Other"}, SystemClock().now()));
        add_owner(other);
      }
      accounts::set_retention(tx, owners_.back().sid, short_retention_days, SystemClock().now());
      return {};
    }));
  }

  void add_owner(const accounts::Account& account) {
    Owner owner{account.sid, account.keys, number(5'550'000 + std::ssize(owners_)), {}, {}};
    owner.key = ApiKeySid::make(account.created_at);
    for (auto& endpoint : owner.endpoints) endpoint = EndpointSid::make(account.created_at);
    owners_.push_back(std::move(owner));
  }

  // The account that keeps less has no rows here: all of them would be old for it.
  const Owner& owner_of(std::int64_t row) const {
    return row % 10 == 9 ? owners_[1 + mix(row) % (others - 1)] : owners_.front();
  }

  template <class Write>
  void each_body(std::string_view what, std::int64_t rows, Write write) {
    const Timed timed(fmt::format("{} {}", rows, what));
    for (std::int64_t first = 0; first < rows; first += rows_a_body) {
      must(database_->transact_now([&](storage::Transaction& tx) -> Result<> {
        for (auto row = first; row < std::min(first + rows_a_body, rows); ++row) write(tx, row);
        return {};
      }));
    }
  }

  messaging::Message make_message(const Owner& owner, std::int64_t row, Time at) const {
    using enum messaging::MessageStatus;
    messaging::Message message;
    message.sid = MessageSid::make(at);
    message.account = owner.sid;
    message.from = owner.number;
    message.to =
        number(static_cast<std::int64_t>(mix(row) % static_cast<std::uint64_t>(recipients_)));
    message.body = fmt::format("Your order {} is on its way and comes tomorrow.", row);
    message.status = row % rare_ == rare_ / 2 ? failed : row % 100 == 7 ? undelivered : delivered;
    if (row % 20 == 3) {
      message.direction = messaging::Direction::inbound;
      message.status = received;
      std::swap(message.from, message.to);
    }
    message.carrier = "sandbox";
    message.created_at = message.updated_at = at;
    return message;
  }

  void write_message(storage::Transaction& tx, const Owner& owner, std::int64_t row, Time at) {
    const auto message = make_message(owner, row, at);
    messaging::insert_message(tx, *owner.keys, message);
    if (message.status == messaging::MessageStatus::received) return;
    messaging::insert_part(tx, message, 1,
                           messaging::carrier_ref(*vault_, "sandbox", message.sid.view()));
  }

  void write_others(storage::Transaction& tx, const Owner& owner, std::int64_t row, Time at) {
    const auto message = make_message(owner, row, at);
    const bool is_rare = row % rare_ == rare_ / 2;
    webhooks::Event event;
    event.sid = EventSid::make(at);
    event.account = owner.sid;
    event.type = is_rare ? "message.failed" : "message.delivered";
    event.resource_sid = message.sid.view();
    event.data = boost::json::serialize(messaging::to_json(message, {}));
    event.created_at = at;
    webhooks::insert_event(tx, *owner.keys, event);

    webhooks::Delivery delivery;
    delivery.sid = DeliverySid::make(at);
    delivery.account = owner.sid;
    delivery.kind = event.type;
    delivery.endpoint_sid = owner.endpoints[static_cast<std::size_t>(row % 3)];
    delivery.endpoint =
        owner.keys->blind_index("webhook_delivery.endpoint", delivery.endpoint_sid.view());
    delivery.event_sid = event.sid;
    delivery.resource_sid = event.resource_sid;
    delivery.request.body = webhooks::print_event(event);
    delivery.status =
        is_rare ? webhooks::DeliveryStatus::failed : webhooks::DeliveryStatus::succeeded;
    delivery.attempts = delivery.attempts_in_all = 1;
    delivery.created_at = delivery.next_attempt_at = at;
    webhooks::insert_delivery(tx, *owner.keys, delivery, "");
    webhooks::Attempt attempt;
    attempt.number = 1;
    attempt.begun_at = at;
    attempt.response_status = is_rare ? 500 : 204;
    attempt.url = "https://example.com/events";
    attempt.method = "POST";
    attempt.body = delivery.request.body;
    webhooks::insert_attempt(tx, delivery, attempt,
                             webhooks::seal_exchange(*owner.keys, delivery.sid, attempt));

    requests::LoggedRequest logged;
    logged.id = RequestId::make(at);
    logged.account = owner.sid;
    logged.key = owner.key;
    logged.method = row % 2 == 0 ? "GET" : "POST";
    logged.route = is_rare ? "/v1/available_phone_numbers" : "/v1/messages";
    logged.status = is_rare ? 500 : 200;
    logged.received = at;
    logged.duration = Micros(1'500);
    logged.network = "203.0.113.0/24";
    const requests::PendingRequest pending[] = {{std::move(logged), owner.keys}};
    requests::insert_requests(tx, pending);
  }

  // Built after the rows, sorted, in a small part of the time. Answers the statements that make
  // them.
  std::vector<std::string> drop_indexes() {
    std::vector<std::string> statements;
    must(database_->transact_now([&](storage::Transaction& tx) -> Result<> {
      statements.clear();
      std::vector<std::string> names;
      const auto tables =
          "('message', 'message_part', 'event', 'webhook_delivery', 'webhook_attempt', "
          "'request_log')";
      const auto rows = tx.query_text(
          settings_.store_is_embedded()
              ? fmt::format("SELECT name, sql FROM sqlite_master WHERE type = 'index' "
                            "AND sql IS NOT NULL AND tbl_name IN {}",
                            tables)
              : fmt::format("SELECT indexname::text, indexdef FROM pg_indexes WHERE tablename IN "
                            "{} AND indexname NOT LIKE '%_pkey'",
                            tables),
          {});
      while (rows->next()) {
        names.emplace_back(rows->text(0));
        statements.emplace_back(rows->text(1));
      }
      for (const auto& name : names) tx.query_text(fmt::format("DROP INDEX {}", name), {})->next();
      return {};
    }));
    return statements;
  }

  void run(const std::string& sql) {
    must(database_->transact_now([&](storage::Transaction& tx) -> Result<> {
      tx.query_text(sql, {})->next();
      return {};
    }));
  }

  app::Settings settings_;
  net::Loop loop_{"fill"};
  std::unique_ptr<storage::Database> database_;
  std::unique_ptr<vault::Vault> vault_;
  std::vector<Owner> owners_;
  std::int64_t recipients_ = 1;
  std::int64_t rare_ = 1;  // one row in so many is rare
};

}  // namespace
}  // namespace cloudvno

int main(int argc, char** argv) {
  if (argc != 5) {
    fmt::print(stderr, "fill_rows CONFIG ACCOUNT (ROWS OTHER_ROWS | expired ROWS)\n");
    return 2;
  }
  try {
    const auto account = cloudvno::AccountSid::parse(argv[2]);
    if (!account) throw std::runtime_error("no account SID");
    cloudvno::Filler filler(argv[1], *account);
    const auto rows = std::strtoll(argv[4], nullptr, 10);
    if (std::string_view(argv[3]) == "expired") {
      filler.add_expired(rows);
    } else {
      filler.fill(std::strtoll(argv[3], nullptr, 10), rows);
    }
  } catch (const std::exception& error) {
    fmt::print(stderr, "fill_rows: {}\n", error.what());
    return 1;
  }
  return 0;
}
