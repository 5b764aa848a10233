// cloudvno config: a configuration file with every default, to start from.
#include <fmt/format.h>

#include "app/commands/command.hpp"

namespace cloudvno::app {

void add_config(CLI::App& program, CommandContext&) {
  program.add_subcommand("config", "Print a configuration file with every default")->callback([] {
    Settings defaults;
    fmt::print("{}", describe(defaults).default_file());
  });
}

}  // namespace cloudvno::app
