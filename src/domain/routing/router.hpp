// Chooses the carrier of a message.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "domain/routing/health.hpp"
#include "domain/routing/route.hpp"

namespace cloudvno::routing {

struct Choice {
  std::size_t route = 0;  // place of the carrier in the order of add()
  std::string because;    // for people: "priority 1; acme was left: its link is down"
};

// The routes are constant once all are added: knows() is for any thread then. The rest lives on one
// thread.
class Router {
 public:
  // Answers its place.
  std::size_t add(Route route);
  const Route& route(std::size_t place) const { return routes_[place].route; }
  Health& health(std::size_t place) { return routes_[place].health; }
  std::size_t size() const { return routes_.size(); }

  // Whether some carrier takes such messages, up or not.
  bool knows(const Asked& asked) const;
  // The best that fits: of those in good standing, else of all. A probe is taken where one is due.
  // Nothing where no route fits.
  std::optional<Choice> choose(const Asked& asked, Micros now);

 private:
  struct Known {
    Route route;
    Health health;
  };
  std::vector<Known> routes_;
};

}  // namespace cloudvno::routing
