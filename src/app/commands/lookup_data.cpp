// cloudvno lookup-data [FOLDER]: which tables number intelligence would use, and whether they are
// sound.
#include <fmt/format.h>

#include "app/commands/command.hpp"
#include "domain/lookup/data.hpp"

namespace cloudvno::app {

void add_lookup_data(CLI::App& program, CommandContext& context) {
  auto folder = std::make_shared<std::string>();
  auto* command = program.add_subcommand(
      "lookup-data", "Check the tables of number intelligence, and print their dates");
  command->add_option("folder", *folder, "Their folder; without it lookup.data_folder");
  command->callback([folder, &context] {
    if (folder->empty()) {
      const auto settings = context.settings();
      if (!settings) return;
      *folder = settings->lookup.data_folder;
    }
    const auto data = lookup::Data::load(*folder);
    if (!data) return context.complain(data.error());
    fmt::print("{}", (*data)->description());
  });
}

}  // namespace cloudvno::app
