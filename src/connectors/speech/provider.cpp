// Asking a speech service.
#include "connectors/speech/provider.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "base/log.hpp"
#include "connectors/sound_codec/decode_sound.hpp"
#include "platform/net/run_on.hpp"

namespace cloudvno::speech {
namespace {

net::Task<voice::SoundPtr> decode_here(std::string bytes) {
  co_return sound_codec::decode_sound(as_bytes(bytes));
}

}  // namespace

net::Task<voice::SoundPtr> Provider::speak(voice::SpeechRequest request) {
  if (clock_.elapsed() < rests_until_) co_return nullptr;
  http::OutgoingRequest outgoing;
  outgoing.url = url_;
  outgoing.method = "POST";
  outgoing.headers = options_.headers;
  outgoing.headers.set("Content-Type", "application/json");
  outgoing.headers.set("Accept", "audio/wav, audio/mpeg");
  outgoing.headers.set("User-Agent", "CloudVNO/1");
  outgoing.body = boost::json::serialize(boost::json::object{
      {"text", request.text}, {"voice", request.voice}, {"language", request.language}});
  outgoing.timeout = options_.timeout;
  outgoing.max_response_bytes = most_bytes;
  auto answer = co_await client_.send(std::move(outgoing));
  if (!answer || answer->status >= 500) {
    rests_until_ = clock_.elapsed() + rest;
    log::warn("speech.provider_failed",
              {{"cause", answer ? std::to_string(answer->status)
                                : std::string(http::name_of(answer.error().kind))}});
    co_return nullptr;
  }
  // It answers, but not to this text: a voice that it does not know, say.
  if (answer->status != 200) {
    log::warn("speech.provider_refused", {{"status", answer->status}});
    co_return nullptr;
  }
  auto sound = co_await net::run_on(workers_, decode_here(std::move(answer->body)));
  if (!sound || sound->size() == 0) {
    log::warn("speech.provider_refused", {{"cause", "no_sound"}});
    co_return nullptr;
  }
  co_return sound;
}

}  // namespace cloudvno::speech
