// What a call that runs works with: the room's stores and ports.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/clock.hpp"
#include "domain/accounts/account.hpp"
#include "domain/voice/documents.hpp"
#include "domain/voice/leg.hpp"
#include "domain/voice/sound_cache.hpp"
#include "domain/voice/speech.hpp"
#include "domain/voice/write_behind.hpp"
#include "domain/webhooks/webhooks.hpp"
#include "platform/net/runtime.hpp"
#include "platform/storage/database.hpp"
#include "platform/vault/vault.hpp"

namespace cloudvno::voice {

// A text that a call's document sends.
struct TextOrder {
  AccountSid account;
  bool live = false;
  std::string from;
  std::string to;
  std::string body;
  std::string status_callback;
};
struct SentText {
  std::string sid;
  std::string status;
};

class Session;

// Outlives every call.
struct Parts {
  storage::Database& database;
  webhooks::Webhooks& webhooks;
  const vault::Vault& vault;
  const Clock& clock;
  net::Executor control;
  net::TaskGroup& tasks;
  WriteTurns& turns;
  const std::string& public_url;
  Documents& documents;
  SoundCodec& codec;
  Speech& speech;
  SoundCache& fetched;  // by account and URL
  std::function<net::Task<Result<SentText>>(TextOrder)> send_text;
  // The way that a call takes: nothing where none is configured for it.
  std::function<const Trunk*(bool live, const std::string& to)> find_trunk;
  std::function<const Trunk*(const std::string& name)> trunk_named;
  // Runs a leg that a call dialled, beside the calls that the room knows.
  std::function<void(std::shared_ptr<Session>, net::Task<>)> start;
};

}  // namespace cloudvno::voice
