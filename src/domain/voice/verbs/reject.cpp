// <Reject reason>: an incoming call is never answered. Only as the first verb; later it hangs up.
#include "domain/voice/verbs/attributes.hpp"
#include "domain/voice/verbs/table.hpp"

namespace cloudvno::voice {

net::Task<Next> run_reject(Session& session, const twiml::Node& verb, bool first) {
  constexpr std::string_view reasons[] = {"rejected", "busy"};
  const auto reason = read_word(session, verb, "reason", reasons);
  if (!first || !session.is_incoming_unanswered()) {
    session.notify(twiml::code::schema_warning,
                   "Reject works as the first verb of an incoming call only; it hung up");
  }
  if (session.is_incoming_unanswered()) {
    session.reject(reason == "busy" ? Rejection::busy : Rejection::declined);
  } else {
    session.hang_up();
  }
  co_return Next::end();
}

}  // namespace cloudvno::voice
