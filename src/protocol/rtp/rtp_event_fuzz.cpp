// Fuzzes telephone-event packets: of one event at most one digit is told.
#include "base/invariant.hpp"
#include "protocol/rtp/telephone_event.hpp"

using namespace cloudvno;
using namespace cloudvno::rtp;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  ByteView rest(data, size);
  EventReceiver receiver;
  while (rest.size() >= 7) {
    Packet packet;
    packet.marker = (rest[0] & 1) != 0;
    packet.timestamp = static_cast<std::uint32_t>(rest[1] << 8 | rest[2]) * 80u;
    packet.payload = rest.subspan(3, (rest[0] & 2) != 0 ? 4 : rest[0] % 4);
    receiver.receive(packet);
    invariant(!receiver.receive(packet), "a packet that comes again tells nothing");
    rest = rest.subspan(7);
  }
  return 0;
}
