// Codes by e-mail.
#include "domain/verify/email_carrier.hpp"

namespace cloudvno::verify {

net::Task<Brought> EmailCarrier::bring(OutgoingCode code) {
  auto outcome =
      co_await mailer_.send({std::move(code.to), std::move(code.subject), std::move(code.text)});
  using enum email::Outcome::Result;
  const auto result = outcome.result == taken     ? Brought::Result::done
                      : outcome.result == refused ? Brought::Result::refused
                                                  : Brought::Result::try_again;
  co_return Brought{result, std::move(outcome.reason)};
}

}  // namespace cloudvno::verify
