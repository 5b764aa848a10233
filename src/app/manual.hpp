// The manual page and the shells' completions, made from the program's own commands and settings.
#pragma once

#include <CLI/App.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace cloudvno::app {

// cloudvno(1), as man(7) describes the format.
std::string manual(const CLI::App& program);

// "bash", "zsh", "fish".
const std::vector<std::string>& completed_shells();
// Of one of these shells: what to put where it looks for completions.
std::string completion(const CLI::App& program, std::string_view shell);

// A command as it is typed, and what may follow.
struct CommandLine {
  std::string path;  // "account create"; empty for the program itself
  const CLI::App* app = nullptr;
};
// The program, then every command before its subcommands.
std::vector<CommandLine> all_commands(const CLI::App& program);
std::vector<const CLI::Option*> named_options(const CLI::App& app);
std::vector<const CLI::Option*> positional_options(const CLI::App& app);
bool takes_value(const CLI::Option& option);
// "-c" and "--config".
std::vector<std::string> spellings(const CLI::Option& option);

}  // namespace cloudvno::app
