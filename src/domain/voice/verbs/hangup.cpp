// <Hangup>: the end. As the first verb of an incoming call it answers and hangs up: who does not
// want to answer uses Reject.
#include "domain/voice/verbs/table.hpp"

namespace cloudvno::voice {

net::Task<Next> run_hangup(Session& session, const twiml::Node& /*verb*/, bool /*first*/) {
  if (!session.over()) session.answer();
  session.hang_up();
  co_return Next::end();
}

}  // namespace cloudvno::voice
