// Texts of any bytes, as carriers bring them: folding is done once and for all, and what only
// spaces and punctuation tell apart is the same keyword.
#include <cstdint>
#include <string>

#include "base/invariant.hpp"
#include "base/utf8.hpp"
#include "domain/optouts/keyword.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace cloudvno;
  using namespace cloudvno::optouts;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto folded = fold_keyword(text);
  invariant(is_utf8(folded), "folded text is UTF-8");
  invariant(fold_keyword(folded) == folded, "folded text stays as it is");
  invariant(fold_keyword(" \"" + folded + ".\" ") == folded, "punctuation is ignored");
  invariant(count_characters(folded) <= folded.size(), "characters are counted");
  read_keyword(folded);
  return 0;
}
