// Judging settings, and reading keywords by them.
#include "domain/optouts/settings.hpp"

#include <algorithm>
#include <map>

#include "protocol/sms/split.hpp"

namespace cloudvno::optouts {

KeywordSettings& Settings::of(Keyword keyword) {
  return keyword == Keyword::stop ? stop : keyword == Keyword::start ? start : help;
}

const KeywordSettings& Settings::of(Keyword keyword) const {
  return const_cast<Settings*>(this)->of(keyword);
}

std::optional<Keyword> Settings::read(std::string_view folded) const {
  if (const auto common = read_keyword(folded)) return common;
  for (const auto kind : all_keywords) {
    for (const auto& own : of(kind).keywords) {
      if (fold_keyword(own) == folded) return kind;
    }
  }
  return std::nullopt;
}

Result<> Settings::check() const {
  std::map<std::string, Keyword> seen;
  for (const auto kind : all_keywords) {
    const auto prefix = parameter_prefix(kind);
    const auto wrong = [&](std::string_view what, std::string_view problem) {
      auto name = fmt::format("{}_{}", prefix, what);
      auto text = fmt::format("`{}` {}.", name, problem);
      return fail(Errc::invalid_parameter, std::move(text), std::move(name));
    };
    const auto& settings = of(kind);
    if (settings.keywords.size() > most_keywords) {
      return wrong("keywords", fmt::format("holds more than {} keywords", most_keywords));
    }
    for (const auto& keyword : settings.keywords) {
      const auto folded = fold_keyword(keyword);
      if (folded.empty() || count_characters(folded) > longest_keyword) {
        return wrong("keywords",
                     fmt::format("takes keywords of 1 to {} letters and digits", longest_keyword));
      }
      const auto common = read_keyword(folded);
      const auto meaning = common ? *common : seen.try_emplace(folded, kind).first->second;
      if (meaning != kind) return wrong("keywords", "holds a word that has another meaning");
    }
    if (settings.reply.empty()) continue;
    if (count_characters(fold_keyword(settings.reply)) <= longest_keyword) {
      return wrong("reply", fmt::format("must have more than {} letters and digits, so that it is "
                                        "no keyword itself, or be empty for no reply",
                                        longest_keyword));
    }
    if (!sms::count_segments(settings.reply)) {
      return fail(Errc::message_too_long, {}, fmt::format("{}_reply", prefix));
    }
  }
  return {};
}

std::string_view parameter_prefix(Keyword keyword) {
  return keyword == Keyword::stop ? "stop" : keyword == Keyword::start ? "start" : "help";
}

}  // namespace cloudvno::optouts
