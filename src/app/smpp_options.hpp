// A [[carrier]] of the configuration as the SMPP connector takes it.
#pragma once

#include "app/settings.hpp"
#include "connectors/smpp_carrier/options.hpp"

namespace cloudvno::app {

// Of settings that read_settings() found good; fails where the file of authorities cannot be read.
Result<smpp_carrier::Options> smpp_options_of(const CarrierSettings& carrier);

}  // namespace cloudvno::app
