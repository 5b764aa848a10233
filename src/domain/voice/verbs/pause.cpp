// <Pause length>: silence; at the beginning of an incoming call it keeps ringing. Falls through.
#include "domain/voice/verbs/attributes.hpp"
#include "domain/voice/verbs/table.hpp"

namespace cloudvno::voice {

net::Task<Next> run_pause(Session& session, const twiml::Node& verb, bool /*first*/) {
  constexpr int most_s = 14'400;
  const auto length = std::chrono::seconds(read_integer(session, verb, "length", 1, 1, most_s));
  co_await session.wait_until(session.parts().clock.now() + length);
  co_return Next::fall();
}

}  // namespace cloudvno::voice
