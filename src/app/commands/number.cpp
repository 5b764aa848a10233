// cloudvno number add: gives an account a number of one of the operator's carriers.
#include <fmt/format.h>

#include "app/commands/store_access.hpp"
#include "domain/accounts/account_store.hpp"
#include "domain/numbers/assign_numbers.hpp"
#include "domain/numbers/calling_codes.hpp"

namespace cloudvno::app {
namespace {

struct NumberOptions {
  std::string account;
  std::string carrier;
  std::string number;
  std::string country;
};

void add(CommandContext& context, const NumberOptions& options) {
  const auto account = AccountSid::parse(options.account);
  const auto number = PhoneNumber::parse_sender(options.number);
  if (!account)
    return context.complain(
        {Errc::invalid_parameter, "--account must be an account SID (AC…)", {}, {}, 0});
  if (!options.country.empty() && numbers::calling_code(options.country).empty())
    return context.complain({Errc::invalid_parameter,
                             "--country must be the code of a country (ISO 3166-1), such as US",
                             {},
                             {},
                             0});
  if (!number)
    return context.complain({Errc::invalid_phone_number,
                             "the number must be in E.164, such as +12025550100, or a short code",
                             {},
                             {},
                             0});
  const auto store = StoreAccess::open(context);
  if (!store) return;
  if (!store->settings().has_carrier(options.carrier)) {
    return context.complain(
        {Errc::no_carrier,
         fmt::format("the configuration has no [[carrier]] or [[http_carrier]] named \"{}\"",
                     options.carrier),
         {},
         {},
         0});
  }
  const auto added =
      store->database().transact_now([&](storage::Transaction& tx) -> Result<numbers::Number> {
        TRY_ASSIGN(const auto found, accounts::find_account(tx, store->vault(), *account));
        return numbers::assign_carrier_number(tx, store->vault(), *found.keys, *account, *number,
                                              options.carrier, options.country, store->now());
      });
  if (!added) return context.complain(added.error());
  fmt::print("{}  {}\n", added->sid.view(), added->number.e164());
}

}  // namespace

void add_number(CLI::App& program, CommandContext& context) {
  auto* command = program.add_subcommand("number", "Give accounts their carrier numbers");
  command->require_subcommand(1);
  auto options = std::make_shared<NumberOptions>();
  auto* adding = command->add_subcommand(
      "add", "Give an account a number that a carrier routes to this platform");
  adding->add_option("--account", options->account, "Account SID")->required();
  adding->add_option("--carrier", options->carrier, "Name of the [[carrier]] or [[http_carrier]]")
      ->required();
  adding->add_option("--country", options->country,
                     "Its country (ISO 3166-1, such as US), where the inventory does not have it");
  adding->add_option("number", options->number, "The number in E.164")->required();
  adding->callback([options, &context] { add(context, *options); });
}

}  // namespace cloudvno::app
