// Opting out and in.
#include "domain/optouts/opt_outs.hpp"

#include <algorithm>

#include "domain/optouts/opt_out_store.hpp"
#include "domain/optouts/settings_store.hpp"
#include "domain/senders/sender_pool_store.hpp"

namespace cloudvno::optouts {
namespace {

// In one order, whoever asks: two processes that change the same pairs wait for each other at the
// first of them, and the second finds all done.
std::vector<Bytes> pair_indexes(const vault::Vault& vault, Senders senders,
                                const PhoneNumber& recipient) {
  std::vector<Bytes> pairs;
  pairs.reserve(senders.size());
  for (const auto& sender : senders) pairs.push_back(pair_index(vault, sender.number, recipient));
  std::ranges::sort(pairs);
  return pairs;
}

// Answers those that are new.
std::vector<Bytes> insert_all(storage::Transaction& tx, std::vector<Bytes> pairs, Time now) {
  std::erase_if(pairs, [&](const Bytes& pair) { return !insert_opt_out(tx, pair, now); });
  return pairs;
}

}  // namespace

bool is_opted_out(storage::Transaction& tx, const vault::Vault& vault, const PhoneNumber& sender,
                  const PhoneNumber& recipient) {
  const auto pair = pair_index(vault, sender, recipient);
  return find_opt_out(tx, {&pair, 1}).has_value();
}

bool is_opted_out(storage::Transaction& tx, const vault::Vault& vault, Senders senders,
                  const PhoneNumber& recipient) {
  return opted_out_since(tx, vault, senders, recipient).has_value();
}

std::optional<Time> opted_out_since(storage::Transaction& tx, const vault::Vault& vault,
                                    Senders senders, const PhoneNumber& recipient) {
  return find_opt_out(tx, pair_indexes(vault, senders, recipient));
}

bool opt_out(storage::Transaction& tx, const vault::Vault& vault, Senders senders,
             const PhoneNumber& recipient, Time now) {
  return !insert_all(tx, pair_indexes(vault, senders, recipient), now).empty();
}

bool opt_in(storage::Transaction& tx, const vault::Vault& vault, Senders senders,
            const PhoneNumber& recipient) {
  bool changed = false;
  for (const auto& pair : pair_indexes(vault, senders, recipient)) {
    if (delete_opt_out(tx, pair)) changed = true;
  }
  return changed;
}

Result<Taken> take_keyword(storage::Transaction& tx, const vault::Vault& vault,
                           const vault::Keys& keys, const numbers::Number& to,
                           const PhoneNumber& from, std::string_view text, Time now) {
  const auto folded = fold_keyword(text);
  // Ordinary texts cost no look into the store.
  if (folded.empty() || count_characters(folded) > longest_keyword) return Taken();
  TRY_ASSIGN(const auto settings, find_settings(tx, keys, to.account, to.live));
  Taken taken;
  taken.keyword = settings.read(folded);
  if (!taken.keyword) return taken;
  const auto& reply = settings.of(*taken.keyword).reply;
  if (taken.keyword == Keyword::help) {
    taken.reply = reply;
    return taken;
  }
  TRY_ASSIGN(const auto senders, senders::list_pool_mates(tx, keys, to));
  if (taken.keyword == Keyword::stop) {
    // Where the pair itself stood, the recipient was told: a member that came since changes
    // nothing.
    const auto made = insert_all(tx, pair_indexes(vault, senders, from), now);
    if (std::ranges::binary_search(made, pair_index(vault, to.number, from))) taken.reply = reply;
    return taken;
  }
  if (opt_in(tx, vault, senders, from)) {
    taken.reply = reply;
  } else {
    taken.keyword.reset();
  }
  return taken;
}

}  // namespace cloudvno::optouts
