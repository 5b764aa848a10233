// cloudvno(1). Roff of man(7): lines that begin with a point are commands, \- is the minus sign.
#include "app/manual.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>

#include "app/settings.hpp"

namespace cloudvno::app {
namespace {

// Backticks, as in our tables' texts, become bold.
std::string roff(std::string_view text) {
  std::string out;
  bool bold = false;
  for (const char c : text) {
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else if (c == '`') {
      bold = !bold;
      out += bold ? "\\fB" : "\\fR";
    } else if ((c == '.' || c == '\'') && (out.empty() || out.back() == '\n')) {
      out += std::string("\\&") + c;
    } else {
      out += c;
    }
  }
  return out;
}

std::string bold(std::string_view text) {
  return fmt::format("\\fB{}\\fR", roff(text));
}

// "FILE" of an option that takes one.
std::string placeholder(const CLI::Option& option) {
  auto name = option.get_positional() ? option.get_name(true) : option.get_lnames().front();
  std::ranges::transform(name, name.begin(),
                         [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return fmt::format("\\fI{}\\fR", roff(name));
}

std::string synopsis(const CommandLine& command) {
  std::string out = bold("cloudvno " + command.path);
  for (const auto* option : named_options(*command.app)) {
    if (option == command.app->get_help_ptr()) continue;
    auto text = bold(spellings(*option).back());
    if (takes_value(*option)) text += " " + placeholder(*option);
    out += option->get_required() ? " " + text : " [" + text + "]";
  }
  for (const auto* option : positional_options(*command.app)) {
    out += option->get_required() ? " " + placeholder(*option) : " [" + placeholder(*option) + "]";
  }
  return out;
}

void print_options(std::string& out, const CLI::App& app) {
  for (const auto* option : named_options(app)) {
    if (option == app.get_help_ptr() && app.get_parent()) continue;  // told once
    std::vector<std::string> names;
    for (const auto& name : spellings(*option)) names.push_back(bold(name));
    out += fmt::format(".TP\n{}{}\n{}\n", fmt::join(names, ", "),
                       takes_value(*option) ? " " + placeholder(*option) : "",
                       roff(option->get_description()));
  }
  for (const auto* option : positional_options(app)) {
    out += fmt::format(".TP\n{}\n{}\n", placeholder(*option), roff(option->get_description()));
  }
}

void print_commands(std::string& out, const CLI::App& program) {
  for (const auto& command : all_commands(program)) {
    if (command.path.empty() || !command.app->get_subcommands(nullptr).empty()) continue;
    out += fmt::format(".TP\n{}\n{}.\n", synopsis(command), roff(command.app->get_description()));
    std::string options;
    print_options(options, *command.app);
    if (!options.empty()) out += fmt::format(".RS\n{}.RE\n", options);
  }
}

void print_settings(std::string& out) {
  Settings defaults;
  std::string heading;
  for (const auto& setting : describe(defaults).list()) {
    const auto here =
        setting.repeated ? "[[" + setting.section + "]]" : "[" + setting.section + "]";
    if (here != heading) {
      out += fmt::format(".SS {}\n{}\n", here, roff(setting.section_meaning));
      heading = here;
    }
    out += fmt::format(".TP\n{} = {}\n{} A {}.\n", bold(setting.key), roff(setting.shown),
                       roff(setting.meaning), roff(setting.type));
  }
}

constexpr std::string_view signals = R"(.SH SIGNALS
.TP
.BR SIGTERM ", " SIGINT
Answer what runs and what comes within a second, write the outcome of messages that are at carriers, and end. A second one
ends the program at once; nothing that was acknowledged is lost in either case.
.TP
.B SIGUSR2
The same, and then run the program's file anew in the same process, on the same sockets: clients wait for a moment and none
is refused. If the file, which may be another version by now, could not serve, the log says why and nothing ends.
)";

constexpr std::string_view rest = R"(.SH EXIT STATUS
.TP
.B 0
It was done.
.TP
.B 1
It could not be done; standard error says why.
.TP
.B 2
The command line or the configuration file is wrong.
.TP
.B 3
.B serve
ended because another process took over its work.
.SH ENVIRONMENT
.TP
.BR LISTEN_PID ", " LISTEN_FDS ", " LISTEN_FDNAMES
Sockets to listen on, as
.BR sd_listen_fds (3)
describes, under the names
.B https
and
.BR http ;
they overrule the settings.
.TP
.BR NOTIFY_SOCKET ", " WATCHDOG_USEC
Who is told of readiness and life, as
.BR sd_notify (3)
describes.
.SH FILES
.TP
.I /etc/cloudvno/cloudvno.toml
The configuration, where
.B \-\-config
is not given.
.TP
.I /var/lib/cloudvno/root.key
The root key. Without it the store cannot be read: keep a copy elsewhere.
.TP
.I /var/lib/cloudvno/cloudvno.db
The store, where it is not on a PostgreSQL server.
.TP
.I /usr/share/doc/cloudvno
The operator's guide, and the description of the API.
)";

}  // namespace

std::vector<CommandLine> all_commands(const CLI::App& program) {
  std::vector<CommandLine> commands{{"", &program}};
  for (std::size_t i = 0; i < commands.size(); ++i) {
    std::vector<CommandLine> below;
    for (const auto* app : commands[i].app->get_subcommands(nullptr)) {
      below.push_back(
          {(commands[i].path.empty() ? "" : commands[i].path + " ") + app->get_name(), app});
    }
    commands.insert(commands.begin() + static_cast<std::ptrdiff_t>(i) + 1, below.begin(),
                    below.end());
  }
  return commands;
}

std::vector<const CLI::Option*> named_options(const CLI::App& app) {
  return app.get_options([](const CLI::Option* option) { return !option->get_positional(); });
}

std::vector<const CLI::Option*> positional_options(const CLI::App& app) {
  return app.get_options([](const CLI::Option* option) { return option->get_positional(); });
}

bool takes_value(const CLI::Option& option) {
  return option.get_items_expected_max() > 0;
}

std::vector<std::string> spellings(const CLI::Option& option) {
  std::vector<std::string> names;
  for (const auto& name : option.get_snames()) names.push_back("-" + name);
  for (const auto& name : option.get_lnames()) names.push_back("--" + name);
  return names;
}

std::string manual(const CLI::App& program) {
  std::string out = fmt::format(
      ".\\\" Made by `cloudvno reference manual`; do not edit.\n"
      ".TH CLOUDVNO 1 \"\" \"cloudvno {}\" \"CloudVNO\"\n"
      ".SH NAME\ncloudvno \\- messages, calls and numbers behind one HTTP API\n"
      ".SH SYNOPSIS\n.B cloudvno\n[\\fB\\-\\-config\\fR \\fIFILE\\fR] \\fICOMMAND\\fR ...\n"
      ".SH DESCRIPTION\n"
      "{} runs the platform: an API over HTTPS, its store, its links to carriers, and a simulated "
      "phone network that needs no carrier. The other commands work beside it. Run by root, each "
      "becomes the user that owns the data folder.\n",
      CLOUDVNO_VERSION, bold("cloudvno serve"));
  out += ".SH OPTIONS\n";
  print_options(out, program);
  out += ".SH COMMANDS\n";
  print_commands(out, program);
  out += signals;
  out += ".SH SETTINGS\nThe configuration file is TOML. Each setting with its default:\n";
  print_settings(out);
  return out + std::string(rest);
}

}  // namespace cloudvno::app
