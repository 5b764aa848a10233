// cloudvno number import | add: what carriers have to offer, and a number given to an account.
#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iostream>

#include "app/commands/store_access.hpp"
#include "domain/accounts/account_store.hpp"
#include "domain/lookup/data.hpp"
#include "domain/numbers/assign_numbers.hpp"
#include "domain/numbers/calling_codes.hpp"
#include "domain/numbers/import_inventory.hpp"

namespace cloudvno::app {
namespace {

struct NumberOptions {
  std::string account;
  std::string carrier;
  std::string number;
  std::string country;
  bool mms = false;
  bool voice = false;
};

// Nothing after having complained.
bool is_configured(CommandContext& context, const Settings& settings, const std::string& carrier) {
  const auto is_trunk =
      std::ranges::find(settings.trunks, carrier, &TrunkSettings::name) != settings.trunks.end();
  if (is_trunk || settings.has_carrier(carrier)) return true;
  context.complain(
      {Errc::no_carrier,
       fmt::format(
           "the configuration has no [[carrier]], [[http_carrier]] or [[trunk]] named \"{}\"",
           carrier),
       {},
       {},
       0});
  return false;
}

void print(const numbers::ImportReport& report, bool whole) {
  for (const auto& bad : report.bad_lines) {
    fmt::print(stderr, "line {}: {}\n", bad.line, bad.reason);
  }
  const auto more = report.bad - std::ssize(report.bad_lines);
  if (more > 0) fmt::print(stderr, "and {} more bad lines\n", more);
  fmt::print("on offer   {}\nheld       {}\nresting    {}\n", report.offered, report.held,
             report.resting);
  if (whole) fmt::print("withdrawn  {}\n", report.withdrawn);
  fmt::print("bad lines  {}\n", report.bad);
  if (whole && report.bad > 0) {
    fmt::print(stderr, "nothing was withdrawn, because a line is bad: mend it and import again\n");
  }
}

void import(CommandContext& context, const std::string& path,
            const numbers::ImportOptions& options) {
  std::ifstream opened;
  if (path != "-") opened.open(path, std::ios::binary);
  // A folder opens, and says at its first byte that it is none.
  if (path != "-" && (!opened || opened.peek() == std::ifstream::traits_type::eof())) {
    return context.complain(
        {Errc::invalid_parameter, fmt::format("{} cannot be read, or is empty", path), {}, {}, 0});
  }
  const auto store = StoreAccess::open(context);
  if (!store || !is_configured(context, store->settings(), options.carrier)) return;
  const auto report = numbers::import_inventory(store->database(), store->vault(),
                                                path == "-" ? std::cin : opened, options);
  if (!report) return context.complain(report.error());
  print(*report, options.whole);
  if (report->bad > 0) context.exit_code = 1;
}

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
  if (!is_configured(context, store->settings(), options.carrier)) return;
  auto country = options.country;
  if (country.empty() && !number->is_short_code()) {
    const auto data = lookup::Data::load(store->settings().lookup.data_folder);
    if (!data) return context.complain(data.error());
    country = (*data)->plan().judge(number->digits()).country();
  }
  const auto added =
      store->database().transact_now([&](storage::Transaction& tx) -> Result<numbers::Number> {
        TRY_ASSIGN(const auto found, accounts::find_account(tx, store->vault(), *account));
        return numbers::assign_carrier_number(tx, store->vault(), *found.keys, *account, *number,
                                              options.carrier, country, store->now(), options.mms,
                                              options.voice);
      });
  if (!added) return context.complain(added.error());
  fmt::print("{}  {}\n", added->sid.view(), added->number.e164());
}

}  // namespace

void add_number(CLI::App& program, CommandContext& context) {
  auto* command =
      program.add_subcommand("number", "Bring in what carriers offer; give accounts their numbers");
  command->require_subcommand(1);
  auto path = std::make_shared<std::string>();
  auto imported = std::make_shared<numbers::ImportOptions>();
  auto* importing = command->add_subcommand(
      "import",
      "Put a carrier's numbers on offer, from a CSV file whose first line names its columns: "
      "number "
      "and country, and any of type, area_code, sms, mms, voice, monthly_price");
  importing->add_option("--carrier", imported->carrier, "Name of the [[carrier]]")->required();
  importing->add_flag("--whole", imported->whole,
                      "The file is all that the carrier has: withdraw what is not in it");
  importing->add_option("file", *path, "The file; - reads standard input")->required();
  importing->callback([path, imported, &context] { import(context, *path, *imported); });
  auto options = std::make_shared<NumberOptions>();
  auto* adding = command->add_subcommand(
      "add", "Give an account a number that a carrier routes to this platform");
  adding->add_option("--account", options->account, "Account SID")->required();
  adding
      ->add_option("--carrier", options->carrier,
                   "Name of the [[carrier]], [[http_carrier]] or [[trunk]]")
      ->required();
  adding->add_option(
      "--country", options->country,
      "Its country (ISO 3166-1, such as US), where it is not that of its calling code");
  adding->add_flag("--mms", options->mms, "It can send and receive MMS");
  adding->add_flag("--voice", options->voice, "It can make and take calls");
  adding->add_option("number", options->number, "The number in E.164")->required();
  adding->callback([options, &context] { add(context, *options); });
}

}  // namespace cloudvno::app
