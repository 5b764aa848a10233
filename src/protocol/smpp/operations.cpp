// The table of operations and session states (SMPP 3.4 section 2.3).
#include "protocol/smpp/operations.hpp"

namespace cloudvno::smpp {

bool may_send(Role sender, CommandId request, BindMode mode) {
  bool towards_smsc = mode != BindMode::receiver;
  bool towards_esme = mode != BindMode::transmitter;
  switch (request) {
    case CommandId::submit_sm:
    case CommandId::submit_multi:
    case CommandId::query_sm:
    case CommandId::cancel_sm:
    case CommandId::replace_sm:
      return sender == Role::esme && towards_smsc;
    case CommandId::deliver_sm:
    case CommandId::alert_notification:
      return sender == Role::smsc && towards_esme;
    case CommandId::data_sm:
      return sender == Role::esme ? towards_smsc : towards_esme;
    default:
      return false;
  }
}

}  // namespace cloudvno::smpp
