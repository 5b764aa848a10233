// Giving a number back.
#include "domain/numbers/release_number.hpp"

#include "domain/numbers/number_store.hpp"
#include "domain/numbers/resting_store.hpp"

namespace cloudvno::numbers {

Result<> release_number(storage::Transaction& tx, const vault::Vault& vault, const Number& number,
                        Time now) {
  if (!delete_number(tx, number.sid)) return fail(Errc::not_found);
  begin_rest(tx, vault, number.offer(), now);
  return {};
}

}  // namespace cloudvno::numbers
