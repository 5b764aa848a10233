// Speech by the flite library (flite.h).
#include "connectors/speech/flite.hpp"

extern "C" {
#include <flite/flite.h>
cst_voice* register_cmu_us_slt(const char* folder);
cst_voice* register_cmu_us_rms(const char* folder);
cst_voice* register_cmu_us_awb(const char* folder);
}

#include <mutex>

#include "connectors/speech/english_text.hpp"
#include "platform/net/run_on.hpp"
#include "protocol/media/resample.hpp"

namespace cloudvno::speech {
namespace {

// Made once and kept: the library has one of each in the process.
struct Voices {
  Voices() {
    flite_init();
    slt = register_cmu_us_slt(nullptr);
    rms = register_cmu_us_rms(nullptr);
    awb = register_cmu_us_awb(nullptr);
  }
  cst_voice* find(std::string_view name) const {
    return name == "rms" ? rms : name == "awb" ? awb : slt;
  }
  cst_voice* slt;
  cst_voice* rms;
  cst_voice* awb;
};

bool is_spoken(char c) {
  return c > ' ';
}

net::Task<Result<media::Samples>> speak_here(std::string voice, std::string piece) {
  co_return synthesize_english(voice, piece);
}

net::Task<voice::SoundPtr> prepare_here(media::Samples samples) {
  co_return std::make_shared<const media::Prompt>(samples);
}

}  // namespace

Result<media::Samples> synthesize_english(const std::string& voice, const std::string& piece) {
  // Of nothing to say the engine makes an error; here it is silence.
  if (std::ranges::none_of(piece, is_spoken)) return media::Samples();
  static std::mutex one_at_a_time;
  const std::scoped_lock lock(one_at_a_time);
  static const Voices voices;
  const std::unique_ptr<cst_wave, decltype(&delete_wave)> wave(
      flite_text_to_wave(piece.c_str(), voices.find(voice)), &delete_wave);
  if (!wave || wave->num_samples < 0 || wave->num_channels != 1) {
    return fault("flite made no sound", Errc::service_unavailable);
  }
  return media::to_8khz(media::Samples(wave->samples, wave->samples + wave->num_samples),
                        wave->sample_rate);
}

net::Task<Result<voice::SoundPtr>> Flite::speak(std::string voice, std::string text) {
  const auto place = co_await places_.acquire();
  if (!place) co_return fault("too many texts wait to be spoken", Errc::service_unavailable);
  const auto end = std::chrono::steady_clock::now() + deadline;
  media::Samples all;
  for (auto& piece : pieces_of(english_text(text))) {
    const auto turn = co_await turns_.acquire();
    if (!turn || std::chrono::steady_clock::now() > end) {
      co_return fault("the text was not spoken in time", Errc::service_unavailable);
    }
    CO_TRY_ASSIGN(const auto samples,
                  co_await net::run_on(workers_, speak_here(voice, std::move(piece))));
    all.insert(all.end(), samples.begin(), samples.end());
  }
  co_return co_await net::run_on(workers_, prepare_here(std::move(all)));
}

}  // namespace cloudvno::speech
