// /v1/sandbox/network: what goes wrong on the simulated network, for the caller's account alone.
//
// All accounts of the instance share one link to the simulated network, as customers of one
// operator share its links to a carrier. So what is felt on the link (throttling, say, slows the
// engine down towards it) may be set only where the operator allows it: `sandbox.link_faults`.
#include "connectors/simulator/network_api.hpp"

#include <algorithm>

#include "domain/numbers/number_store.hpp"

namespace cloudvno::simulator {
namespace {

namespace json = boost::json;
using std::chrono::milliseconds;

constexpr std::string_view network_name = "sandbox";          // as a number's carrier
constexpr std::int64_t largest_seed = std::int64_t{1} << 53;  // exact in JSON everywhere
constexpr std::int64_t most_submissions = 1'000'000;
constexpr std::int64_t longest_answer_delay_ms = 10'000;
constexpr std::int64_t longest_receipt_delay_ms = 600'000;
constexpr std::size_t most_ported = 100;
constexpr std::size_t longest_number = 32;

std::int64_t to_ms(Micros time) {
  return std::chrono::duration_cast<milliseconds>(time).count();
}

json::array faults_json() {
  json::array all;
  for (const auto& entry : fault_table()) {
    all.push_back(
        {{"fault", entry.name}, {"description", entry.description}, {"of_link", entry.of_link}});
  }
  return all;
}

json::object to_json(const HandsetDesk& desk, const AccountSid& account) {
  const auto* network = desk.network.accounts().find(account, desk.clock.now());
  const auto settings = network ? network->settings : NetworkSettings();
  json::object out{{"seed", settings.seed}};
  for (const auto& entry : fault_table()) out[entry.name] = settings.share(entry.fault);
  json::array ported;
  for (const auto& number : settings.ported_numbers) ported.emplace_back(number.e164());
  out["drop_link_after"] = settings.drop_link_after;
  out["answer_delay_ms"] = to_ms(settings.answer_delay);
  out["receipt_delay_ms"] = to_ms(settings.receipt_delay);
  out["receipts"] = settings.receipts;
  out["ported_numbers"] = std::move(ported);
  out["link_faults_allowed"] = desk.link_faults;
  out["date_ends"] = network ? json::value(to_iso8601(network->ends_at)) : json::value(nullptr);
  out["faults"] = faults_json();
  return out;
}

Result<std::optional<std::vector<PhoneNumber>>> read_ported(api::Input& in) {
  TRY_ASSIGN(const auto texts, in.optional_texts("ported_numbers", most_ported, longest_number));
  if (!texts) return std::nullopt;
  std::vector<PhoneNumber> numbers;
  for (auto text : *texts) {
    if (text.starts_with(' ')) text[0] = '+';  // an unencoded '+' of a form
    const auto number = PhoneNumber::parse(text);
    if (!number) {
      return fail(Errc::invalid_phone_number,
                  "`ported_numbers` must be phone numbers in E.164, such as +12015550100.",
                  "ported_numbers");
    }
    if (std::ranges::find(numbers, *number) == numbers.end()) numbers.push_back(*number);
  }
  return numbers;
}

// What is given replaces what was set; the rest stays.
Result<NetworkSettings> read_settings(api::Input& in, NetworkSettings settings, bool link_faults) {
  const auto refuse = [](std::string_view name) {
    return fail(Errc::invalid_parameter,
                fmt::format("`{}` disturbs the link that all accounts of this server share; its "
                            "operator has not allowed it (`sandbox.link_faults`).",
                            name),
                std::string(name));
  };
  TRY_ASSIGN(const auto seed, in.optional_integer("seed", 0, largest_seed));
  settings.seed = seed.value_or(settings.seed);
  for (const auto& entry : fault_table()) {
    TRY_ASSIGN(const auto share, in.optional_share(entry.name));
    if (!share) continue;
    if (entry.of_link && *share > 0 && !link_faults) return refuse(entry.name);
    settings.shares[static_cast<std::size_t>(entry.fault)] = *share;
  }
  TRY_ASSIGN(const auto after, in.optional_integer("drop_link_after", 0, most_submissions));
  if (after.value_or(0) > 0 && !link_faults) return refuse("drop_link_after");
  settings.drop_link_after = after.value_or(settings.drop_link_after);
  TRY_ASSIGN(const auto answer, in.optional_integer("answer_delay_ms", 0, longest_answer_delay_ms));
  if (answer.value_or(0) > 0 && !link_faults) return refuse("answer_delay_ms");
  if (answer) settings.answer_delay = milliseconds(*answer);
  TRY_ASSIGN(const auto receipt,
             in.optional_integer("receipt_delay_ms", 0, longest_receipt_delay_ms));
  if (receipt) settings.receipt_delay = milliseconds(*receipt);
  TRY_ASSIGN(const auto receipts, in.optional_boolean("receipts"));
  settings.receipts = receipts.value_or(settings.receipts);
  TRY_ASSIGN(auto ported, read_ported(in));
  if (ported) settings.ported_numbers = std::move(*ported);
  return settings;
}

net::Task<Result<api::Answer>> read_network(api::Request& request, const HandsetDesk& desk) {
  auto in = request.input();
  CO_TRY(in.finish());
  CO_TRY(co_await find_lines(request, desk));
  co_return api::Answer::json(200, to_json(desk, request.account()));
}

net::Task<Result<api::Answer>> set_network(api::Request& request, const HandsetDesk& desk) {
  CO_TRY_ASSIGN(const auto lines, co_await find_lines(request, desk));
  // Without a wait between this look and the change: two requests at once both count.
  auto in = request.input();
  const auto now = desk.clock.now();
  auto& accounts = desk.network.accounts();
  const auto* network = accounts.find(request.account(), now);
  CO_TRY_ASSIGN(auto settings, read_settings(in, network ? network->settings : NetworkSettings(),
                                             desk.link_faults));
  CO_TRY(in.finish());
  if (lines.empty()) co_return fail(Errc::not_found, "This account holds no sandbox number.");
  accounts.set(request.account(), lines, std::move(settings), in.has("seed"), now);
  co_return api::Answer::json(200, to_json(desk, request.account()));
}

net::Task<Result<api::Answer>> clear_network(api::Request& request, const HandsetDesk& desk) {
  auto in = request.input();
  CO_TRY(in.finish());
  CO_TRY(co_await find_lines(request, desk));
  desk.network.accounts().clear(request.account());
  co_return api::Answer::empty();
}

}  // namespace

net::Task<Result<std::vector<HeldLine>>> find_lines(api::Request& request,
                                                    const HandsetDesk& desk) {
  if (request.caller->live) co_return fail(Errc::not_found);
  api::Conditions conditions;
  conditions.add_owner(request.account(), false);
  conditions.add("carrier", network_name);
  api::PageQuery page;
  page.limit = 1'000;
  CO_TRY_ASSIGN(const auto held, co_await request.database.read([&](storage::Transaction& tx) {
    return numbers::list_numbers(tx, *request.caller->keys, conditions, page);
  }));
  std::vector<HeldLine> lines;
  for (const auto& number : held) lines.push_back({number.number, number.created_at});
  desk.network.accounts().follow(request.account(), lines);
  co_return lines;
}

void mount_network(api::Api& api, const HandsetDesk& desk) {
  using enum api::Scope;
  const auto group = api::RateGroup::messages;
  const std::string path = "/v1/sandbox/network";
  api.add({"GET", path, messages_read, group, false,
           [desk](api::Request& request) { return read_network(request, desk); }});
  api.add({"POST", path, messages_write, group, false,
           [desk](api::Request& request) { return set_network(request, desk); }});
  api.add({"DELETE", path, messages_write, group, false,
           [desk](api::Request& request) { return clear_network(request, desk); }});
}

}  // namespace cloudvno::simulator
