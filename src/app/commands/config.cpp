// cloudvno config: the default file, the reference, or a check of a file.
#include <fmt/format.h>

#include <memory>

#include "app/commands/command.hpp"

namespace cloudvno::app {

void add_config(CLI::App& program, CommandContext& context) {
  auto* command = program.add_subcommand("config", "Print a configuration file with every default");
  auto reference = std::make_shared<bool>(false);
  command->add_flag("--reference", *reference, "Print the reference as Markdown instead");
  command->callback([reference, &context] {
    const auto settings = context.settings();
    if (!settings) return;
    Settings defaults;
    const auto schema = describe(defaults);
    if (*reference) {
      fmt::print(
          "# Configuration\n\nOne TOML file, given by `--config`. Made by `cloudvno config "
          "--reference`; do not "
          "edit.\n{}",
          schema.reference());
    } else {
      fmt::print("{}", schema.default_file());
    }
  });
}

}  // namespace cloudvno::app
