// The front of the room.
#include "domain/numbers/numbers.hpp"

#include "base/log.hpp"
#include "domain/numbers/numbers_api.hpp"
#include "domain/numbers/resting_store.hpp"

namespace cloudvno::numbers {

void Numbers::mount(api::Api& api) {
  mount_numbers(api, vault_, webhooks_, clock_);
}

net::Task<> Numbers::end_rests() {
  constexpr std::int64_t step = 200;
  while (true) {
    const auto gone =
        co_await database_.transact([&, now = clock_.now()](storage::Transaction& tx) {
          return numbers::end_rests(tx, vault_, now, step);
        });
    if (!gone) {
      log::error("numbers.rests_not_ended", {{"detail", gone.error().detail}});
      co_return;
    }
    if (*gone > 0) log::info("numbers.rests_ended", {{"numbers", *gone}});
    if (*gone < step) co_return;
  }
}

}  // namespace cloudvno::numbers
