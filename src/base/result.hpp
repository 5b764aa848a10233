// What a function answers that can fail in production: a value or an Error with a public code.
#pragma once

#include <expected>
#include <string>
#include <utility>

#include "base/model/errors.hpp"

namespace cloudvno {

// `text` is shown to the customer and must hold no personal data; `detail` goes to the log only and
// must hold none either. `param` names the request parameter at fault, if there is one.
struct Error {
  Errc code = Errc::internal_error;
  std::string text;
  std::string param;
  std::string detail;
  int retry_after_s = 0;  // with rate_limit_exceeded and service_unavailable
};

template <class T = void>
using Result = std::expected<T, Error>;

// return fail(Errc::invalid_phone_number, "`to` is not an E.164 number", "to");
inline std::unexpected<Error> fail(Errc code, std::string text = {}, std::string param = {}) {
  return std::unexpected(Error{code, std::move(text), std::move(param), {}, 0});
}

// A fault of ours or of the machine: the customer learns the code, the log the detail.
inline std::unexpected<Error> fault(std::string detail, Errc code = Errc::internal_error) {
  return std::unexpected(Error{code, {}, {}, std::move(detail), 0});
}

inline std::unexpected<Error> fail(Error error) {
  return std::unexpected(std::move(error));
}

}  // namespace cloudvno

// Hands a failure on: TRY(check(x)); or TRY_ASSIGN(auto number, parse(text));
#define CLOUDVNO_CONCAT_(a, b) a##b
#define CLOUDVNO_CONCAT(a, b) CLOUDVNO_CONCAT_(a, b)
#define TRY(expression)                                      \
  do {                                                       \
    if (auto try_result = (expression); !try_result)         \
      return std::unexpected(std::move(try_result).error()); \
  } while (false)
#define TRY_ASSIGN_(temporary, target, expression)                      \
  auto temporary = (expression);                                        \
  if (!temporary) return std::unexpected(std::move(temporary).error()); \
  target = std::move(*temporary)
#define TRY_ASSIGN(target, expression) \
  TRY_ASSIGN_(CLOUDVNO_CONCAT(try_value_, __LINE__), target, expression)

// The same inside a coroutine: CO_TRY(...); CO_TRY_ASSIGN(auto row, co_await db.read(...));
#define CO_TRY(expression)                                      \
  do {                                                          \
    if (auto try_result = (expression); !try_result)            \
      co_return std::unexpected(std::move(try_result).error()); \
  } while (false)
#define CO_TRY_ASSIGN_(temporary, target, expression)                      \
  auto temporary = (expression);                                           \
  if (!temporary) co_return std::unexpected(std::move(temporary).error()); \
  target = std::move(*temporary)
#define CO_TRY_ASSIGN(target, expression) \
  CO_TRY_ASSIGN_(CLOUDVNO_CONCAT(try_value_, __LINE__), target, expression)
