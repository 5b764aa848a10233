// cloudvno version
#include <fmt/format.h>

#include "app/commands/command.hpp"

namespace cloudvno::app {

void add_version(CLI::App& program, CommandContext&) {
  program.add_subcommand("version", "Print the version")->callback([] {
    fmt::print("cloudvno {}\n", CLOUDVNO_VERSION);
  });
}

}  // namespace cloudvno::app
