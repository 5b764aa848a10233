// Processes by posix_spawn(3), awaited by pidfd_open(2).
#include "connectors/speech/child.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

// The header of glibc 2.36 says nothing of C++.
extern "C" {
#include <sys/pidfd.h>
}

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <cstdlib>

#include "platform/net/run_on.hpp"

namespace cloudvno::speech {
namespace asio = boost::asio;

namespace {

using Descriptor = asio::posix::stream_descriptor;
using Output = std::expected<std::string, ChildFailure>;

// The input as a file in memory: the program reads at its own pace, and nobody waits to write.
int file_of(std::string_view text) {
  const int file = ::memfd_create("input", MFD_CLOEXEC);
  if (file < 0) return -1;
  while (!text.empty()) {
    const auto written = ::write(file, text.data(), text.size());
    if (written <= 0) break;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  if (text.empty() && ::lseek(file, 0, SEEK_SET) == 0) return file;
  ::close(file);
  return -1;
}

// 0, or an error number.
int spawn(const ChildOrder& order, int input, int output, pid_t& child) {
  std::vector<std::string> arguments = order.arguments;
  arguments.insert(arguments.begin(), order.program);
  std::vector<char*> argv;
  for (auto& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  const char* const path = std::getenv("PATH");
  auto path_line = std::string("PATH=") + (path ? path : "/usr/local/bin:/usr/bin:/bin");
  std::string locale = "LC_ALL=C.UTF-8";
  std::array<char*, 3> environment{path_line.data(), locale.data(), nullptr};

  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_adddup2(&files, input, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&files, output, STDOUT_FILENO);
  posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addclosefrom_np(&files, STDERR_FILENO + 1);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t none;
  sigset_t defaults;
  sigemptyset(&none);
  sigemptyset(&defaults);
  sigaddset(&defaults, SIGPIPE);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &defaults);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  const int error = ::posix_spawnp(&child, order.program.c_str(), &files, &attributes, argv.data(),
                                   environment.data());
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&files);
  return error;
}

// A process that runs, and what it writes.
class Child {
 public:
  Child(net::Executor executor, pid_t process, int output)
      : process_(process), output_(executor, output), ended_(executor) {
    if (const int handle = ::pidfd_open(process, 0); handle >= 0) ended_.assign(handle);
  }
  // Where nobody could wait for its end: a killed process is gone in a moment.
  ~Child() {
    if (process_ < 0) return;
    ::kill(process_, SIGKILL);
    reap();
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  bool can_be_awaited() const { return ended_.is_open(); }

  net::Task<Output> collect(std::size_t most_bytes) {
    Output all;
    std::vector<char> buffer(64 * 1024);
    for (;;) {
      const auto [error, size] = co_await output_.async_read_some(
          asio::buffer(buffer), asio::as_tuple(asio::use_awaitable));
      if (error == asio::error::operation_aborted) throw boost::system::system_error(error);
      if (error) break;
      if (all->size() + size > most_bytes) co_return std::unexpected(ChildFailure::too_much);
      all->append(buffer.data(), size);
    }
    co_await end();
    if (!reap()) co_return std::unexpected(ChildFailure::failed);
    co_return all;
  }

  net::Task<> kill() {
    if (process_ < 0) co_return;
    ::kill(process_, SIGKILL);
    co_await end();
    reap();
  }

 private:
  net::Task<> end() { co_await ended_.async_wait(Descriptor::wait_read, asio::use_awaitable); }

  // True if it ended well.
  bool reap() {
    int status = -1;
    while (::waitpid(process_, &status, 0) < 0 && errno == EINTR) {
    }
    process_ = -1;
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
  }

  pid_t process_;
  Descriptor output_;
  Descriptor ended_;
};

}  // namespace

std::string_view name_of(ChildFailure failure) {
  using enum ChildFailure;
  switch (failure) {
    case not_installed:
      return "not_installed";
    case not_started:
      return "not_started";
    case too_much:
      return "too_much";
    case too_slow:
      return "too_slow";
    case failed:
      break;
  }
  return "failed";
}

net::Task<Output> run_child(ChildOrder order) {
  const int input = file_of(order.input);
  if (input < 0) co_return std::unexpected(ChildFailure::not_started);
  std::array<int, 2> pipe{};
  if (::pipe2(pipe.data(), O_CLOEXEC) != 0) {
    ::close(input);
    co_return std::unexpected(ChildFailure::not_started);
  }
  pid_t process = -1;
  const int error = spawn(order, input, pipe[1], process);
  ::close(input);
  ::close(pipe[1]);
  if (error != 0) {
    ::close(pipe[0]);
    co_return std::unexpected(error == ENOENT ? ChildFailure::not_installed
                                              : ChildFailure::not_started);
  }
  Child child(co_await asio::this_coro::executor, process, pipe[0]);
  if (!child.can_be_awaited()) co_return std::unexpected(ChildFailure::not_started);
  auto output = co_await net::with_deadline(child.collect(order.most_bytes), order.deadline);
  co_await child.kill();  // where it has not ended by itself
  if (!output) co_return std::unexpected(ChildFailure::too_slow);
  co_return std::move(*output);
}

}  // namespace cloudvno::speech
