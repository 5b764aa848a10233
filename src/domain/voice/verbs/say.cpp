// <Say voice language loop>: text is spoken; falls through.
#include "domain/voice/verbs/attributes.hpp"
#include "domain/voice/verbs/table.hpp"

namespace cloudvno::voice {

net::Task<Next> run_say(Session& session, const twiml::Node& verb, bool /*first*/) {
  const int loops = read_loops(session, verb);
  const auto sound = co_await session.speak(verb);
  co_await session.hear(sound, loops);
  co_return Next::fall();
}

}  // namespace cloudvno::voice
