// <Play loop digits>: a sound is played, or keys are pressed; falls through.
#include "domain/voice/verbs/attributes.hpp"
#include "domain/voice/verbs/table.hpp"

namespace cloudvno::voice {
namespace {

constexpr int bad_digits = 13410;
constexpr std::string_view sendable = "0123456789ABCDabcd*#wW";

}  // namespace

net::Task<Next> run_play(Session& session, const twiml::Node& verb, bool /*first*/) {
  const int loops = read_loops(session, verb);
  const auto digits = verb.attribute("digits").value_or(std::string());
  if (digits.find_first_not_of(sendable) != std::string::npos) {
    session.notify(bad_digits, "Play's digits may be 0-9, A-D, *, #, w and W");
  } else if (!digits.empty()) {
    for (int i = 0; i < loops && !session.over(); ++i) co_await session.send_digits(digits);
  }
  const auto url = verb.own_text();
  if (!url.empty()) {
    const auto sound = co_await session.fetch_sound(url);
    co_await session.hear(sound, loops);
  }
  co_return Next::fall();
}

}  // namespace cloudvno::voice
