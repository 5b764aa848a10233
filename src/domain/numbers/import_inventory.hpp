// Bringing a carrier's list of numbers into the inventory, from a file of any length.
#pragma once

#include <cstdint>
#include <istream>
#include <string>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "domain/numbers/inventory_file.hpp"
#include "platform/storage/database.hpp"
#include "platform/vault/vault.hpp"

namespace cloudvno::numbers {

// A line of the file that was not taken, and why.
struct BadLine {
  std::int64_t line = 0;  // the first of a file is 1
  std::string reason;
};

struct ImportReport {
  static constexpr std::size_t most_bad_lines = 100;

  std::int64_t offered = 0;    // on offer now; some were before
  std::int64_t held = 0;       // accounts hold them: nothing changed
  std::int64_t resting = 0;    // offered, as the file says, when their rest is over
  std::int64_t withdrawn = 0;  // with ImportOptions::whole
  std::int64_t bad = 0;
  std::vector<BadLine> bad_lines;  // the first of them, in the file's order
};

struct ImportOptions {
  std::string carrier;  // configured name
  // The file is all that the carrier has: what it has not is withdrawn, unless a line is bad.
  bool whole = false;
};

// Takes what is good and reports what is not; a file whose first line is wrong changes nothing
// (Errc::invalid_parameter). In steps, each a transaction: what was killed half-way is run again.
// Beside a running platform, which may sell the same numbers meanwhile.
Result<ImportReport> import_inventory(storage::Database& database, const vault::Vault& vault,
                                      std::istream& file, const ImportOptions& options);

}  // namespace cloudvno::numbers
