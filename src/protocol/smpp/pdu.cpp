// Which command_id a PDU's body has, and which body a command_id (SMPP 3.4 section 5.1.2.1).
#include "protocol/smpp/pdu.hpp"

namespace cloudvno::smpp {
namespace {

CommandId id_of_bind(BindMode mode) {
  switch (mode) {
    case BindMode::transmitter:
      return CommandId::bind_transmitter;
    case BindMode::receiver:
      return CommandId::bind_receiver;
    case BindMode::transceiver:
      break;
  }
  return CommandId::bind_transceiver;
}

template <class T>
bool emplace_if(CommandId id, Body& body) {
  if constexpr (requires { T::id; }) {
    if (T::id != id) return false;
    body.emplace<T>();
    return true;
  }
  return false;
}

template <class... T>
bool emplace_any(CommandId id, std::variant<T...>& body) {
  return (emplace_if<T>(id, body) || ...);
}

}  // namespace

CommandId command_id(const Body& body) {
  return std::visit(
      []<class T>(const T& alternative) {
        if constexpr (std::is_same_v<T, Bind>)
          return id_of_bind(alternative.mode);
        else if constexpr (std::is_same_v<T, BindResp>)
          return response_of(id_of_bind(alternative.mode));
        else
          return T::id;
      },
      body);
}

bool emplace(CommandId id, Body& body) {
  for (BindMode mode : {BindMode::transmitter, BindMode::receiver, BindMode::transceiver}) {
    if (id == id_of_bind(mode)) {
      body.emplace<Bind>().mode = mode;
      return true;
    }
    if (id == response_of(id_of_bind(mode))) {
      body.emplace<BindResp>().mode = mode;
      return true;
    }
  }
  return emplace_any(id, body);
}

Body empty_response(CommandId request) {
  Body body;
  if (!wants_response(request) || !emplace(response_of(request), body)) body.emplace<GenericNack>();
  return body;
}

}  // namespace cloudvno::smpp
