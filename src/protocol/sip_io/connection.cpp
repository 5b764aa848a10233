// A connection's queue, input and deadlines.
#include "protocol/sip_io/connection.hpp"

namespace cloudvno::sip {

Connection::Connection(ConnectionOwner& owner, const Clock& clock, const ConnectionLimits& limits,
                       Peer peer, bool ours)
    : owner_(&owner),
      clock_(clock),
      limits_(limits),
      peer_(std::move(peer)),
      ours_(ours),
      framing_(limits.framing, !ours),
      last_read_(clock.elapsed()),
      last_ping_(last_read_) {}

void Connection::open(std::unique_ptr<Stream> stream) {
  if (closed_) return stream->close();
  stream_ = std::move(stream);
  last_read_ = last_ping_ = clock_.elapsed();
  read();
  write();
}

bool Connection::send(std::string_view bytes, std::uint64_t tag) {
  if (closed_ || unsent_bytes_ + bytes.size() > limits_.unsent_bytes) return false;
  unsent_bytes_ += bytes.size();
  unsent_.push_back({std::string(bytes), tag});
  write();
  return true;
}

void Connection::write() {
  if (stream_ == nullptr || closed_ || writing_ || unsent_.empty()) return;
  writing_ = true;
  write_began_ = clock_.elapsed();
  stream_->write_all(unsent_.front().bytes, [self = shared_from_this()](std::size_t bytes) {
    self->writing_ = false;
    if (self->closed_) return;
    if (bytes == 0) return self->close();
    self->unsent_bytes_ -= self->unsent_.front().bytes.size();
    self->unsent_.pop_front();
    self->write();
  });
}

void Connection::read() {
  stream_->read_some(input_, [self = shared_from_this()](std::size_t bytes) {
    if (self->closed_) return;
    if (bytes == 0) return self->close();
    self->take(bytes);
    if (!self->closed_) self->read();
  });
}

void Connection::take(std::size_t bytes) {
  last_read_ = clock_.elapsed();
  if (!framing_.has_part()) part_began_ = last_read_;
  framing_.add(std::string_view(input_.data(), bytes));
  while (!closed_) {
    Framing::Frame frame = framing_.next();
    if (frame.kind == Framing::Kind::nothing) return;
    part_began_ = last_read_;
    if (frame.kind == Framing::Kind::broken) return close();
    if (frame.kind == Framing::Kind::ping)
      send("\r\n", 0);
    else
      owner_->on_message(*this, frame.bytes);
  }
}

void Connection::look_at_clock() {
  Micros now = clock_.elapsed();
  bool late = framing_.has_part() && now - part_began_ > limits_.message_timeout;
  late = late || (writing_ && now - write_began_ > limits_.write_timeout);
  late = late || (stream_ != nullptr && now - last_read_ > limits_.idle_timeout);
  if (late) return close();
  if (ours_ && stream_ != nullptr && now - last_ping_ >= limits_.keep_alive) {
    last_ping_ = now;
    send("\r\n\r\n", 0);
  }
}

void Connection::close() {
  if (closed_) return;
  auto self = shared_from_this();
  ConnectionOwner* owner = owner_;
  leave();
  owner->on_closed(*this);
  for (const Waiting& waiting : unsent_)
    if (waiting.tag != 0) owner->on_unsent(waiting.tag);
}

void Connection::leave() {
  closed_ = true;
  owner_ = nullptr;
  if (stream_ != nullptr) stream_->close();
}

}  // namespace cloudvno::sip
