// Calls of this instance: the engine of voice, what speaks and decodes for it, trunks, and the
// telephones of the simulated network.
#pragma once

#include <memory>

#include "app/outgoing_http.hpp"
#include "app/settings.hpp"
#include "connectors/phones/exchange.hpp"
#include "connectors/sip_trunk/sip_trunks.hpp"
#include "connectors/sound_codec/sound_codec.hpp"
#include "connectors/speech/local_speech.hpp"
#include "domain/messaging/messaging.hpp"
#include "domain/voice/voice.hpp"

namespace cloudvno::app {

struct TelephonyParts {
  storage::Database& database;
  cluster::Node& node;
  const vault::Vault& vault;
  accounts::Accounts& accounts;
  webhooks::Webhooks& webhooks;
  messaging::Messaging& messaging;
  OutgoingHttp& outgoing;
  voice::Documents& documents;
  const Clock& clock;
  net::Executor control;
  net::Executor workers;
};

// Lives on the control thread.
class Telephony {
 public:
  static Result<std::unique_ptr<Telephony>> make(const Settings& settings, TelephonyParts parts);

  voice::Voice& voice() { return voice_; }
  voice::Speech& speech() { return speech_; }
  void mount(api::Api& api);
  Result<> start();
  void tick() { voice_.tick(); }
  // Requests of the handset page that wait are answered.
  void release_watchers();
  // Refuses new calls, hangs up, writes what became of them.
  net::Task<> stop();

 private:
  Telephony(const Settings& settings, const TelephonyParts& parts);
  void add_sandbox(const TelephonyParts& parts);
  Result<> add_trunks(const Settings& settings, const TelephonyParts& parts);

  sound_codec::WorkerSoundCodec codec_;
  speech::LocalSpeech speech_;
  voice::Voice voice_;
  std::unique_ptr<phones::Exchange> exchange_;
  std::unique_ptr<sip_trunk::SipTrunks> sandbox_;
  std::unique_ptr<sip_trunk::SipTrunks> trunks_;
};

}  // namespace cloudvno::app
