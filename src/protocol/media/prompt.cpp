// Audio made ready to be sent: both laws of G.711.
#include "protocol/media/prompt.hpp"

namespace cloudvno::media {

Prompt::Prompt(SampleView samples) : mu_(samples.size()), a_(samples.size()) {
  encode_g711(Law::mu, samples, mu_);
  encode_g711(Law::a, samples, a_);
}

}  // namespace cloudvno::media
