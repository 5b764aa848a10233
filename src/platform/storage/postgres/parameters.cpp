// Parameters in PostgreSQL's binary form.
#include "platform/storage/postgres/parameters.hpp"

#include <limits>

#include "platform/storage/connection.hpp"

namespace cloudvno::storage::postgres {

Oid type_of(const Parameter& parameter) {
  constexpr Oid types[] = {type_unknown, type_bigint, type_boolean, type_text, type_bytea};
  return types[parameter.index()];
}

void EncodedParameters::encode(std::span<const Parameter> parameters) {
  values_.clear();
  lengths_.clear();
  types_.clear();
  formats_.assign(parameters.size(), 1);
  numbers_.resize(parameters.size());
  check_texts(parameters);
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const auto add = [&](const void* data, std::size_t size) {
      if (size > static_cast<std::size_t>(std::numeric_limits<int>::max())) {
        throw StatementError("a parameter of more than 2 GiB");
      }
      // A null pointer would be NULL, and an empty view may have one.
      values_.push_back(data ? static_cast<const char*>(data) : "");
      lengths_.push_back(static_cast<int>(size));
    };
    const auto& parameter = parameters[i];
    types_.push_back(type_of(parameter));
    if (const auto* number = std::get_if<std::int64_t>(&parameter)) {
      auto bits = static_cast<std::uint64_t>(*number);
      for (auto byte = numbers_[i].rbegin(); byte != numbers_[i].rend(); ++byte, bits >>= 8) {
        *byte = static_cast<char>(bits & 0xff);
      }
      add(numbers_[i].data(), 8);
    } else if (const auto* truth = std::get_if<bool>(&parameter)) {
      numbers_[i][0] = *truth ? 1 : 0;
      add(numbers_[i].data(), 1);
    } else if (const auto* text = std::get_if<std::string_view>(&parameter)) {
      add(text->data(), text->size());
    } else if (const auto* bytes = std::get_if<ByteView>(&parameter)) {
      add(bytes->data(), bytes->size());
    } else {
      values_.push_back(nullptr);
      lengths_.push_back(0);
    }
  }
}

}  // namespace cloudvno::storage::postgres
