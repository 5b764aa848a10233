// Completions of bash, zsh and fish. Each script walks the words that are typed already to the
// command that they name, steps over options and their values, and offers what may follow there.
#include <fmt/format.h>

#include "app/manual.hpp"

namespace cloudvno::app {
namespace {

// Inside single quotes, for all three shells.
std::string quoted(std::string_view text, bool fish) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'') {
      out += fish ? "\\'" : "'\\''";
    } else if (c == '\\' && fish) {
      out += "\\\\";
    } else {
      out += c;
    }
  }
  return out + "'";
}

std::string last_word(const std::string& path) {
  const auto space = path.rfind(' ');
  return space == std::string::npos ? path : path.substr(space + 1);
}

std::string above(const std::string& path) {
  const auto space = path.rfind(' ');
  return space == std::string::npos ? std::string() : path.substr(0, space);
}

// Patterns "COMMAND:OPTION" of options whose value is the next word. The program's own may stand
// behind any command.
std::vector<std::string> options_with_values(const std::vector<CommandLine>& commands) {
  std::vector<std::string> patterns;
  for (const auto& command : commands) {
    for (const auto* option : named_options(*command.app)) {
      if (!takes_value(*option)) continue;
      for (const auto& name : spellings(*option)) {
        patterns.push_back(command.path.empty() ? "*:" + name
                                                : quoted(command.path + ":" + name, false));
      }
    }
  }
  return patterns;
}

// {word, description} of what may follow the command.
std::vector<std::pair<std::string, std::string>> followers(const CommandLine& command) {
  std::vector<std::pair<std::string, std::string>> words;
  for (const auto* app : command.app->get_subcommands(nullptr)) {
    words.emplace_back(app->get_name(), app->get_description());
  }
  for (const auto* option : named_options(*command.app)) {
    for (const auto& name : spellings(*option)) words.emplace_back(name, option->get_description());
  }
  return words;
}

// The loop over the words that are typed, in the syntax that bash and zsh share.
std::string walk(const std::vector<CommandLine>& commands) {
  std::string out = "    case \"$at:$word\" in\n      ";
  const auto patterns = options_with_values(commands);
  for (std::size_t i = 0; i < patterns.size(); ++i) out += (i == 0 ? "" : "|") + patterns[i];
  out += ") value=1 ;;\n";
  for (const auto& command : commands) {
    if (command.path.empty()) continue;
    out += fmt::format("      {}) at={} ;;\n",
                       quoted(above(command.path) + ":" + last_word(command.path), false),
                       quoted(command.path, false));
  }
  return out + "    esac\n";
}

std::string head(std::string_view shell) {
  return fmt::format(
      "# Completion of cloudvno for {0}. Made by `cloudvno reference completion {0}`"
      "; do not edit.\n",
      shell);
}

std::string bash(const std::vector<CommandLine>& commands) {
  std::string out = head("bash") +
                    "_cloudvno() {\n"
                    "  local at= word words= value= i\n"
                    "  for ((i = 1; i < COMP_CWORD; i++)); do\n"
                    "    word=${COMP_WORDS[i]}\n"
                    "    if [ -n \"$value\" ]; then value=; continue; fi\n" +
                    walk(commands) +
                    "  done\n"
                    "  COMPREPLY=()\n"
                    "  [ -z \"$value\" ] || return 0\n"
                    "  case $at in\n";
  for (const auto& command : commands) {
    std::string words;
    for (const auto& [word, description] : followers(command)) words += " " + word;
    out += fmt::format("    {}) words={} ;;\n", quoted(command.path, false),
                       quoted(words.substr(words.empty() ? 0 : 1), false));
  }
  return out +
         "  esac\n"
         "  mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"${COMP_WORDS[COMP_CWORD]}\")\n"
         "}\n"
         "complete -o default -F _cloudvno cloudvno\n";
}

std::string zsh(const std::vector<CommandLine>& commands) {
  std::string out = "#compdef cloudvno\n" + head("zsh") +
                    "local at= word value=\n"
                    "local -a found\n"
                    "integer i\n"
                    "for ((i = 2; i < CURRENT; i++)); do\n"
                    "    word=${words[i]}\n"
                    "    if [[ -n $value ]]; then value=; continue; fi\n" +
                    walk(commands) +
                    "done\n"
                    "if [[ -n $value ]]; then _files; return; fi\n"
                    "case $at in\n";
  for (const auto& command : commands) {
    out += fmt::format("  {}) found=(", quoted(command.path, false));
    for (const auto& [word, description] : followers(command)) {
      std::string told;
      for (const char c : description) told += c == ':' ? std::string("\\:") : std::string(1, c);
      out += "\n    " + quoted(word + ":" + told, false);
    }
    out += ") ;;\n";
  }
  return out + "esac\n_describe cloudvno found || _files\n";
}

std::string fish(const std::vector<CommandLine>& commands) {
  std::string out = head("fish") +
                    "function __cloudvno_is\n"
                    "    set -l at ''\n"
                    "    set -l value ''\n"
                    "    for word in (commandline -opc)[2..-1]\n"
                    "        if test -n \"$value\"\n"
                    "            set value ''\n"
                    "            continue\n"
                    "        end\n"
                    "        switch \"$at:$word\"\n";
  out += "            case";
  for (const auto& pattern : options_with_values(commands)) {
    out += " " + (pattern.front() == '*' ? quoted(pattern, true) : pattern);
  }
  out += "\n                set value 1\n";
  for (const auto& command : commands) {
    if (command.path.empty()) continue;
    out += fmt::format("            case {}\n                set at {}\n",
                       quoted(above(command.path) + ":" + last_word(command.path), true),
                       quoted(command.path, true));
  }
  out +=
      "        end\n"
      "    end\n"
      "    test \"$at\" = \"$argv[1]\"\n"
      "end\n";
  for (const auto& command : commands) {
    const auto here = fmt::format("complete -c cloudvno -n {}",
                                  quoted("__cloudvno_is \"" + command.path + "\"", true));
    for (const auto* app : command.app->get_subcommands(nullptr)) {
      out += fmt::format("{} -f -a {} -d {}\n", here, app->get_name(),
                         quoted(app->get_description(), true));
    }
    for (const auto* option : named_options(*command.app)) {
      out += here;
      for (const auto& name : option->get_snames()) out += " -s " + name;
      for (const auto& name : option->get_lnames()) out += " -l " + name;
      if (takes_value(*option)) out += " -r";
      out += fmt::format(" -d {}\n", quoted(option->get_description(), true));
    }
  }
  return out;
}

}  // namespace

const std::vector<std::string>& completed_shells() {
  static const std::vector<std::string> shells{"bash", "zsh", "fish"};
  return shells;
}

std::string completion(const CLI::App& program, std::string_view shell) {
  const auto commands = all_commands(program);
  if (shell == "zsh") return zsh(commands);
  if (shell == "fish") return fish(commands);
  return bash(commands);
}

}  // namespace cloudvno::app
