// The commands of the program. To add one: a file here that defines it, a line in table.cpp.
#pragma once

#include <CLI/App.hpp>
#include <optional>
#include <string>

#include "app/settings.hpp"
#include "platform/supervisor/program.hpp"

namespace cloudvno::app {

struct CommandContext {
  const supervisor::Program* program = nullptr;  // this one
  std::string config_file;                       // --config; empty: the defaults
  int exit_code = 0;

  // The settings, or exit code 2 and the problems on standard error.
  std::optional<Settings> settings();
  // Prints the error and sets exit code 1.
  void complain(const Error& error);
};

// Each adds its subcommand to the program.
void add_serve(CLI::App& program, CommandContext& context);
void add_check(CLI::App& program, CommandContext& context);
void add_account(CLI::App& program, CommandContext& context);
void add_key(CLI::App& program, CommandContext& context);
void add_number(CLI::App& program, CommandContext& context);
void add_hold(CLI::App& program, CommandContext& context);
void add_root_key(CLI::App& program, CommandContext& context);
void add_backup(CLI::App& program, CommandContext& context);
void add_restore(CLI::App& program, CommandContext& context);
void add_move(CLI::App& program, CommandContext& context);
void add_clock(CLI::App& program, CommandContext& context);
void add_config(CLI::App& program, CommandContext& context);
void add_reference(CLI::App& program, CommandContext& context);
void add_routes(CLI::App& program, CommandContext& context);
void add_lookup_data(CLI::App& program, CommandContext& context);
void add_version(CLI::App& program, CommandContext& context);

// Runs the program with these arguments and answers its exit code.
int run_command_line(int argc, char** argv);

}  // namespace cloudvno::app
