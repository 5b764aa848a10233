// Judging answers of aggregators.
#include "connectors/http_carrier/answer_rules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "domain/messaging/delivery_errors.hpp"
#include "protocol/http/syntax.hpp"

namespace cloudvno::http_carrier {
namespace {

constexpr std::chrono::seconds most_retry_after{300};

constexpr std::string_view example =
    "\"status 200-299 and json:/status = 0 -> accepted\" or \"json:/code = 7 -> refused 30005\"";

std::optional<int> take_number(std::string_view& text) {
  int number = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (fault != std::errc() || number < 0) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

void skip_spaces(std::string_view& text) {
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
}

bool take(std::string_view& text, std::string_view word) {
  if (!text.starts_with(word)) return false;
  text.remove_prefix(word.size());
  skip_spaces(text);
  return true;
}

// "in quotes", or a word.
std::string take_value(std::string_view& text) {
  std::string value;
  if (text.starts_with('"')) {
    text.remove_prefix(1);
    const auto end = text.find('"');
    value = text.substr(0, end);
    text.remove_prefix(std::min(end == std::string_view::npos ? end : end + 1, text.size()));
  } else {
    value = text.substr(0, text.find(' '));
    text.remove_prefix(value.size());
  }
  skip_spaces(text);
  return value;
}

std::optional<Verdict> verdict_of(std::string_view word) {
  using enum Verdict;
  if (word == "accepted") return accepted;
  if (word == "refused") return refused;
  if (word == "temporary") return temporary;
  if (word == "throttled") return throttled;
  if (word == "unavailable") return unavailable;
  if (word == "unknown") return unknown;
  return std::nullopt;
}

}  // namespace

std::expected<AnswerRule::Condition, std::string> AnswerRule::take_condition(
    std::string_view& text) {
  Condition condition;
  if (take(text, "status ")) {
    do {
      const auto least = take_number(text);
      const auto most = text.starts_with('-') ? (text.remove_prefix(1), take_number(text)) : least;
      if (!least || !most || *least > *most)
        return std::unexpected("a status is written 429, 200-299 or 400,404,410-420");
      condition.statuses.push_back({*least, *most});
    } while (take(text, ","));
    skip_spaces(text);
    return condition;
  }
  auto selector = Selector::take(text);
  if (!selector) return std::unexpected(std::move(selector.error()));
  if (selector->is_own()) return std::unexpected("\"own\" stands in no answer");
  condition.selector = std::move(*selector);
  skip_spaces(text);
  condition.equal = !text.starts_with("!=");
  if (take(text, "!=") || take(text, "=")) {
    condition.has_value = true;
    condition.value = take_value(text);
  }
  return condition;
}

std::expected<AnswerRule, std::string> AnswerRule::parse(std::string_view text) {
  AnswerRule rule;
  skip_spaces(text);
  do {
    auto condition = take_condition(text);
    if (!condition) return std::unexpected(std::move(condition.error()));
    rule.conditions_.push_back(std::move(*condition));
  } while (take(text, "and "));
  if (!take(text, "->")) {
    return std::unexpected(fmt::format("there is no arrow before \"{}\"; write {}", text, example));
  }
  const auto word = take_value(text);
  const auto verdict = verdict_of(word);
  if (!verdict) {
    return std::unexpected(
        fmt::format("\"{}\" is none of accepted, refused, temporary, throttled, "
                    "unavailable, unknown",
                    word));
  }
  rule.verdict_ = *verdict;
  if (*verdict == Verdict::refused) {
    rule.error_code_ = messaging::error_carrier_refused;
    if (!text.empty()) {
      const auto code = take_number(text);
      if (!code || *code < 30'000 || *code > 39'999)
        return std::unexpected("the code of a refusal is one of ours, as in: refused 30005");
      rule.error_code_ = *code;
    }
  }
  skip_spaces(text);
  if (!text.empty()) return std::unexpected(fmt::format("\"{}\" stands behind the rule", text));
  return rule;
}

bool AnswerRule::holds(const Condition& condition, int status, const Document& document) {
  if (!condition.statuses.empty()) {
    return std::ranges::any_of(condition.statuses, [&](const Range& range) {
      return range.least <= status && status <= range.most;
    });
  }
  const auto found = condition.selector.find(document);
  if (!condition.has_value) return found.has_value();
  return (found == condition.value) == condition.equal;
}

bool AnswerRule::fits(int status, const Document& document) const {
  return std::ranges::all_of(conditions_,
                             [&](const Condition& each) { return holds(each, status, document); });
}

Judgement by_status(int status, bool has_retry_after) {
  using enum Verdict;
  Judgement judged;
  if (status >= 200 && status < 300) {
    judged.verdict = accepted;
  } else if (status == 429 || (status == 503 && has_retry_after)) {
    judged.verdict = throttled;
  } else if (status == 503) {
    judged.verdict = temporary;
  } else if (status >= 500 || status == 408) {
    judged.verdict = unknown;
  } else if (status <= 399 || (status >= 401 && status <= 405) || status == 407) {
    judged.verdict = unavailable;
  } else {
    judged.verdict = refused;
    judged.error_code = messaging::error_carrier_refused;
  }
  return judged;
}

Judgement judge(const AnswerRules& rules, const http::Response& answer,
                std::string_view reference) {
  const Document document(answer.headers, answer.body);
  // Departure: the form with a date (RFC 9110 section 10.2.3) counts as none.
  const auto pause = http::parse_length(answer.headers.value("Retry-After"));
  const auto rule = std::ranges::find_if(
      rules.rules, [&](const AnswerRule& each) { return each.fits(answer.status, document); });
  Judgement judged = rule == rules.rules.end()
                         ? by_status(answer.status, pause.has_value())
                         : Judgement{rule->verdict(), rule->error_code(), {}, {}};
  if (judged.verdict == Verdict::accepted) {
    judged.id = rules.id.is_own() ? std::string(reference)
                                  : rules.id.find(document).value_or(std::string());
  }
  if (pause) {
    const auto most = static_cast<std::uint64_t>(most_retry_after.count());
    judged.retry_after = std::chrono::seconds(std::min(*pause, most));
  }
  return judged;
}

}  // namespace cloudvno::http_carrier
