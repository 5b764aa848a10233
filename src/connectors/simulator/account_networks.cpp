// The network as each account has set it.
#include "connectors/simulator/account_networks.hpp"

#include <algorithm>

namespace cloudvno::simulator {

void AccountNetworks::let_go(Networks::iterator network) {
  for (const auto& line : network->second.lines) {
    const auto found = by_line_.find(line);
    if (found != by_line_.end() && found->second == network->first) by_line_.erase(found);
  }
  network->second.lines.clear();
}

void AccountNetworks::take_lines(Networks::iterator network, const std::vector<HeldLine>& lines) {
  let_go(network);
  for (const auto& line : lines) {
    network->second.lines.push_back(line.number);
    by_line_.insert_or_assign(line.number, network->first);
  }
}

void AccountNetworks::set(const AccountSid& account, const std::vector<HeldLine>& lines,
                          NetworkSettings settings, bool anew, Time now) {
  auto found = networks_.find(account);
  if (found == networks_.end()) {
    if (networks_.size() == most) {
      const auto first = std::ranges::min_element(
          networks_, {}, [](const auto& each) { return each.second.ends_at; });
      let_go(first);
      networks_.erase(first);
    }
    found = networks_.emplace(account, AccountNetwork()).first;
    anew = true;
  }
  auto& network = found->second;
  if (anew || network.ends_at <= now) network.draws = Draws(settings.seed);
  network.settings = std::move(settings);
  network.ends_at = now + lasts;
  take_lines(found, lines);
}

void AccountNetworks::clear(const AccountSid& account) {
  const auto found = networks_.find(account);
  if (found == networks_.end()) return;
  let_go(found);
  networks_.erase(found);
}

void AccountNetworks::follow(const AccountSid& account, const std::vector<HeldLine>& lines) {
  const auto found = networks_.find(account);
  if (found == networks_.end()) return;
  const auto same = std::ranges::equal(found->second.lines, lines, {}, {}, &HeldLine::number);
  if (!same) take_lines(found, lines);
}

const AccountNetworks::AccountNetwork* AccountNetworks::find(const AccountSid& account,
                                                             Time now) const {
  const auto found = networks_.find(account);
  return found == networks_.end() || found->second.ends_at <= now ? nullptr : &found->second;
}

AccountNetworks::AccountNetwork* AccountNetworks::of_line(const PhoneNumber& line, Time now) {
  const auto account = by_line_.find(line);
  if (account == by_line_.end()) return nullptr;
  const auto found = networks_.find(account->second);
  if (found == networks_.end()) return nullptr;
  if (found->second.ends_at > now) return &found->second;
  clear(AccountSid(found->first));
  return nullptr;
}

}  // namespace cloudvno::simulator
