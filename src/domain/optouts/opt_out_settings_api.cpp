// /v1/opt_out_settings: what keywords are answered with, and the account's own keywords. That STOP
// blocks cannot be switched off.
#include <boost/json/array.hpp>

#include "domain/optouts/opt_outs_api.hpp"
#include "domain/optouts/settings_store.hpp"
#include "protocol/sms/split.hpp"

namespace cloudvno::optouts {
namespace {

namespace json = boost::json;

constexpr std::size_t most_reply_bytes = 4 * sms::max_characters;
constexpr std::size_t most_keyword_bytes = 200;

std::string parameter(Keyword kind, std::string_view what) {
  return fmt::format("{}_{}", parameter_prefix(kind), what);
}

api::Answer answer_with(const Settings& settings) {
  json::object object;
  for (const auto kind : all_keywords) {
    json::array keywords;
    for (const auto& keyword : settings.of(kind).keywords) keywords.emplace_back(keyword);
    object[parameter(kind, "reply")] = settings.of(kind).reply;
    object[parameter(kind, "keywords")] = std::move(keywords);
  }
  object["date_updated"] = api::json_time(settings.updated_at);
  return api::Answer::json(200, object);
}

// What a request changes; what it leaves out stays.
struct Change {
  struct OfKind {
    std::optional<std::string> reply;
    std::optional<std::vector<std::string>> keywords;
  };
  std::array<OfKind, std::size(all_keywords)> kinds;

  static Result<Change> read(const api::Request& request) {
    Change change;
    auto in = request.input();
    // The names live until finish(), which looks at them again.
    std::array<std::pair<std::string, std::string>, std::size(all_keywords)> names;
    for (std::size_t i = 0; i < names.size(); ++i) {
      names[i] = {parameter(all_keywords[i], "reply"), parameter(all_keywords[i], "keywords")};
      TRY_ASSIGN(change.kinds[i].reply, in.optional_text(names[i].first, most_reply_bytes));
      TRY_ASSIGN(change.kinds[i].keywords,
                 in.optional_texts(names[i].second, most_keywords, most_keyword_bytes));
    }
    TRY(in.finish());
    return change;
  }
  void apply(Settings& settings) const {
    for (std::size_t i = 0; i < kinds.size(); ++i) {
      auto& of_kind = settings.of(all_keywords[i]);
      if (kinds[i].reply) of_kind.reply = *kinds[i].reply;
      if (kinds[i].keywords) of_kind.keywords = *kinds[i].keywords;
    }
  }
};

net::Task<Result<api::Answer>> read(api::Request& request) {
  CO_TRY(request.input().finish());
  CO_TRY_ASSIGN(const auto settings, co_await request.database.read([&](storage::Transaction& tx) {
    return find_settings(tx, *request.caller->keys, request.account(), request.caller->live);
  }));
  co_return answer_with(settings);
}

net::Task<Result<api::Answer>> update(api::Request& request, const Clock& clock) {
  CO_TRY_ASSIGN(const auto change, Change::read(request));
  CO_TRY_ASSIGN(const auto settings,
                co_await request.database.transact(
                    [&, now = clock.now()](storage::Transaction& tx) -> Result<Settings> {
                      const auto& caller = *request.caller;
                      TRY_ASSIGN(auto changed, find_settings(tx, *caller.keys, caller.account,
                                                             caller.live, storage::RowLock::wait));
                      change.apply(changed);
                      TRY(changed.check());
                      changed.updated_at = now;
                      keep_settings(tx, *caller.keys, caller.account, caller.live, changed, now);
                      return changed;
                    }));
  co_return answer_with(settings);
}

}  // namespace

void mount_opt_out_settings(api::Api& api, const Clock& clock) {
  using enum api::Scope;
  const auto group = api::RateGroup::messages;
  api.add({"GET", "/v1/opt_out_settings", messages_read, group, false,
           [](api::Request& request) { return read(request); }});
  api.add({"POST", "/v1/opt_out_settings", messages_write, group, false,
           [&clock](api::Request& request) { return update(request, clock); }});
}

}  // namespace cloudvno::optouts
