// The program `cloudvno`.
#include "app/commands/command.hpp"

int main(int argc, char** argv) {
  return cloudvno::app::run_command_line(argc, argv);
}
