// At most so many at once, and a bounded line behind them.
#pragma once

#include <list>
#include <memory>
#include <optional>

#include "platform/net/event.hpp"

namespace cloudvno::net {

// A counting semaphore whose line of waiters has an end. Lives on one executor of one thread;
// permits are acquired and given back there. First come, first served.
class Semaphore {
  struct State;

 public:
  // Gives its place to the next in the line when it goes; may outlive the semaphore.
  class Permit {
   public:
    explicit Permit(std::shared_ptr<State> state) : state_(std::move(state)) {}
    ~Permit();
    Permit(Permit&&) noexcept = default;
    Permit& operator=(Permit&&) = delete;

   private:
    std::shared_ptr<State> state_;
  };

  Semaphore(std::size_t permits, std::size_t most_waiting);

  // Nothing, at once, where the line is full. Being cancelled throws operation_aborted.
  Task<std::optional<Permit>> acquire();
  std::size_t waiting() const;

 private:
  class Place;

  // Shared with the permits and the waiters, which a loop may drop after the semaphore has gone.
  std::shared_ptr<State> state_;
};

}  // namespace cloudvno::net
