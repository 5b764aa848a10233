// Files built into the program by cmake/Embed.cmake.
#pragma once

#include <span>
#include <string_view>

namespace cloudvno::embedded {

struct File {
  std::string_view path;  // relative to the embedded folder, with '/'
  std::string_view data;
};

std::span<const File> migrations();
std::span<const File> console();
std::span<const File> docs();
std::span<const File> lookup();

}  // namespace cloudvno::embedded
