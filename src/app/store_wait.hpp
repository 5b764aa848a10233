// Starting on a store that is slow just then. A process that serves gives up on a statement within
// a second, because a customer waits; at its start nobody does.
#pragma once

#include <functional>
#include <thread>

#include "base/log.hpp"
#include "base/result.hpp"

namespace cloudvno::app {

inline void pause_for_store() {
  std::this_thread::sleep_for(std::chrono::milliseconds(500));
}

inline constexpr int most_store_tries = 60;

// Takes `step` again while the store does not answer, for half a minute and what the tries take.
// `step` must leave nothing half done that hinders its repetition.
template <typename Step>
auto wait_for_store(Step step, const std::function<void()>& pause = pause_for_store)
    -> decltype(step()) {
  for (int tries = 1;; ++tries) {
    auto done = step();
    if (done || done.error().code != Errc::service_unavailable || tries == most_store_tries) {
      return done;
    }
    log::warn("serve.store_slow", {{"tries", tries}, {"detail", done.error().detail}});
    pause();
  }
}

}  // namespace cloudvno::app
