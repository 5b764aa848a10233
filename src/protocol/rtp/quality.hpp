// How a call sounded, reckoned from what the network did (ITU-T G.107, simplified).
#pragma once

#include "base/time.hpp"

namespace cloudvno::rtp {

// Mean opinion score, 1 to 4.5, of G.711 with concealment.
//
// Of the E-model only what differs between calls is kept: R = 93.2 - Id - Ie,eff, with the usual
// piecewise line for the delay impairment Id (0.024 a ms, and 0.11 more a ms beyond 177.3 ms) and
// Ie,eff = 95 * loss / (loss + 25.1): G.113 gives G.711 with Appendix I concealment Ie = 0 and
// Bpl = 25.1, losses taken as random. `loss` is a fraction, 0 to 1, and counts late packets too;
// `delay` is mouth to ear.
double mean_opinion_score(double loss, Micros delay);

// Mouth to ear from what one end can know: half the round trip, a frame, and a buffer of twice the
// jitter.
Micros one_way_delay(Micros round_trip, Micros jitter);

}  // namespace cloudvno::rtp
