// <Redirect method>: goes on with the document at the URL; what follows is never reached.
#include "domain/voice/verbs/table.hpp"

namespace cloudvno::voice {

net::Task<Next> run_redirect(Session& session, const twiml::Node& verb, bool /*first*/) {
  co_return session.go(verb.own_text(), verb.attribute("method"), {});
}

}  // namespace cloudvno::voice
