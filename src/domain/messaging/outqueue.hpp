// Which message goes to which carrier next. Pure bookkeeping, no I/O.
//
// Messages wait for a carrier (a *link*) in queues, one for each priority and sender, the oldest
// first. A link serves the priorities in order, yet every eighth turn begins with the last, so that
// none starves; within one the accounts in turn, and of an account the senders in turn. A sender
// goes no faster than its pace. Of one sender and recipient (a *pair*) one message is out at a
// time, so that their order holds whatever a carrier answers.
//
// Memory holds a bounded part of a sender's queue, less of a slow sender's: the rest waits in the
// store.
#pragma once

#include <array>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "domain/messaging/job.hpp"
#include "domain/messaging/pace.hpp"

namespace cloudvno::messaging {

// A sender's queue at one priority, as the store tells them apart.
struct QueueKey {
  Priority priority = Priority::normal;
  std::string sender;
  auto operator<=>(const QueueKey&) const = default;
};

class Outqueue {
 public:
  struct Bounds {
    std::size_t per_queue = 1'024;
    std::size_t per_slow_queue = 16;  // of a sender of less than ten segments a second
    std::size_t in_all = 20'000;
  };
  Outqueue() : Outqueue(Bounds()) {}
  explicit Outqueue(const Bounds& bounds) : bounds_(bounds) {}

  std::size_t size() const { return size_; }  // with those that wait for a time or for their pair
  std::size_t size_of(const QueueKey& key) const;
  // How many of that queue may come.
  std::size_t room_of(const QueueKey& key, double pace) const;

  // In its place by age.
  void add(JobPtr job);
  struct Room {
    std::size_t parts = 0;
    bool alone = false;  // nothing else is out: a message of more parts may go too
    bool media = true;   // an MMS may go
  };
  // The next for that link that finds room: then it is out, and its pair waits for finished() or
  // put_back().
  JobPtr take(std::size_t link, const Room& room, Micros now);
  // What was taken has its outcome: the pair's next may go.
  void finished(const Job& job);
  // What was taken goes again, not before that time; its pair waits for it.
  void put_back(JobPtr job, Micros not_before);
  // Moves every waiting message to the link that `choose` names.
  void choose_again(const std::function<void(Job&)>& choose);
  // Takes out those that fit.
  std::vector<JobPtr> remove_if(const std::function<bool(const Job&)>& fits);
  // Everything that waits, in no order.
  std::vector<JobPtr> all() const;
  // When the next sender's pace or pause ends, if none may go before.
  std::optional<Micros> next_turn() const;

 private:
  struct Line {  // one sender's messages of one priority for one link
    std::deque<JobPtr> jobs;
    bool listed = false;  // stands in a round
  };
  struct LineKey {
    std::size_t link;
    Priority priority;
    std::string sender;
    auto operator<=>(const LineKey&) const = default;
  };
  using Lines = std::map<LineKey, Line>;
  // Lines with something to send, accounts in turn.
  class Round {
   public:
    void add(const AccountSid& account, Lines::iterator line);
    std::optional<Lines::iterator> next();
    bool empty() const { return accounts_.empty(); }

   private:
    std::deque<AccountSid> accounts_;
    std::unordered_map<AccountSid, std::deque<Lines::iterator>> lines_;
  };
  // Of a pair only the first stands in a line, is out or pauses; the others wait here.
  struct Pair {
    const Job* first = nullptr;
    std::deque<JobPtr> waiting;  // the oldest first
  };
  struct Taken {
    JobPtr job;
    bool lacks_room = false;
  };
  struct Ready {
    std::array<Round, priorities> rounds;
    unsigned turns = 0;
  };

  void insert(JobPtr job);
  void list(Lines::iterator line);
  void wake(Micros now);
  Taken take_from(Round& round, const Room& room, Micros now);
  Taken take_from(Lines::iterator line, const Room& room);
  Ready& ready(std::size_t link);
  void count(const Job& job, int by);

  const Bounds bounds_;
  std::size_t size_ = 0;
  std::map<QueueKey, std::size_t> sizes_;
  Lines lines_;
  std::vector<Ready> ready_;                     // by link
  std::unordered_map<std::string, Pace> paces_;  // by sender
  std::multimap<Micros, LineKey> paced_;  // lines whose sender waits for its turn, or MMS for room
  std::multimap<Micros, JobPtr> paused_;
  std::unordered_map<std::uint64_t, Pair> pairs_;
};

}  // namespace cloudvno::messaging
