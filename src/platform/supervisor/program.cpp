// Running this program's file.
#include "platform/supervisor/program.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string_view>
#include <thread>

namespace cloudvno::supervisor {
namespace {

namespace fs = std::filesystem;

constexpr int first_passed = 3;  // sd_listen_fds(3)

// The file that execvp(3) would run, as an absolute path; links in it stay, since an upgrade may
// point them elsewhere.
std::string find_file(std::string_view called) {
  std::error_code error;
  if (called.find('/') != std::string_view::npos) return fs::absolute(called, error);
  const char* path = std::getenv("PATH");
  std::string_view rest = path ? path : "/usr/local/bin:/usr/bin:/bin";
  while (!rest.empty()) {
    const auto colon = rest.find(':');
    const auto candidate = fs::path(rest.substr(0, colon)) / called;
    if (::access(candidate.c_str(), X_OK) == 0) return fs::absolute(candidate, error);
    rest.remove_prefix(colon == std::string_view::npos ? rest.size() : colon + 1);
  }
  return std::string(called);
}

std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> list;
  for (const auto& text : texts) list.push_back(const_cast<char*>(text.c_str()));
  list.push_back(nullptr);
  return list;
}

}  // namespace

Program::Program(int argc, char** argv) : arguments_(argv, argv + argc) {
  if (arguments_.empty()) arguments_.emplace_back("cloudvno");
  file_ = find_file(arguments_.front());
}

int Program::run_beside(const std::vector<std::string>& arguments,
                        std::chrono::seconds at_most) const {
  std::vector<std::string> all{arguments_.front()};
  all.insert(all.end(), arguments.begin(), arguments.end());
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  // Sockets of ours must not live on in it.
  posix_spawn_file_actions_addclosefrom_np(&files, first_passed);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t none;
  sigemptyset(&none);
  sigset_t defaults;
  sigemptyset(&defaults);
  sigaddset(&defaults, SIGPIPE);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &defaults);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  pid_t child = 0;
  const int failed =
      posix_spawn(&child, file_.c_str(), &files, &attributes, pointers(all).data(), environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&files);
  if (failed != 0) return -1;
  const auto deadline = std::chrono::steady_clock::now() + at_most;
  int status = 0;
  for (;;) {
    const pid_t ended = ::waitpid(child, &status, WNOHANG);
    if (ended == child) break;
    if (ended < 0 && errno != EINTR) return -1;
    if (std::chrono::steady_clock::now() >= deadline) {
      ::kill(child, SIGKILL);
      ::waitpid(child, &status, 0);
      return -1;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

std::string Program::run_instead(const std::vector<InheritedSocket>& sockets) const {
  const int count = static_cast<int>(sockets.size());
  std::string names;
  std::vector<int> aside;
  // First out of the way of the numbers that they shall have.
  for (const auto& socket : sockets) {
    const int moved = fcntl(socket.descriptor.number(), F_DUPFD_CLOEXEC, first_passed + count);
    if (moved < 0) return std::strerror(errno);
    aside.push_back(moved);
    names += (names.empty() ? "" : ":") + socket.name;
  }
  for (int i = 0; i < count; ++i) {
    if (::dup2(aside[static_cast<std::size_t>(i)], first_passed + i) < 0) {
      return std::strerror(errno);
    }
  }
  ::setenv("LISTEN_PID", fmt::format("{}", ::getpid()).c_str(), 1);
  ::setenv("LISTEN_FDS", fmt::format("{}", count).c_str(), 1);
  ::setenv("LISTEN_FDNAMES", names.c_str(), 1);
  ::execv(file_.c_str(), pointers(arguments_).data());
  return std::strerror(errno);
}

std::uint64_t raise_open_files() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
  const rlimit raised{limit.rlim_max, limit.rlim_max};
  if (limit.rlim_cur < limit.rlim_max && setrlimit(RLIMIT_NOFILE, &raised) == 0) limit = raised;
  return limit.rlim_cur;
}

}  // namespace cloudvno::supervisor
