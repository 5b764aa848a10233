// Small files as text.
#include "platform/config/file.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fstream>

namespace cloudvno::config {

Result<std::string> read_file(const std::string& path) {
  constexpr std::streamsize most = 1 << 20;
  std::ifstream in(path, std::ios::binary);
  if (!in) return fail(Errc::invalid_parameter, fmt::format("{}: {}", path, std::strerror(errno)));
  std::string text(static_cast<std::size_t>(most) + 1, '\0');
  in.read(text.data(), most + 1);
  if (in.gcount() > most)
    return fail(Errc::invalid_parameter, fmt::format("{}: larger than 1 MiB", path));
  text.resize(static_cast<std::size_t>(in.gcount()));
  return text;
}

}  // namespace cloudvno::config
