// What is said around a code, in the languages that we have.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace cloudvno::verify {

struct Phrases {
  std::string_view language;  // BCP 47, the primary tag or with a region: "pt-BR"
  std::string_view message;   // has {code}
  std::string_view subject;   // of an e-mail
  std::string_view spoken;    // before the digits
  std::string_view again;     // that a key repeats them
};

std::span<const Phrases> all_phrases();
// Of the locale ("de-AT"), of its language ("de"), else English. Letters of either case, "_" or
// "-".
const Phrases& phrases_of(std::string_view locale);
// A BCP 47 tag as far as we read it: letters, digits, "-" and "_", at most 35 characters.
bool is_locale(std::string_view text);

}  // namespace cloudvno::verify
