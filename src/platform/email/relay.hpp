// The operator's mail relay, spoken to by SMTP (RFC 5321) under TLS.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "platform/email/mail.hpp"
#include "platform/net/task.hpp"

namespace cloudvno::email {

struct Outcome {
  enum class Result {
    taken,      // by the relay
    try_again,  // not reached, or it said so (4xx)
    refused,    // for good (5xx)
  };
  Result result = Result::taken;
  std::string reason;  // for people; says no address
};

class Mailer {
 public:
  virtual ~Mailer() = default;
  virtual net::Task<Outcome> send(Mail mail) = 0;
};

enum class Security {
  starttls,  // TLS within the session (RFC 3207), and never without it
  tls,       // from the first byte (RFC 8314)
  none,      // a relay on this machine
};

struct RelayOptions {
  std::string host;
  int port = 587;
  Security security = Security::starttls;
  bool tls_1_2 = false;  // also; else 1.3 only
  std::string user;      // empty: no login
  std::string password;
  Sender sender;
  std::string ca_file;  // trusted besides the system's; empty: none
  std::chrono::milliseconds timeout{20'000};
};

// Works on threads of its own, each with one connection that stays open between mails. May be
// awaited on any one executor of one thread. At most 4 mails are on their way and 1,024 wait;
// beyond that, and after stop(),
// try_again.
class Relay final : public Mailer {
 public:
  Relay(RelayOptions options, const Clock& clock);
  ~Relay() override;

  net::Task<Outcome> send(Mail mail) override;
  // Mails on their way end within a second or so, as not sent.
  void stop();

 private:
  class Line;
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace cloudvno::email
