// This program's file: run once beside this process to ask the new version something, or in this
// process's place with the listening sockets.
#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "platform/supervisor/inherited_sockets.hpp"

namespace cloudvno::supervisor {

class Program {
 public:
  // As main() was called. The file is looked up now and not again, but by its name: where it has
  // been replaced since, the new one runs.
  Program(int argc, char** argv);

  const std::vector<std::string>& arguments() const { return arguments_; }  // the name first
  // Runs it with the arguments to its end, its output going where ours goes; it is killed after
  // `at_most`. Answers its exit code, or -1 where it did not start or did not end by itself.
  int run_beside(const std::vector<std::string>& arguments, std::chrono::seconds at_most) const;
  // Does not return: this process becomes the program, with the arguments of main() and the sockets
  // under their names (take_inherited_sockets() finds them). Returns the reason if it cannot. No
  // other thread may run.
  std::string run_instead(const std::vector<InheritedSocket>& sockets) const;

 private:
  std::string file_;
  std::vector<std::string> arguments_;
};

// Raises this process's limit of open files to what it may be raised to, and answers it.
std::uint64_t raise_open_files();

}  // namespace cloudvno::supervisor
