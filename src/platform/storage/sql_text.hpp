// Looking at SQL text: where a statement ends and what is comment.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace cloudvno::storage {

// The statements of a file, without comments, in order. Knows quotes ('…' and "…") and comments
// (-- and /* */); not bodies of triggers and functions, which neither engine shares.
std::vector<std::string> split_statements(std::string_view sql);

// The numbers of the parameters $n in it, in ascending order.
std::vector<std::size_t> parameter_numbers(std::string_view sql);

}  // namespace cloudvno::storage
