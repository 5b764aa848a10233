// The verbs of a voice document, one file for each.
#pragma once

#include <string_view>

#include "domain/voice/session.hpp"
#include "protocol/twiml/schema.hpp"

namespace cloudvno::voice {

struct Verb {
  std::string_view name;
  twiml::Schema schema;
  bool in_whisper;  // usable in the document of a leg that is being dialled
  // `first`: of its document.
  net::Task<Next> (*run)(Session& session, const twiml::Node& verb, bool first);
};

// Names are case-sensitive. Null: there is no such verb.
const Verb* find_verb(std::string_view name);

net::Task<Next> run_dial(Session& session, const twiml::Node& verb, bool first);
net::Task<Next> run_gather(Session& session, const twiml::Node& verb, bool first);
net::Task<Next> run_hangup(Session& session, const twiml::Node& verb, bool first);
net::Task<Next> run_message(Session& session, const twiml::Node& verb, bool first);
net::Task<Next> run_pause(Session& session, const twiml::Node& verb, bool first);
net::Task<Next> run_play(Session& session, const twiml::Node& verb, bool first);
net::Task<Next> run_record(Session& session, const twiml::Node& verb, bool first);
net::Task<Next> run_redirect(Session& session, const twiml::Node& verb, bool first);
net::Task<Next> run_reject(Session& session, const twiml::Node& verb, bool first);
net::Task<Next> run_say(Session& session, const twiml::Node& verb, bool first);

}  // namespace cloudvno::voice
