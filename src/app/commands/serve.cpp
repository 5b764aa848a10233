// cloudvno serve: runs the platform until SIGTERM or SIGINT, then drains. SIGUSR2 drains too, and
// then runs the program's file anew in the same process, on the same sockets.
#include <fmt/format.h>
#include <pthread.h>
#include <sched.h>
#include <unistd.h>

#include <csignal>

#include "app/application.hpp"
#include "app/commands/command.hpp"
#include "base/log.hpp"
#include "platform/supervisor/notifier.hpp"

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

// Whether the program's file, which may be another version by now, would serve from these settings
// and this store. It says itself why not.
bool could_start_again(const CommandContext& context) {
  constexpr std::chrono::seconds patience{10};
  std::vector<std::string> arguments;
  if (!context.config_file.empty()) arguments = {"--config", context.config_file};
  arguments.insert(arguments.end(), {"check", "--restart"});
  return context.program->run_beside(arguments, patience) == 0;
}

// True if the program shall run anew in this one's place.
bool wait_for_the_end(const CommandContext& context, const sigset_t& signals) {
  for (;;) {
    int signal = 0;
    sigwait(&signals, &signal);
    const bool anew = signal == SIGUSR2;
    if (anew && !could_start_again(context)) {
      log::error("serve.restart_refused", {{"because", "the program's file could not serve here"}});
      continue;
    }
    log::info(anew ? "serve.restarting" : "serve.stopping", {{"signal", signal}});
    return anew;
  }
}

void serve(CommandContext& context) {
  auto settings = context.settings();
  if (!settings) return;
  // Blocked before any thread starts, so that only sigwait() below sees them.
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGTERM);
  sigaddset(&ends, SIGINT);
  auto signals = ends;
  sigaddset(&signals, SIGUSR2);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  hand_over_in_batches();
  // Before there are threads: it reads and changes the environment.
  auto inherited = supervisor::take_inherited_sockets();
  if (!inherited) return context.complain(inherited.error());
  auto sockets = ListeningSockets::sort(std::move(*inherited));
  if (!sockets) return context.complain(sockets.error());
  const auto notifier = supervisor::Notifier::of_this_process();
  const auto files = supervisor::raise_open_files();
  log::start(log_level(settings->log_level), settings->log_format);
  log::info("serve.starting", {{"version", CLOUDVNO_VERSION}, {"open_files", files}});
  std::vector<supervisor::InheritedSocket> handed_over;
  bool anew = false;
  {
    auto application = Application::build(std::move(*settings), std::move(*sockets));
    if (!application) return context.complain(application.error());
    (*application)->on_lease_lost([&context] {
      context.exit_code = exit_lease_lost;
      ::kill(::getpid(), SIGTERM);
    });
    const auto addresses = (*application)->start();
    if (!addresses) return context.complain(addresses.error());
    fmt::print("{}", *addresses);
    std::fflush(stdout);
    if (const auto every = notifier.alive_every()) {
      (*application)->call_every(*every, [&notifier] { notifier.alive(); });
    }
    (*application)->sockets().keep_beyond_this_life(notifier);
    notifier.ready("serving");
    anew = wait_for_the_end(context, signals);
    if (anew) {
      notifier.restarting();
    } else {
      notifier.stopping();
    }
    // A second signal ends it at once.
    pthread_sigmask(SIG_UNBLOCK, &ends, nullptr);
    handed_over = (*application)->sockets().release();
    if (!anew) handed_over.clear();
    (*application)->stop();
  }
  log::info("serve.stopped");
  log::stop();
  if (!anew) return;
  // SIGUSR2 stays blocked, so that one that comes before the program is ready for it waits.
  const auto why_not = context.program->run_instead(handed_over);
  context.complain({Errc::internal_error, fmt::format("cannot run anew: {}", why_not), {}, {}, 0});
}

}  // namespace

void add_serve(CLI::App& program, CommandContext& context) {
  program
      .add_subcommand("serve",
                      "Run the platform; SIGTERM ends it in order, SIGUSR2 runs it anew in place")
      ->callback([&context] { serve(context); });
}

}  // namespace cloudvno::app
