// What an account lets through: its own rules.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"

namespace cloudvno::fraud {

enum class Enforcement { enforce, monitor };  // monitor: judges, and lets all through
enum class Sensitivity { low, normal, high };

struct Settings {
  Enforcement enforcement = Enforcement::enforce;
  Sensitivity sensitivity = Sensitivity::normal;
  int block_score = 75;  // and above: refused
  int block_hours = 12;
  // ISO 3166-1; nothing: those of its own numbers. Sorted.
  std::optional<std::vector<std::string>> countries;
  std::optional<Time> updated_at;  // nothing: what everybody has

  // Of what is borne before a range counts as attacked.
  double patience() const {
    return sensitivity == Sensitivity::low ? 2.0 : sensitivity == Sensitivity::high ? 0.6 : 1.0;
  }
};

std::string_view name_of(Enforcement enforcement);
std::string_view name_of(Sensitivity sensitivity);

// As one text, for the store.
std::string print(const Settings& settings);
Settings read_settings(std::string_view text);

}  // namespace cloudvno::fraud
