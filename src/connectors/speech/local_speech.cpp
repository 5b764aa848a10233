// From a request to its sound: cache, shared syntheses, engines in turn.
#include "connectors/speech/local_speech.hpp"

#include <list>

#include "base/log.hpp"
#include "base/metrics.hpp"
#include "base/sha256.hpp"
#include "connectors/speech/voice_choice.hpp"
#include "platform/net/event.hpp"

namespace cloudvno::speech {
namespace {

constexpr std::size_t most_text_bytes = 4 * 4'096;  // characters of UTF-8

// A digest: no text lies about longer than it is needed.
std::string key_of(const voice::SpeechRequest& request) {
  const auto digest = sha256(fmt::format("{}:{}{}:{}{}", request.voice.size(), request.voice,
                                         request.language.size(), request.language, request.text));
  return std::string(as_text(digest));
}

void count(std::string_view source) {
  metrics::counter("cloudvno_speech_texts_total", "Texts spoken, by where the sound came from",
                   fmt::format("source=\"{}\"", source))
      .add();
}

}  // namespace

// Shared by the task that runs it and those who wait for it: either may go first.
struct LocalSpeech::Synthesis {
  std::optional<Result<voice::SoundPtr>> outcome;
  std::list<net::Event*> waiting;
};

LocalSpeech::LocalSpeech(net::Executor control, net::Executor workers, const Clock& clock,
                         http_io::Client* client, SpeechOptions options)
    : options_(std::move(options)),
      control_(control),
      flite_(workers),
      espeak_(workers, {options_.espeak_path, options_.espeak_deadline}),
      cache_(options_.cache_bytes),
      tasks_(control, "speech") {
  if (options_.provider_url.empty() || !client) return;
  auto url = http::Url::parse(options_.provider_url);
  if (!url) {
    log::error("speech.provider_url_invalid");
    return;
  }
  provider_.emplace(
      *client, std::move(workers), clock, std::move(*url),
      ProviderOptions{options_.provider_url, options_.provider_headers, options_.provider_timeout});
}

net::Task<Result<voice::SoundPtr>> LocalSpeech::speak(voice::SpeechRequest request) {
  if (request.text.size() > most_text_bytes) {
    co_return fail(Errc::invalid_parameter, "The text is longer than 4,096 characters", "text");
  }
  const auto key = key_of(request);
  if (auto sound = cache_.find(key)) {
    count("cache");
    co_return sound;
  }
  std::shared_ptr<Synthesis> synthesis;
  if (const auto at = running_.find(key); at != running_.end()) {
    synthesis = at->second;
  } else {
    if (running_.size() >= options_.most_running) {
      co_return fault("too many texts are spoken at once", Errc::service_unavailable);
    }
    synthesis = running_.emplace(key, std::make_shared<Synthesis>()).first->second;
    tasks_.spawn("speak", run(key, std::move(request), synthesis));
  }
  if (!synthesis->outcome) {
    net::Event ended(control_);
    const struct Place {
      Synthesis& of;
      std::list<net::Event*>::iterator at;
      ~Place() { of.waiting.erase(at); }
    } place{*synthesis, synthesis->waiting.insert(synthesis->waiting.end(), &ended)};
    co_await ended.wait_for(options_.deadline);
  }
  if (!synthesis->outcome) {
    co_return fault("the text was not spoken in time", Errc::service_unavailable);
  }
  co_return *synthesis->outcome;
}

net::Task<> LocalSpeech::run(std::string key, voice::SpeechRequest request,
                             std::shared_ptr<Synthesis> synthesis) {
  Result<voice::SoundPtr> outcome = fault("speech was stopped", Errc::service_unavailable);
  try {
    outcome = co_await synthesize(std::move(request));
  } catch (const std::exception& error) {
    outcome = fault(error.what(), Errc::service_unavailable);
  }
  if (outcome) {
    cache_.put(key, *outcome);
  } else {
    count("none");
  }
  running_.erase(key);
  synthesis->outcome = std::move(outcome);
  for (auto* const waiter : synthesis->waiting) waiter->set();
}

net::Task<Result<voice::SoundPtr>> LocalSpeech::synthesize(voice::SpeechRequest request) {
  // The provider first: it may speak languages and have voices that nobody here knows.
  if (provider_) {
    if (auto sound = co_await provider_->speak(request)) {
      count("provider");
      co_return sound;
    }
  }
  CO_TRY_ASSIGN(auto choice, choose_voice(request.voice, request.language));
  const bool english = choice.engine == VoiceChoice::Engine::flite;
  auto sound = english ? co_await flite_.speak(std::move(choice.voice), std::move(request.text))
                       : co_await espeak_.speak(std::move(choice.voice), std::move(request.text));
  if (sound) count(english ? "flite" : "espeak");
  co_return sound;
}

net::Task<> LocalSpeech::stop() {
  tasks_.cancel();
  co_await tasks_.wait();
}

}  // namespace cloudvno::speech
