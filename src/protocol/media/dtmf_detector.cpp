// Digits heard in the audio itself (ITU-T Q.24), by spandsp.
#include "protocol/media/dtmf_detector.hpp"

#include <spandsp.h>

#include <new>

namespace cloudvno::media {

void DtmfDetector::Free::operator()(dtmf_rx_state_s* state) const {
  dtmf_rx_free(state);
}

DtmfDetector::DtmfDetector() : state_(dtmf_rx_init(nullptr, nullptr, nullptr)) {
  if (!state_) throw std::bad_alloc();
}

std::string_view DtmfDetector::listen(SampleView samples) {
  dtmf_rx(state_.get(), samples.data(), static_cast<int>(samples.size()));
  const std::size_t count = dtmf_rx_get(state_.get(), digits_, sizeof digits_ - 1);
  return {digits_, count};
}

}  // namespace cloudvno::media
