// /v1/opt_outs: whether a recipient has opted out, and what the customer knows of it from
// elsewhere.
//
// There is no list: nothing is kept that could be shown. Each route names the sender and the
// recipient.
#include "domain/optouts/opt_outs_api.hpp"

#include "domain/optouts/opt_outs.hpp"
#include "domain/senders/sender_ref.hpp"

namespace cloudvno::optouts {
namespace {

namespace json = boost::json;

struct Pair {
  senders::SenderRef from;
  PhoneNumber to;

  static Result<Pair> read(const api::Request& request) {
    auto in = request.input();
    Pair pair;
    TRY_ASSIGN(pair.from, senders::read_sender(in, "from"));
    TRY_ASSIGN(pair.to, in.phone_number("to"));
    TRY(in.finish());
    return pair;
  }
};

Result<std::vector<numbers::Number>> find_senders(storage::Transaction& tx,
                                                  const vault::Vault& vault,
                                                  const api::Caller& caller, const Pair& pair) {
  return senders::find_senders(tx, vault, *caller.keys, caller.account, caller.live, pair.from);
}

// As a message from there would find it: of a number the number's own, of a pool any member's.
Result<api::Answer> answer_with(storage::Transaction& tx, const vault::Vault& vault, int status,
                                const Pair& pair, Senders senders) {
  std::optional<Time> since;
  if (pair.from.pool) {
    since = opted_out_since(tx, vault, senders, pair.to);
  } else {
    const auto own = std::ranges::find(senders, pair.from.number, &numbers::Number::number);
    since = opted_out_since(tx, vault, {own, own + 1}, pair.to);
  }
  const auto from = pair.from.pool ? pair.from.pool->str() : pair.from.number.e164();
  // Of the day only, since no more is kept.
  return api::Answer::json(
      status, {{"from", from},
               {"to", pair.to.e164()},
               {"opted_out", since.has_value()},
               {"since", since ? json::value(to_iso8601(*since).substr(0, 10)) : nullptr}});
}

net::Task<Result<api::Answer>> read(api::Request& request, const vault::Vault& vault) {
  CO_TRY_ASSIGN(const auto pair, Pair::read(request));
  co_return co_await request.database.read([&](storage::Transaction& tx) -> Result<api::Answer> {
    TRY_ASSIGN(const auto senders, find_senders(tx, vault, *request.caller, pair));
    return answer_with(tx, vault, 200, pair, senders);
  });
}

net::Task<Result<api::Answer>> record(api::Request& request, const vault::Vault& vault) {
  CO_TRY_ASSIGN(const auto pair, Pair::read(request));
  co_return co_await request.commit([&](storage::Transaction& tx) -> Result<api::Answer> {
    TRY_ASSIGN(const auto senders, find_senders(tx, vault, *request.caller, pair));
    if (senders.empty()) return fail(Errc::no_sender, {}, "from");
    opt_out(tx, vault, senders, pair.to, request.received);
    return answer_with(tx, vault, 201, pair, senders);
  });
}

net::Task<Result<api::Answer>> lift(api::Request& request, const vault::Vault& vault) {
  CO_TRY_ASSIGN(const auto pair, Pair::read(request));
  CO_TRY(co_await request.database.transact([&](storage::Transaction& tx) -> Result<> {
    TRY_ASSIGN(const auto senders, find_senders(tx, vault, *request.caller, pair));
    if (!opt_in(tx, vault, senders, pair.to)) return fail(Errc::not_found);
    return {};
  }));
  co_return api::Answer::empty();
}

}  // namespace

void mount_opt_outs(api::Api& api, const vault::Vault& vault, const Clock& clock) {
  using enum api::Scope;
  const auto group = api::RateGroup::messages;
  api.add({"GET", "/v1/opt_outs", messages_read, group, false,
           [&vault](api::Request& request) { return read(request, vault); }});
  api.add({"POST", "/v1/opt_outs", messages_write, group, true,
           [&vault](api::Request& request) { return record(request, vault); }});
  api.add({"DELETE", "/v1/opt_outs", messages_write, group, false,
           [&vault](api::Request& request) { return lift(request, vault); }});
  mount_opt_out_settings(api, clock);
}

}  // namespace cloudvno::optouts
