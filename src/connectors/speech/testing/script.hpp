// A program of a few lines of shell, in a folder of its own, that stands in for a real one.
#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

namespace cloudvno::speech::testing {

class Script {
 public:
  explicit Script(const std::string& lines) {
    std::string name = std::filesystem::temp_directory_path() / "cloudvno-script-XXXXXX";
    if (!::mkdtemp(name.data())) throw std::runtime_error("no temporary folder");
    folder_ = name;
    const auto file = folder_ / "program";
    std::ofstream(file) << "#!/bin/sh\nhere='" << folder_.string() << "'\n" << lines << '\n';
    std::filesystem::permissions(file, std::filesystem::perms::owner_all);
  }
  ~Script() { std::filesystem::remove_all(folder_); }
  Script(const Script&) = delete;
  Script& operator=(const Script&) = delete;

  std::string path() const { return folder_ / "program"; }
  // What it wrote into "$here/<name>".
  std::string wrote(const std::string& name) const {
    std::ifstream file(folder_ / name);
    return {std::istreambuf_iterator<char>(file), {}};
  }

 private:
  std::filesystem::path folder_;
};

}  // namespace cloudvno::speech::testing
