// Parameters in PostgreSQL's binary form.
#include "platform/storage/postgres/parameters.hpp"

#include <limits>

#include "platform/storage/connection.hpp"

namespace cloudvno::storage::postgres {

Oid type_of(const Parameter& parameter) {
  constexpr Oid types[] = {type_unknown, type_bigint, type_boolean, type_text, type_bytea};
  return types[parameter.index()];
}

void EncodedParameters::clear() {
  values_.clear();
  lengths_.clear();
  formats_.clear();
  types_.clear();
}

void EncodedParameters::add(Oid type, const char* value, std::size_t length) {
  if (length > static_cast<std::size_t>(std::numeric_limits<int>::max())) {
    throw StatementError("a parameter of more than 2 GiB");
  }
  types_.push_back(type);
  values_.push_back(value);
  lengths_.push_back(static_cast<int>(length));
  formats_.push_back(1);
}

void EncodedParameters::encode(std::span<const Parameter> parameters) {
  clear();
  numbers_.resize(parameters.size());
  check_texts(parameters);
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const auto& parameter = parameters[i];
    const auto add_value = [&](const void* data, std::size_t size) {
      // A null pointer would be NULL, and an empty view may have one.
      add(type_of(parameter), data ? static_cast<const char*>(data) : "", size);
    };
    if (const auto* number = std::get_if<std::int64_t>(&parameter)) {
      auto bits = static_cast<std::uint64_t>(*number);
      for (auto byte = numbers_[i].rbegin(); byte != numbers_[i].rend(); ++byte, bits >>= 8) {
        *byte = static_cast<char>(bits & 0xff);
      }
      add_value(numbers_[i].data(), 8);
    } else if (const auto* truth = std::get_if<bool>(&parameter)) {
      numbers_[i][0] = *truth ? 1 : 0;
      add_value(numbers_[i].data(), 1);
    } else if (const auto* text = std::get_if<std::string_view>(&parameter)) {
      add_value(text->data(), text->size());
    } else if (const auto* bytes = std::get_if<ByteView>(&parameter)) {
      add_value(bytes->data(), bytes->size());
    } else {
      add(type_unknown, nullptr, 0);
    }
  }
}

}  // namespace cloudvno::storage::postgres
