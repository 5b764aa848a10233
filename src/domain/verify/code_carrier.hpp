// The port of the channels that have no room of their own: e-mail, WhatsApp, RCS.
#pragma once

#include <string>

#include "domain/verify/verification.hpp"
#include "platform/net/task.hpp"

namespace cloudvno::verify {

struct OutgoingCode {
  AccountSid account;
  Channel channel = Channel::email;
  std::string from;  // the account's number; empty with channel email, or where it has none
  std::string to;
  std::string code;
  std::string locale;
  std::string subject;  // of an e-mail
  std::string text;     // with the code in it
};

struct Brought {
  enum class Result { done, try_again, refused };
  Result result = Result::done;
  std::string reason;  // for the customer to read: no address, number or code
};

// Owned by app; called and resumed on the control thread, works elsewhere. Ends in time: what waits
// for a provider that hangs keeps others of its channel waiting.
// A code may be brought twice, after a crash between the bringing and its record.
class CodeCarrier {
 public:
  virtual ~CodeCarrier() = default;
  virtual net::Task<Brought> bring(OutgoingCode code) = 0;
};

}  // namespace cloudvno::verify
