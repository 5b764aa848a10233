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

net::Task<Result<voice::SoundPtr>> speak_here(std::string voice, std::string text) {
  const auto plain = english_text(text);
  media::Samples samples;
  // Of nothing to say the engine makes an error; here it is silence.
  if (std::ranges::any_of(plain, is_spoken)) {
    CO_TRY_ASSIGN(samples, synthesize_english(voice, plain));
  }
  co_return std::make_shared<const media::Prompt>(samples);
}

}  // namespace

Result<media::Samples> synthesize_english(const std::string& voice, const std::string& text) {
  static std::mutex one_at_a_time;
  const std::scoped_lock lock(one_at_a_time);
  static const Voices voices;
  const std::unique_ptr<cst_wave, decltype(&delete_wave)> wave(
      flite_text_to_wave(text.c_str(), voices.find(voice)), &delete_wave);
  if (!wave || wave->num_samples < 0 || wave->num_channels != 1) {
    return fault("flite made no sound", Errc::service_unavailable);
  }
  return media::to_8khz(media::Samples(wave->samples, wave->samples + wave->num_samples),
                        wave->sample_rate);
}

net::Task<Result<voice::SoundPtr>> Flite::speak(std::string voice, std::string text) {
  const auto turn = co_await turns_.acquire();
  if (!turn) co_return fault("too many texts wait to be spoken", Errc::service_unavailable);
  co_return co_await net::run_on(workers_, speak_here(std::move(voice), std::move(text)));
}

}  // namespace cloudvno::speech
