// What an aggregator's answer to a submission means, by the operator's rules.
//
//   status 200-299 and json:/messages/0/status = 0 -> accepted
//   json:/error/code = 1004 -> refused 30005
//   regex:/^(3|Over quota)/ -> throttled
//
// The first rule counts of which all conditions hold. Where none does, the status decides (see
// by_status).
#pragma once

#include <chrono>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/http_carrier/selector.hpp"

namespace cloudvno::http_carrier {

enum class Verdict : std::uint8_t {
  accepted,
  refused,      // with an error code of ours
  temporary,    // this message not now
  throttled,    // nothing now
  unavailable,  // nothing until somebody mends it, as a wrong password: the link counts as down
  unknown,      // nobody can say whether the message goes out
};

class AnswerRule {
 public:
  static std::expected<AnswerRule, std::string> parse(std::string_view text);

  bool fits(int status, const Document& document) const;
  Verdict verdict() const { return verdict_; }
  int error_code() const { return error_code_; }  // of a refusal

 private:
  struct Range {
    int least;
    int most;
  };
  struct Condition {
    std::vector<Range> statuses;  // or, if empty:
    Selector selector;
    bool has_value = false;  // else it holds where anything is found
    bool equal = true;
    std::string value;
  };

  static std::expected<Condition, std::string> take_condition(std::string_view& text);
  static bool holds(const Condition& condition, int status, const Document& document);

  std::vector<Condition> conditions_;
  Verdict verdict_ = Verdict::unknown;
  int error_code_ = 0;
};

struct AnswerRules {
  std::vector<AnswerRule> rules;
  Selector id;  // of an accepted submission
};

struct Judgement {
  Verdict verdict = Verdict::unknown;
  int error_code = 0;
  std::string id;                       // of an accepted one; empty where the answer has none
  std::chrono::seconds retry_after{0};  // what the aggregator asks for, at most five minutes
};

// 2xx is accepted; 429, and 503 with Retry-After, throttled; 503 temporary; 500, 502 and 504
// unknown; 401 to 405, 407, redirects and all else below 400 unavailable; 408 unknown; the other
// 4xx refused, as 30007.
Judgement by_status(int status, bool has_retry_after);

// `reference` is what the request called itself, for carriers that report by it.
Judgement judge(const AnswerRules& rules, const http::Response& answer, std::string_view reference);

}  // namespace cloudvno::http_carrier
