// From other sample rates to 8 kHz (libsoxr).
#include "protocol/media/resample.hpp"

#include <soxr.h>

#include <cmath>

namespace cloudvno::media {

Result<Samples> to_8khz(Samples samples, int rate) {
  if (rate < 4'000 || rate > 192'000)
    return fail(Errc::unsupported_media_type, "the sample rate of the audio is not supported");
  const double ratio = 8'000.0 / rate;
  const auto length =
      static_cast<std::size_t>(std::llround(static_cast<double>(samples.size()) * ratio));
  if (length > most_samples) return fail(Errc::body_too_large, "the audio is too long");
  if (rate == 8'000) return samples;
  // soxr writes through the null pointer of an empty result.
  if (length == 0) return Samples();

  Samples out(length);
  const soxr_io_spec_t io = soxr_io_spec(SOXR_INT16_I, SOXR_INT16_I);
  const soxr_quality_spec_t quality = soxr_quality_spec(SOXR_MQ, 0);
  const soxr_runtime_spec_t runtime = soxr_runtime_spec(1);
  std::size_t made = 0;
  const soxr_error_t error = soxr_oneshot(rate, 8'000, 1, samples.data(), samples.size(), nullptr,
                                          out.data(), out.size(), &made, &io, &quality, &runtime);
  if (error != nullptr) return fault(std::string("soxr: ") + error);
  out.resize(made);
  return out;
}

}  // namespace cloudvno::media
