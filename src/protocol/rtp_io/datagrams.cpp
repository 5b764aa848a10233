// Reading several datagrams of a socket at once, with the times at which they came.
#include "protocol/rtp_io/datagrams.hpp"

#include <cstring>

namespace cloudvno::rtp_io {

Datagrams::Datagrams() {
  for (std::size_t i = 0; i < most; ++i) {
    parts_[i] = {buffers_[i].data(), buffers_[i].size()};
    msghdr& header = messages_[i].msg_hdr;
    header.msg_iov = &parts_[i];
    header.msg_iovlen = 1;
    header.msg_name = &from_[i];
    header.msg_control = controls_[i].bytes.data();
  }
}

std::size_t Datagrams::read(int socket) {
  // What the call before wrote over.
  for (std::size_t i = 0; i < most; ++i) {
    messages_[i].msg_hdr.msg_namelen = sizeof from_[i];
    messages_[i].msg_hdr.msg_controllen = sizeof controls_[i].bytes;
  }
  const int count = ::recvmmsg(socket, messages_.data(), most, MSG_DONTWAIT, nullptr);
  return count < 0 ? 0 : static_cast<std::size_t>(count);
}

Time Datagrams::arrival(std::size_t i, Time otherwise) {
  msghdr& header = messages_[i].msg_hdr;
  for (cmsghdr* item = CMSG_FIRSTHDR(&header); item != nullptr; item = CMSG_NXTHDR(&header, item)) {
    if (item->cmsg_level != SOL_SOCKET || item->cmsg_type != SCM_TIMESTAMPNS) continue;
    timespec time;
    std::memcpy(&time, CMSG_DATA(item), sizeof time);
    return from_micros(time.tv_sec * 1'000'000 + time.tv_nsec / 1'000);
  }
  return otherwise;
}

}  // namespace cloudvno::rtp_io
