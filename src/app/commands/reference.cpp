// cloudvno reference: the parts of the documentation that are made from the program itself.
#include "app/reference.hpp"
#include "app/manual.hpp"

#include <fmt/format.h>

#include "app/commands/command.hpp"

namespace cloudvno::app {

void add_reference(CLI::App& program, CommandContext&) {
  auto* command =
      program.add_subcommand("reference", "Print what documentation is made from the program");
  command->require_subcommand(1);
  command->add_subcommand("errors", "Every error code")->callback([] {
    fmt::print("{}", error_reference());
  });
  command->add_subcommand("configuration", "Every setting")->callback([] {
    fmt::print("{}", configuration_reference());
  });
  // All commands are there when one of them runs.
  command->add_subcommand("manual", "The manual page")->callback([&program] {
    fmt::print("{}", manual(program));
  });
  auto shell = std::make_shared<std::string>();
  auto* completing = command->add_subcommand("completion", "A shell's completion");
  completing->add_option("shell", *shell, "bash, zsh or fish")
      ->required()
      ->check(CLI::IsMember(completed_shells()));
  completing->callback([&program, shell] { fmt::print("{}", completion(program, *shell)); });
}

}  // namespace cloudvno::app
