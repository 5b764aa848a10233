// cloudvno reference: the parts of the documentation that are made from the program itself.
#include "app/reference.hpp"

#include <fmt/format.h>

#include "app/commands/command.hpp"

namespace cloudvno::app {

void add_reference(CLI::App& program, CommandContext&) {
  auto* command = program.add_subcommand("reference", "Print a reference as Markdown");
  command->require_subcommand(1);
  command->add_subcommand("errors", "Every error code")->callback([] {
    fmt::print("{}", error_reference());
  });
  command->add_subcommand("configuration", "Every setting")->callback([] {
    fmt::print("{}", configuration_reference());
  });
}

}  // namespace cloudvno::app
