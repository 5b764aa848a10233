// A message on its way to a carrier, as memory holds it.
#pragma once

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <vector>

#include "domain/messaging/carrier.hpp"
#include "domain/messaging/message.hpp"

namespace cloudvno::messaging {

// Who goes first when a carrier has room. Messages of one sender and recipient keep their order
// within a lane.
// The numbers are the store's; who comes before whom says by_rank.
enum class Priority : std::uint8_t { urgent, normal, bulk, verification };
inline constexpr std::size_t priorities = 4;
inline constexpr std::array<Priority, priorities> by_rank{Priority::verification, Priority::urgent,
                                                          Priority::normal, Priority::bulk};

struct Job {
  Message message;
  Priority priority = Priority::normal;
  std::string sender;       // key of the sender's queue (Message::from, as the store's index)
  std::string sender_type;  // of numbers::number_types
  double pace = 0;          // segments a second of its sender; 0: not bounded
  std::size_t link = 0;     // the carrier that it waits for, or is at
  std::string because;      // why that one
  std::uint64_t pair = 0;   // the same for the same sender and recipient
  bool claimed = false;     // its row says submitted
  bool in_doubt = false;    // went out before without a known outcome
  int doubts = 0;           // how often
  int refused_for_now = 0;  // how often a carrier said: this one not now
  Time expires_at;
  std::vector<sms::SmsPart> parts;
  MediaList media;                      // from the claim until its outcome
  std::vector<SubmitOutcome> outcomes;  // of each part; accepted ones are not sent again
  Micros answered_in{0};                // by the carrier, the last part
  Micros answered_at{0};
  std::size_t open = 0;    // parts of the running try without an outcome
  std::size_t places = 0;  // places in the window that the running try holds

  bool partly_accepted() const { return parts_to_send() < outcomes.size(); }
  std::size_t parts_to_send() const {
    return static_cast<std::size_t>(std::ranges::count_if(
        outcomes, [](const auto& outcome) { return outcome.result != SubmitResult::accepted; }));
  }
};
// Shared by the queue and the outcomes of its parts.
using JobPtr = std::shared_ptr<Job>;

}  // namespace cloudvno::messaging
