// The media of calls: streams, what is played to them, recorded of them, and said between them.
#pragma once

#include <atomic>
#include <memory>
#include <vector>

#include "base/result.hpp"
#include "protocol/media/prompt.hpp"
#include "protocol/rtp_io/event_queue.hpp"
#include "protocol/rtp_io/port_pairs.hpp"
#include "protocol/rtp_io/worker.hpp"

namespace cloudvno::rtp_io {

struct MediaOptions {
  int threads = 1;
  std::string bind_address = "127.0.0.1";  // IPv4 or IPv6
  std::uint16_t first_port = 16'384, last_port = 32'767;
  std::size_t most_streams = 4'096;
  std::size_t command_capacity = 16'384;  // of each thread
  std::size_t event_capacity = 16'384;
};

struct OpenedStream {
  StreamId id;
  std::uint16_t port = 0;  // of RTP; RTCP comes there, or one port above
};

// Owns the media threads and all their sockets. Any thread may call; none waits for a media thread.
// What a call asks for happens within 5 ms, in the order of the calls for a stream; what comes of
// it is told by `handler` on `executor`, each event with its stream. A command to a stream that was
// closed meanwhile does nothing; after Closed nothing is told of a stream.
//
// Errors: service_unavailable where a bound is reached (streams, ports, commands that wait), and
// invalid_parameter for what cannot be.
class MediaEngine {
 public:
  // Throws where the bind address is none, or a thread cannot be made.
  MediaEngine(const MediaOptions& options, net::Executor executor, EventHandler handler);
  // Ends all streams, each with a BYE, and the threads. On the executor's thread, or after its end:
  // then no handler runs any more.
  ~MediaEngine();

  // `beside`: on the thread of that stream, which bridge() needs.
  Result<OpenedStream> open_stream(const StreamOptions& options,
                                   std::optional<StreamId> beside = {});
  // Answered by Closed. Always taken.
  void close_stream(StreamId stream);

  Result<> set_remote(StreamId stream, const Remote& remote);
  // `loops` 0: until it is stopped. Replaces what was played. Answered by Played.
  Result<PlayId> play(StreamId stream, media::PromptPtr prompt, unsigned loops = 1);
  Result<> stop_playing(StreamId stream);
  // "12ww#", at most 100 waiting; as telephone events where they were negotiated, else as tones.
  // Answered by DigitsSent when all that waited is sent.
  Result<> send_digits(StreamId stream, std::string digits);
  // What is bridged to the stream is part of what it hears. One at a time: another ends it.
  Result<RecordingId> start_recording(StreamId stream, RecordingOptions options);
  Result<> stop_recording(StreamId stream);
  // Each hears the other, until either is closed, unbridged or bridged elsewhere. Both on one
  // thread, else invalid_parameter.
  Result<> bridge(StreamId a, StreamId b);
  Result<> unbridge(StreamId stream);

  // ---- figures ----
  std::size_t streams() const;
  std::uint64_t events_given_up() const { return events_->given_up(); }
  std::uint64_t late_ticks() const;    // a thread was held up for more than 60 ms
  std::uint64_t failed_sends() const;  // packets that the kernel did not take

 private:
  Worker& worker_of(StreamId stream) { return *workers_[stream.value & 0xff]; }
  template <class Action>
  Result<> command(StreamId stream, Action action);

  MediaOptions options_;
  Address bind_;
  PortPairs ports_;
  std::shared_ptr<EventQueue> events_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::atomic<std::uint64_t> next_id_ = 1;
};

}  // namespace cloudvno::rtp_io
