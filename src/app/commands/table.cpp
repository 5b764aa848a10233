// The table of commands.
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>

#include "app/commands/command.hpp"
#include "app/data_owner.hpp"
#include "app/store.hpp"

namespace cloudvno::app {
namespace {

constexpr void (*commands[])(CLI::App&, CommandContext&) = {
    add_serve,     add_check,  add_account,     add_key,     add_number, add_hold,
    add_root_key,  add_clock,  add_backup,      add_restore, add_move,   add_config,
    add_reference, add_routes, add_lookup_data, add_version,
};

// What the Debian package installs.
constexpr const char* installed_config = "/etc/cloudvno/cloudvno.toml";

}  // namespace

std::optional<Settings> CommandContext::settings() {
  auto settings = read_settings(config_file);
  if (settings) {
    if (const auto became = become_owner_of(settings->data_dir); !became) {
      complain(became.error());
      return std::nullopt;
    }
    return std::move(*settings);
  }
  fmt::print(stderr, "{}\n", describe(settings.error()));
  exit_code = 2;
  return std::nullopt;
}

void CommandContext::complain(const Error& error) {
  fmt::print(stderr, "cloudvno: {}\n", describe(error));
  exit_code = 1;
}

int run_command_line(int argc, char** argv) {
  const supervisor::Program self(argc, argv);
  CommandContext context;
  context.program = &self;
  if (::access(installed_config, F_OK) == 0) context.config_file = installed_config;
  CLI::App program("CloudVNO: messages, calls and numbers behind one HTTP API", "cloudvno");
  program.require_subcommand(1);
  program.fallthrough();
  program.add_option("-c,--config", context.config_file,
                     fmt::format("Configuration file (TOML); without it {} if it is there, else "
                                 "the defaults",
                                 installed_config));
  for (const auto add : commands) add(program, context);
  try {
    program.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const int code = program.exit(error);
    return code == 0 ? 0 : 2;
  }
  return context.exit_code;
}

}  // namespace cloudvno::app
