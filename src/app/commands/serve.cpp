// cloudvno serve: runs the platform until SIGTERM or SIGINT, then drains.
#include <fmt/format.h>
#include <pthread.h>

#include <csignal>

#include "app/application.hpp"
#include "app/commands/command.hpp"
#include "base/log.hpp"

namespace cloudvno::app {
namespace {

log::Level log_level(const std::string& name) {
  return name == "debug"   ? log::Level::debug
         : name == "warn"  ? log::Level::warn
         : name == "error" ? log::Level::error
                           : log::Level::info;
}

void serve(CommandContext& context) {
  auto settings = context.settings();
  if (!settings) return;
  // Blocked before any thread starts, so that only sigwait() below sees them.
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGTERM);
  sigaddset(&ends, SIGINT);
  pthread_sigmask(SIG_BLOCK, &ends, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  log::start(log_level(settings->log_level), settings->log_format);
  {
    auto application = Application::build(std::move(*settings));
    if (!application) return context.complain(application.error());
    const auto addresses = (*application)->start();
    if (!addresses) return context.complain(addresses.error());
    fmt::print("{}", *addresses);
    std::fflush(stdout);
    int signal = 0;
    sigwait(&ends, &signal);
    log::info("serve.stopping", {{"signal", signal}});
    // A second signal ends it at once.
    pthread_sigmask(SIG_UNBLOCK, &ends, nullptr);
    (*application)->stop();
  }
  log::info("serve.stopped");
  log::stop();
}

}  // namespace

void add_serve(CLI::App& program, CommandContext& context) {
  program.add_subcommand("serve", "Run the platform; SIGTERM ends it in order")
      ->callback([&context] { serve(context); });
}

}  // namespace cloudvno::app
