// /v1/sender_pools: make, list, read, change and delete pools, and put numbers in and out.
#include "domain/senders/sender_pools_api.hpp"

#include <boost/json/array.hpp>

#include "domain/api/page.hpp"
#include "domain/numbers/number_store.hpp"
#include "domain/senders/sender_pool_store.hpp"

namespace cloudvno::senders {
namespace {

namespace json = boost::json;

constexpr std::size_t longest_name = 256;

json::object to_json(const SenderPool& pool, const std::vector<numbers::Number>& members) {
  json::array senders;
  for (const auto& number : members) {
    senders.push_back(json::object{
        {"sid", number.sid.view()},
        {"phone_number", number.number.e164()},
        {"country", number.country.empty() ? json::value(nullptr) : json::value(number.country)},
        {"type", number.type},
        {"sms_enabled", number.sms}});
  }
  return {{"sid", pool.sid.view()},
          {"account_sid", pool.account.view()},
          {"name", pool.name},
          {"mode", pool.live ? "live" : "test"},
          {"senders", std::move(senders)},
          {"sticky", pool.sticky},
          {"country_match", pool.country_match},
          {"date_created", to_iso8601(pool.created_at)},
          {"date_updated", to_iso8601(pool.updated_at)}};
}

Result<api::Answer> answer_with(storage::Transaction& tx, const vault::Keys& keys, int status,
                                const SenderPool& pool) {
  TRY_ASSIGN(const auto members, list_members(tx, keys, pool.sid));
  return api::Answer::json(status, to_json(pool, members));
}

Result<SenderPool> find_own(storage::Transaction& tx, const api::Request& request,
                            storage::RowLock lock = storage::RowLock::none) {
  const auto sid = SenderPoolSid::parse(request.path_arguments[0]);
  if (!sid) return fail(Errc::not_found);
  TRY_ASSIGN(auto pool, find_pool(tx, *request.caller->keys, request.account(), *sid, lock));
  if (pool.live != request.caller->live) return fail(Errc::not_found);
  return pool;
}

// By SID, by E.164 or by short code. Errc::not_found.
Result<numbers::Number> find_number(storage::Transaction& tx, const vault::Vault& vault,
                                    const api::Caller& caller, const std::string& text) {
  Result<numbers::Number> number = fail(Errc::not_found);
  if (const auto sid = NumberSid::parse(text)) {
    number = numbers::find_number(tx, *caller.keys, caller.account, *sid);
  } else if (const auto e164 = PhoneNumber::parse_sender(text)) {
    number = numbers::find_number(tx, vault, *caller.keys, caller.account, *e164);
  }
  if (number && number->live != caller.live) return fail(Errc::not_found);
  return number;
}

Result<> add_members(storage::Transaction& tx, const vault::Vault& vault, const api::Caller& caller,
                     const SenderPool& pool, const std::vector<std::string>& senders,
                     std::string_view parameter) {
  for (const auto& text : senders) {
    const auto number = find_number(tx, vault, caller, text);
    if (!number) {
      if (number.error().code != Errc::not_found) return fail(number.error());
      return fail(
          Errc::from_number_not_owned,
          fmt::format("`{}` names what is no number of this account in the key's mode.", parameter),
          std::string(parameter));
    }
    insert_member(tx, pool, number->sid);
  }
  delete_released_members(tx, pool.sid);
  TRY_ASSIGN(const auto members, list_members(tx, *caller.keys, pool.sid));
  if (members.size() > most_members) {
    return fail(Errc::invalid_parameter,
                fmt::format("A pool has at most {} numbers.", most_members),
                std::string(parameter));
  }
  return {};
}

struct Change {
  std::optional<std::string> name;
  std::optional<std::vector<std::string>> senders;
  std::optional<bool> sticky;
  std::optional<bool> country_match;

  static Result<Change> read(const api::Request& request) {
    Change change;
    auto in = request.input();
    TRY_ASSIGN(change.name, in.optional_text("name", longest_name));
    TRY_ASSIGN(change.senders, in.optional_texts("senders", most_members, 64));
    TRY_ASSIGN(change.sticky, in.optional_boolean("sticky"));
    TRY_ASSIGN(change.country_match, in.optional_boolean("country_match"));
    TRY(in.finish());
    if (change.name && change.name->empty()) {
      return fail(Errc::invalid_parameter, "`name` must not be empty.", "name");
    }
    return change;
  }
  void apply(SenderPool& pool) const {
    pool.name = name.value_or(pool.name);
    pool.sticky = sticky.value_or(pool.sticky);
    pool.country_match = country_match.value_or(pool.country_match);
  }
};

net::Task<Result<api::Answer>> create(api::Request& request, const vault::Vault& vault) {
  CO_TRY_ASSIGN(const auto change, Change::read(request));
  if (!change.name) co_return fail(Errc::missing_parameter, "`name` is missing.", "name");
  SenderPool pool;
  pool.sid = SenderPoolSid::make(request.received);
  pool.account = request.account();
  pool.live = request.caller->live;
  pool.created_at = pool.updated_at = request.received;
  change.apply(pool);
  co_return co_await request.commit([&](storage::Transaction& tx) -> Result<api::Answer> {
    if (count_pools(tx, pool.account, pool.live) >= most_pools) {
      return fail(Errc::wrong_state,
                  fmt::format("An account has at most {} sender pools.", most_pools));
    }
    const auto& keys = *request.caller->keys;
    insert_pool(tx, keys, pool);
    if (change.senders) {
      TRY(add_members(tx, vault, *request.caller, pool, *change.senders, "senders"));
    }
    return answer_with(tx, keys, 201, pool);
  });
}

net::Task<Result<api::Answer>> list(api::Request& request) {
  auto in = request.input();
  CO_TRY_ASSIGN(const auto page, api::read_page_query(in, "SP", "SP"));
  CO_TRY(in.finish());
  api::Conditions conditions;
  conditions.add_owner(request.account(), request.caller->live);
  conditions.add_page(page);
  using Rows = std::vector<json::object>;
  CO_TRY_ASSIGN(auto rows,
                co_await request.database.read([&](storage::Transaction& tx) -> Result<Rows> {
                  const auto& keys = *request.caller->keys;
                  TRY_ASSIGN(const auto pools, list_pools(tx, keys, conditions, page));
                  Rows objects;
                  for (const auto& pool : pools) {
                    TRY_ASSIGN(const auto members, list_members(tx, keys, pool.sid));
                    objects.push_back(to_json(pool, members));
                  }
                  return objects;
                }));
  co_return api::page_answer(page, std::move(rows), request.raw.path, request.raw.query);
}

net::Task<Result<api::Answer>> read(api::Request& request) {
  CO_TRY(request.input().finish());
  co_return co_await request.database.read([&](storage::Transaction& tx) -> Result<api::Answer> {
    TRY_ASSIGN(const auto pool, find_own(tx, request));
    return answer_with(tx, *request.caller->keys, 200, pool);
  });
}

// Changes the pool in `body`, under its row's lock; answers it as it then is.
net::Task<Result<api::Answer>> change_pool(
    api::Request& request, const Clock& clock, int status,
    std::function<Result<>(storage::Transaction&, SenderPool&)> body) {
  co_return co_await request.database.transact(
      [&, now = clock.now()](storage::Transaction& tx) -> Result<api::Answer> {
        TRY_ASSIGN(auto pool, find_own(tx, request, storage::RowLock::wait));
        TRY(body(tx, pool));
        pool.updated_at = now;
        if (!update_pool(tx, *request.caller->keys, pool)) return fail(Errc::not_found);
        if (status == 204) return api::Answer::empty();
        return answer_with(tx, *request.caller->keys, status, pool);
      });
}

net::Task<Result<api::Answer>> update(api::Request& request, const vault::Vault& vault,
                                      const Clock& clock) {
  CO_TRY_ASSIGN(const auto change, Change::read(request));
  co_return co_await change_pool(
      request, clock, 200, [&](storage::Transaction& tx, SenderPool& pool) -> Result<> {
        change.apply(pool);
        if (!change.senders) return {};
        delete_members(tx, pool.sid);
        return add_members(tx, vault, *request.caller, pool, *change.senders, "senders");
      });
}

net::Task<Result<api::Answer>> remove(api::Request& request) {
  CO_TRY(request.input().finish());
  CO_TRY(co_await request.database.transact([&](storage::Transaction& tx) -> Result<> {
    TRY_ASSIGN(const auto pool, find_own(tx, request));
    if (!delete_pool(tx, pool.sid)) return fail(Errc::not_found);
    return {};
  }));
  co_return api::Answer::empty();
}

net::Task<Result<api::Answer>> add_sender(api::Request& request, const vault::Vault& vault,
                                          const Clock& clock) {
  auto in = request.input();
  CO_TRY_ASSIGN(const auto sender, in.text("sender", 64));
  CO_TRY(in.finish());
  co_return co_await change_pool(
      request, clock, 200, [&](storage::Transaction& tx, SenderPool& pool) -> Result<> {
        return add_members(tx, vault, *request.caller, pool, {sender}, "sender");
      });
}

net::Task<Result<api::Answer>> remove_sender(api::Request& request, const vault::Vault& vault,
                                             const Clock& clock) {
  CO_TRY(request.input().finish());
  co_return co_await change_pool(
      request, clock, 204, [&](storage::Transaction& tx, SenderPool& pool) -> Result<> {
        TRY_ASSIGN(const auto number,
                   find_number(tx, vault, *request.caller, request.path_arguments[1]));
        if (!delete_member(tx, pool.sid, number.sid)) return fail(Errc::not_found);
        delete_released_members(tx, pool.sid);
        return {};
      });
}

}  // namespace

void mount_sender_pools(api::Api& api, const vault::Vault& vault, const Clock& clock) {
  using enum api::Scope;
  const auto group = api::RateGroup::messages;
  api.add({"POST", "/v1/sender_pools", messages_write, group, true,
           [&vault](api::Request& request) { return create(request, vault); }});
  api.add({"GET", "/v1/sender_pools", messages_read, group, false,
           [](api::Request& request) { return list(request); }});
  api.add({"GET", "/v1/sender_pools/{sid}", messages_read, group, false,
           [](api::Request& request) { return read(request); }});
  api.add({"POST", "/v1/sender_pools/{sid}", messages_write, group, false,
           [&vault, &clock](api::Request& request) { return update(request, vault, clock); }});
  api.add({"DELETE", "/v1/sender_pools/{sid}", messages_write, group, false,
           [](api::Request& request) { return remove(request); }});
  api.add({"POST", "/v1/sender_pools/{sid}/senders", messages_write, group, false,
           [&vault, &clock](api::Request& request) { return add_sender(request, vault, clock); }});
  api.add(
      {"DELETE", "/v1/sender_pools/{sid}/senders/{sender}", messages_write, group, false,
       [&vault, &clock](api::Request& request) { return remove_sender(request, vault, clock); }});
}

}  // namespace cloudvno::senders
