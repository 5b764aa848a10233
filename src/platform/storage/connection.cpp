// What all engines check alike.
#include "platform/storage/connection.hpp"

#include "base/utf8.hpp"

namespace cloudvno::storage {

void check_texts(std::span<const Parameter> parameters) {
  for (const auto& parameter : parameters) {
    const auto* text = std::get_if<std::string_view>(&parameter);
    if (text && (text->contains('\0') || !is_utf8(*text))) throw UnstorableText();
  }
}

}  // namespace cloudvno::storage
