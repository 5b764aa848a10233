// cloudvno clock accept
#include <fmt/format.h>

#include "app/commands/store_access.hpp"
#include "domain/privacy/privacy.hpp"

namespace cloudvno::app {

void add_clock(CLI::App& program, CommandContext& context) {
  auto* command = program.add_subcommand(
      "clock", "The machine's clock, by which rows past their time are deleted");
  command->require_subcommand(1);
  command
      ->add_subcommand("accept",
                       "Say that the clock is right, after it moved further than time did")
      ->callback([&context] {
        const auto store = StoreAccess::open(context);
        if (!store) return;
        const auto now = store->now();
        const auto accepted =
            store->database().transact_now([&](storage::Transaction& tx) -> Result<bool> {
              privacy::write_clock_mark(tx, now);
              return true;
            });
        if (!accepted) return context.complain(accepted.error());
        fmt::print("accepted {}; deleting goes on within a minute\n", to_iso8601(now));
      });
}

}  // namespace cloudvno::app
