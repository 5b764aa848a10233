// A carrier's standing.
#include "domain/routing/health.hpp"

#include <algorithm>

namespace cloudvno::routing {

void Health::link_is(bool up, Micros now) {
  up_ = up;
  if (up) {
    down_since_.reset();
  } else if (!down_since_) {
    down_since_ = now;
    out_ = 0;
    waiting_since_.reset();
  }
}

void Health::submitted(Micros now) {
  ++out_;
  if (!waiting_since_) waiting_since_ = now;
}

void Health::answered(Micros took, Micros now) {
  out_ = std::max(0, out_ - 1);
  waiting_since_ = out_ > 0 ? std::optional(now) : std::nullopt;
  if (standing_ == Standing::probing) {
    if (took >= slow_for) {
      leave("it answers slowly", now);
    } else if (!poor_) {
      probe_succeeded();
    }
    return;
  }
  answer_us_ = answer_us_ * fading + static_cast<double>(took.count()) * (1 - fading);
  if (standing_ == Standing::good && answer_us_ >= static_cast<double>(Micros(slow_for).count())) {
    leave("it answers slowly", now);
  }
}

void Health::unanswered(Micros now) {
  out_ = std::max(0, out_ - 1);
  if (out_ == 0) waiting_since_.reset();
  if (standing_ == Standing::probing) leave("it does not answer", now);
}

void Health::receipt(bool delivered, Micros now) {
  receipts_ = receipts_ * fading + 1;
  delivered_ = delivered_ * fading + (delivered ? 1 : 0);
  if (standing_ == Standing::probing && poor_) {
    delivered ? probe_succeeded() : leave("too few of its messages arrive", now);
    return;
  }
  // The faded sum of n receipts: reached after about `least_receipts` of them.
  constexpr double enough = 12.8;  // (1 - 0.95^20) / 0.05
  if (standing_ == Standing::good && receipts_ >= enough &&
      delivered_ < least_delivered_ * receipts_) {
    poor_ = true;
    leave("too few of its messages arrive", now);
  }
}

Standing Health::standing(Micros now) {
  if (down_since_ && now - *down_since_ >= down_for) {
    if (standing_ != Standing::left || because_ != "its link is down") {
      leave("its link is down", now);
    }
    return standing_;
  }
  if (standing_ == Standing::good && waiting_since_ && now - *waiting_since_ >= silent_for) {
    leave("it does not answer", now);
  }
  if (standing_ == Standing::left && up_) {
    // A link that is up again is proof enough to try; the other causes take their time.
    const bool was_down = because_ == "its link is down";
    if (was_down || now - left_at_ >= left_for) {
      standing_ = Standing::probing;
      probes_ = 0;
      last_probe_.reset();
    }
  }
  return standing_;
}

bool Health::take_probe(Micros now) {
  if (standing(now) != Standing::probing) return false;
  // A carrier that answers its probes at once is back at once.
  const bool first = !last_probe_ || (!poor_ && probes_ > 0 && out_ == 0);
  if (!first && now - *last_probe_ < probe_every) return false;
  last_probe_ = now;
  return true;
}

void Health::leave(std::string because, Micros now) {
  standing_ = Standing::left;
  because_ = std::move(because);
  left_at_ = now;
  probes_ = 0;
}

void Health::probe_succeeded() {
  if (++probes_ < probes_needed) return;
  standing_ = Standing::good;
  because_.clear();
  poor_ = false;
  receipts_ = delivered_ = answer_us_ = 0;
}

}  // namespace cloudvno::routing
