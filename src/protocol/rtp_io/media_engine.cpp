// The media of calls: what is asked for on any thread becomes a command to a media thread.
#include "protocol/rtp_io/media_engine.hpp"

#include <stdexcept>

#include "protocol/rtp_io/digit_sender.hpp"

namespace cloudvno::rtp_io {
namespace {

Address bind_address(const std::string& text) {
  const auto address = Address::parse(text, 0);
  if (!address) throw std::runtime_error("the media bind address is not an IP address");
  return *address;
}

std::unexpected<Error> busy() {
  return fault("too many media commands wait", Errc::service_unavailable);
}

}  // namespace

MediaEngine::MediaEngine(const MediaOptions& options, net::Executor executor, EventHandler handler)
    : options_(options),
      bind_(bind_address(options.bind_address)),
      ports_(bind_, options.first_port, options.last_port),
      events_(std::make_shared<EventQueue>(std::move(executor), std::move(handler),
                                           options.event_capacity)) {
  // Made here, not on a thread that plays.
  digit_prompt('0');
  for (int i = 0; i < std::clamp(options.threads, 1, 64); ++i)
    workers_.push_back(std::make_unique<Worker>(i, options.command_capacity, events_));
}

MediaEngine::~MediaEngine() {
  events_->stop();
  workers_.clear();
}

template <class Action>
Result<> MediaEngine::command(StreamId stream, Action action) {
  if ((stream.value & 0xff) >= workers_.size())
    return fail(Errc::invalid_parameter, "there is no such stream");
  Worker& worker = worker_of(stream);
  const bool taken =
      worker.commands().push([stream, action = std::move(action)](Worker* at) mutable {
        if (Stream* found = at->find(stream)) action(*found, *at);
      });
  if (!taken) return busy();
  return {};
}

Result<OpenedStream> MediaEngine::open_stream(const StreamOptions& options,
                                              std::optional<StreamId> beside) {
  if (streams() >= options_.most_streams)
    return fault("too many media streams", Errc::service_unavailable);
  std::uint64_t thread = 0;
  if (beside) {
    thread = beside->value & 0xff;
    if (thread >= workers_.size()) return fail(Errc::invalid_parameter, "there is no such stream");
  } else {
    const auto least = std::ranges::min_element(
        workers_, {}, [](const auto& worker) { return worker->load().load(); });
    thread = static_cast<std::uint64_t>(least - workers_.begin());
  }
  TRY_ASSIGN(PortPair ports, ports_.open());
  const OpenedStream opened{StreamId{next_id_++ << 8 | thread}, ports.port()};
  Worker& worker = *workers_[thread];
  ++worker.load();
  const bool taken =
      worker.commands().push([id = opened.id, options, pair = std::move(ports)](
                                 Worker* at) mutable { at->add(id, std::move(pair), options); });
  if (!taken) {
    --worker.load();
    return busy();
  }
  return opened;
}

void MediaEngine::close_stream(StreamId stream) {
  if ((stream.value & 0xff) >= workers_.size()) return;
  worker_of(stream).commands().push([stream](Worker* at) { at->remove(stream); }, true);
}

Result<> MediaEngine::set_remote(StreamId stream, const Remote& remote) {
  if (!remote.address.is_set() || remote.address.port() == 0)
    return fail(Errc::invalid_parameter, "the peer has no media address");
  if (remote.address.family() != bind_.family())
    return fail(Errc::invalid_parameter, "the peer's media address is of another IP version");
  return command(stream,
                 [remote](Stream& found, Worker& at) { found.set_remote(remote, at.now()); });
}

Result<PlayId> MediaEngine::play(StreamId stream, media::PromptPtr prompt, unsigned loops) {
  if (!prompt) return fail(Errc::invalid_parameter, "there is nothing to play");
  const PlayId id{next_id_++};
  TRY(command(stream, [id, prompt = std::move(prompt), loops](Stream& found, Worker&) {
    found.play(id, prompt, loops);
  }));
  return id;
}

Result<> MediaEngine::stop_playing(StreamId stream) {
  return command(stream, [](Stream& found, Worker&) { found.stop_playing(); });
}

Result<> MediaEngine::send_digits(StreamId stream, std::string digits) {
  return command(
      stream, [digits = std::move(digits)](Stream& found, Worker&) { found.send_digits(digits); });
}

Result<RecordingId> MediaEngine::start_recording(StreamId stream, RecordingOptions options) {
  if (options.max_length <= Micros::zero())
    return fail(Errc::invalid_parameter, "a recording needs a length");
  const RecordingId id{next_id_++};
  TRY(command(stream, [id, options = std::move(options)](Stream& found, Worker&) {
    found.start_recording(id, options);
  }));
  return id;
}

Result<> MediaEngine::stop_recording(StreamId stream) {
  return command(stream, [](Stream& found, Worker&) { found.stop_recording(); });
}

Result<> MediaEngine::bridge(StreamId a, StreamId b) {
  if (a == b || (a.value & 0xff) != (b.value & 0xff))
    return fail(Errc::invalid_parameter, "the two streams are not on one thread");
  return command(a, [a, b](Stream&, Worker& at) { at.bridge(a, b); });
}

Result<> MediaEngine::unbridge(StreamId stream) {
  return command(stream, [](Stream& found, Worker&) { found.unbridge(); });
}

std::size_t MediaEngine::streams() const {
  std::size_t count = 0;
  for (const auto& worker : workers_) count += static_cast<std::size_t>(worker->load().load());
  return count;
}

std::uint64_t MediaEngine::late_ticks() const {
  std::uint64_t count = 0;
  for (const auto& worker : workers_) count += worker->late_ticks();
  return count;
}

std::uint64_t MediaEngine::failed_sends() const {
  std::uint64_t count = 0;
  for (const auto& worker : workers_) count += worker->failed_sends();
  return count;
}

}  // namespace cloudvno::rtp_io
