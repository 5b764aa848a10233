// /v1/smpp_credentials: make, list, read, change and revoke what an account binds with as ESME.
#include "domain/smpp_access/smpp_credentials_api.hpp"

#include <boost/json/array.hpp>

#include "domain/api/page.hpp"
#include "domain/smpp_access/credential_store.hpp"
#include "platform/net/address_guard.hpp"

namespace cloudvno::smpp_access {
namespace {

namespace json = boost::json;

constexpr std::size_t longest_name = 256;
constexpr std::size_t most_ranges = 32;

json::object to_json(const Credential& credential) {
  json::array allowed;
  for (const auto& range : credential.allowed_addresses) allowed.emplace_back(range);
  return {{"sid", credential.sid.view()},
          {"account_sid", credential.account.view()},
          {"name", credential.name},
          {"mode", credential.live ? "live" : "test"},
          {"system_id", credential.system_id},
          {"allowed_addresses", std::move(allowed)},
          {"window", credential.window},
          {"messages_per_second", credential.messages_per_second},
          {"max_binds", credential.max_binds},
          {"receive", credential.receive},
          {"long_messages", credential.long_messages},
          {"date_created", to_iso8601(credential.created_at)},
          {"date_updated", to_iso8601(credential.updated_at)}};
}

struct Change {
  std::optional<std::string> name;
  std::optional<std::vector<std::string>> allowed_addresses;
  std::optional<std::int64_t> window;
  std::optional<std::int64_t> messages_per_second;
  std::optional<std::int64_t> max_binds;
  std::optional<bool> receive;
  std::optional<std::string> long_messages;

  static Result<Change> read(const api::Request& request) {
    Change change;
    auto in = request.input();
    TRY_ASSIGN(change.name, in.optional_text("name", longest_name));
    TRY_ASSIGN(change.allowed_addresses, in.optional_texts("allowed_addresses", most_ranges, 64));
    TRY_ASSIGN(change.window, in.optional_integer("window", 1, 1'000));
    TRY_ASSIGN(change.messages_per_second, in.optional_integer("messages_per_second", 1, 10'000));
    TRY_ASSIGN(change.max_binds, in.optional_integer("max_binds", 1, 32));
    TRY_ASSIGN(change.receive, in.optional_boolean("receive"));
    constexpr std::string_view words[] = {"udh", "message_payload"};
    TRY_ASSIGN(change.long_messages, in.optional_word("long_messages", words));
    TRY(in.finish());
    for (const auto& range : change.allowed_addresses.value_or(std::vector<std::string>())) {
      if (net::AddressRange::parse(range)) continue;
      return fail(Errc::invalid_parameter,
                  "`allowed_addresses` holds what is no address range, for example "
                  "198.51.100.0/24.",
                  "allowed_addresses");
    }
    return change;
  }
  void apply(Credential& credential) const {
    const auto set = [](auto& member, const auto& value) {
      if (value) member = *value;
    };
    set(credential.name, name);
    set(credential.allowed_addresses, allowed_addresses);
    set(credential.window, window);
    set(credential.messages_per_second, messages_per_second);
    set(credential.max_binds, max_binds);
    set(credential.receive, receive);
    set(credential.long_messages, long_messages);
  }
};

Result<Credential> find_own(storage::Transaction& tx, const api::Request& request,
                            storage::RowLock lock = storage::RowLock::none) {
  const auto sid = SmppCredentialSid::parse(request.path_arguments[0]);
  if (!sid) return fail(Errc::not_found);
  TRY_ASSIGN(auto credential,
             find_credential(tx, *request.caller->keys, request.account(), *sid, lock));
  if (credential.live != request.caller->live) return fail(Errc::not_found);
  return credential;
}

net::Task<Result<api::Answer>> create(api::Request& request) {
  CO_TRY_ASSIGN(const auto change, Change::read(request));
  const auto& keys = *request.caller->keys;
  Credential credential;
  credential.sid = SmppCredentialSid::make(request.received);
  credential.account = request.account();
  credential.live = request.caller->live;
  credential.system_id = make_system_id();
  credential.created_at = credential.updated_at = request.received;
  const auto password = make_password();
  credential.password_hash = hash_password(keys, credential.sid, password);
  change.apply(credential);
  co_return co_await request.commit([&](storage::Transaction& tx) -> Result<api::Answer> {
    if (count_credentials(tx, credential.account, credential.live) >= most_credentials) {
      return fail(Errc::wrong_state,
                  fmt::format("An account has at most {} SMPP credentials.", most_credentials));
    }
    insert_credential(tx, keys, credential);
    auto answer = to_json(credential);
    answer["password"] = password;
    return api::Answer::json(201, answer);
  });
}

net::Task<Result<api::Answer>> list(api::Request& request) {
  auto in = request.input();
  CO_TRY_ASSIGN(const auto page, api::read_page_query(in, "SC", "SC"));
  CO_TRY(in.finish());
  api::Conditions conditions;
  conditions.add_owner(request.account(), request.caller->live);
  conditions.add_page(page);
  CO_TRY_ASSIGN(const auto listed, co_await request.database.read([&](storage::Transaction& tx) {
    return list_credentials(tx, *request.caller->keys, conditions, page);
  }));
  std::vector<json::object> rows;
  for (const auto& credential : listed) rows.push_back(to_json(credential));
  co_return api::page_answer(page, std::move(rows), request.raw.path, request.raw.query);
}

net::Task<Result<api::Answer>> read(api::Request& request) {
  CO_TRY(request.input().finish());
  co_return co_await request.database.read([&](storage::Transaction& tx) -> Result<api::Answer> {
    TRY_ASSIGN(const auto credential, find_own(tx, request));
    return api::Answer::json(200, to_json(credential));
  });
}

net::Task<Result<api::Answer>> update(api::Request& request, const Clock& clock) {
  CO_TRY_ASSIGN(const auto change, Change::read(request));
  co_return co_await request.database.transact(
      [&, now = clock.now()](storage::Transaction& tx) -> Result<api::Answer> {
        TRY_ASSIGN(auto credential, find_own(tx, request, storage::RowLock::wait));
        change.apply(credential);
        credential.updated_at = now;
        if (!update_credential(tx, *request.caller->keys, credential)) return fail(Errc::not_found);
        return api::Answer::json(200, to_json(credential));
      });
}

net::Task<Result<api::Answer>> revoke(api::Request& request) {
  CO_TRY(request.input().finish());
  CO_TRY(co_await request.database.transact([&](storage::Transaction& tx) -> Result<> {
    TRY_ASSIGN(const auto credential, find_own(tx, request));
    if (!delete_credential(tx, credential.sid)) return fail(Errc::not_found);
    return {};
  }));
  co_return api::Answer::empty();
}

}  // namespace

void mount_smpp_credentials(api::Api& api, const Clock& clock) {
  using enum api::Scope;
  const auto group = api::RateGroup::messages;
  api.add({"POST", "/v1/smpp_credentials", messages_write, group, true,
           [](api::Request& request) { return create(request); }});
  api.add({"GET", "/v1/smpp_credentials", messages_read, group, false,
           [](api::Request& request) { return list(request); }});
  api.add({"GET", "/v1/smpp_credentials/{sid}", messages_read, group, false,
           [](api::Request& request) { return read(request); }});
  api.add({"POST", "/v1/smpp_credentials/{sid}", messages_write, group, false,
           [&clock](api::Request& request) { return update(request, clock); }});
  api.add({"DELETE", "/v1/smpp_credentials/{sid}", messages_write, group, false,
           [](api::Request& request) { return revoke(request); }});
}

}  // namespace cloudvno::smpp_access
