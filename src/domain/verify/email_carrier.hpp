// Codes by e-mail, through the operator's relay.
#pragma once

#include "domain/verify/code_carrier.hpp"
#include "platform/email/relay.hpp"

namespace cloudvno::verify {

class EmailCarrier final : public CodeCarrier {
 public:
  explicit EmailCarrier(email::Mailer& mailer) : mailer_(mailer) {}

  net::Task<Brought> bring(OutgoingCode code) override;

 private:
  email::Mailer& mailer_;
};

}  // namespace cloudvno::verify
