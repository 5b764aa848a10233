// The parameters of a request: JSON object, form or query, read the same way.
//
//   Input in(request);
//   TRY_ASSIGN(const auto to, in.phone_number("to"));
//   TRY_ASSIGN(const auto body, in.optional_text("body", 16'000));
//   TRY(in.finish());   // refuses what was not read
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/model/phone_number.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "protocol/http/message.hpp"

namespace cloudvno::api {

// Reads the body of a POST by its Content-Type, or the query of a GET. In a form a name that comes
// several times (or ends in "[]") is an array. Errc::unsupported_media_type, Errc::malformed_body.
Result<boost::json::object> read_parameters(const http::Request& request);

class Input {
 public:
  explicit Input(const boost::json::object& parameters) : parameters_(parameters) {}

  bool has(std::string_view name) const;

  // Texts are UTF-8 without NUL. `most` counts bytes. An empty text counts as given.
  Result<std::string> text(std::string_view name, std::size_t most = 2'000);
  Result<std::optional<std::string>> optional_text(std::string_view name, std::size_t most = 2'000);
  // A list of texts, or one text; of a form the name that comes several times. An empty text counts
  // for nothing, so that a form can say "none".
  Result<std::optional<std::vector<std::string>>> optional_texts(std::string_view name,
                                                                 std::size_t most_texts,
                                                                 std::size_t most = 2'000);
  Result<std::optional<std::int64_t>> optional_integer(std::string_view name, std::int64_t least,
                                                       std::int64_t most);
  // A part of the whole, from 0 to 1.
  Result<std::optional<double>> optional_share(std::string_view name);
  Result<std::optional<bool>> optional_boolean(std::string_view name);
  Result<PhoneNumber> phone_number(std::string_view name);
  Result<std::optional<PhoneNumber>> optional_phone_number(std::string_view name);
  // A number or a short code: what an account may hold and send from.
  Result<PhoneNumber> sender(std::string_view name);
  Result<std::optional<PhoneNumber>> optional_sender(std::string_view name);
  Result<std::optional<Time>> optional_time(std::string_view name);
  // An absolute http or https URL; "" clears and answers an empty text.
  Result<std::optional<std::string>> optional_url(std::string_view name);
  // A list of one object or more; where the body is a form, its JSON text.
  Result<boost::json::array> objects(std::string_view name, std::size_t most);
  // One of the words, letter for letter; a wrong one is answered with the list.
  Result<std::optional<std::string>> optional_word(std::string_view name,
                                                   std::span<const std::string_view> words);

  // These are read elsewhere.
  void leave(std::span<const std::string_view> names) {
    read_.insert(read_.end(), names.begin(), names.end());
  }
  // Errc::unknown_parameter for a parameter that nobody read.
  Result<> finish() const;

 private:
  const boost::json::value* take(std::string_view name);
  static Result<std::string> read_text(std::string_view name, const boost::json::value& value,
                                       std::size_t most);
  Result<std::optional<PhoneNumber>> read_number(
      std::string_view name, std::optional<PhoneNumber> (*parse)(std::string_view));

  const boost::json::object& parameters_;
  std::vector<std::string_view> read_;
};

}  // namespace cloudvno::api
