// The network as each account has set it, found by the account's lines. In memory only.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "base/model/sid.hpp"
#include "connectors/simulator/conversations.hpp"
#include "connectors/simulator/faults.hpp"

namespace cloudvno::simulator {

// Lives on the control thread. Settings end by themselves after `lasts`, which is less than the
// time for which a released number rests: so a line's next holder never meets what its last one
// set, though nobody tells us of releases. Of more than `most` accounts the one that ends first
// goes.
class AccountNetworks {
 public:
  static constexpr Micros lasts = std::chrono::hours(24);
  static constexpr std::size_t most = 10'000;

  struct AccountNetwork {
    NetworkSettings settings;
    Draws draws;
    std::vector<PhoneNumber> lines;
    Time ends_at;
  };

  // From now on for these lines. With `anew` the draws begin again.
  void set(const AccountSid& account, const std::vector<HeldLine>& lines, NetworkSettings settings,
           bool anew, Time now);
  void clear(const AccountSid& account);
  // The account may hold other lines now.
  void follow(const AccountSid& account, const std::vector<HeldLine>& lines);

  // Nothing where nothing is set, or it has ended.
  const AccountNetwork* find(const AccountSid& account, Time now) const;
  AccountNetwork* of_line(const PhoneNumber& line, Time now);

 private:
  using Networks = std::map<AccountSid, AccountNetwork>;
  void let_go(Networks::iterator network);
  void take_lines(Networks::iterator network, const std::vector<HeldLine>& lines);

  Networks networks_;
  std::map<PhoneNumber, AccountSid> by_line_;
};

}  // namespace cloudvno::simulator
