// From other sample rates to 8 kHz (libsoxr).
#pragma once

#include "base/result.hpp"
#include "protocol/media/audio.hpp"

namespace cloudvno::media {

// `rate` is 4,000 to 192,000 samples a second, else unsupported_media_type. What would come to more
// than most_samples: body_too_large.
Result<Samples> to_8khz(Samples samples, int rate);

}  // namespace cloudvno::media
