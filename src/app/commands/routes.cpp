// cloudvno routes: the routes of the HTTP API, "METHOD pattern scope" a line, for checking
// docs/openapi.yaml against the program.
#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>

#include "app/application.hpp"
#include "app/commands/command.hpp"

namespace cloudvno::app {
namespace {

// The program is built whole to be asked, but over a store of its own: a real one stays untouched.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string path = (std::filesystem::temp_directory_path() / "cloudvno-routes-XXXXXX").string();
    if (mkdtemp(path.data())) path_ = path;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::string& path() const { return path_; }  // empty if it could not be made

 private:
  std::string path_;
};

void print_routes(CommandContext& context) {
  const TemporaryFolder folder;
  if (folder.path().empty()) {
    return context.complain({Errc::internal_error, "cannot make a temporary folder", {}, {}, 0});
  }
  Settings settings;
  settings.data_dir = folder.path();
  settings.sandbox_port = 0;
  const auto application = Application::build(std::move(settings), ListeningSockets());
  if (!application) return context.complain(application.error());
  for (const auto& route : (*application)->api().routes()) {
    fmt::print("{} {} {}\n", route.method, route.pattern,
               route.scope ? api::scope_name(*route.scope) : "resource");
  }
}

}  // namespace

void add_routes(CLI::App& program, CommandContext& context) {
  program.add_subcommand("routes", "Print the routes of the HTTP API and the scope each needs")
      ->callback([&context] { print_routes(context); });
}

}  // namespace cloudvno::app
