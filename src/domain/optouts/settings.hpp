// What an account answers to keywords, and its own keywords in its recipients' languages.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "domain/optouts/keyword.hpp"

namespace cloudvno::optouts {

inline constexpr std::size_t most_keywords = 20;  // of an account's own, of each kind

// Of one kind of keyword.
struct KeywordSettings {
  std::string reply;                  // empty: none
  std::vector<std::string> keywords;  // beside those that everybody has; as the customer wrote them
  bool operator==(const KeywordSettings&) const = default;
};

struct Settings {
  KeywordSettings stop{
      "You are unsubscribed and will get no more messages from us. Reply START to subscribe "
      "again.",
      {}};
  KeywordSettings start{
      "You are subscribed again. Reply HELP for help, or STOP to get no more messages.", {}};
  KeywordSettings help{"Reply STOP to get no more messages from us, or START to subscribe again.",
                       {}};
  std::optional<Time> updated_at = {};  // nothing: as everybody has them

  KeywordSettings& of(Keyword keyword);
  const KeywordSettings& of(Keyword keyword) const;

  // Of a folded text: the words that everybody has, and the account's own.
  std::optional<Keyword> read(std::string_view folded) const;

  // Errc::invalid_parameter, Errc::message_too_long: a keyword that folds to nothing or to more
  // than longest_keyword characters, or that has two meanings; a reply that is no longer than a
  // keyword may be, since two accounts would answer each other's for ever; a reply beyond 1,600
  // characters.
  Result<> check() const;
};

inline constexpr Keyword all_keywords[] = {Keyword::stop, Keyword::start, Keyword::help};
// "stop": the parameters are "stop_reply" and "stop_keywords".
std::string_view parameter_prefix(Keyword keyword);

}  // namespace cloudvno::optouts
