// One stream without its sockets: packets and ticks in, packets and events out.
#pragma once

#include <memory>
#include <span>
#include <string>

#include "protocol/rtp/reception.hpp"
#include "protocol/rtp/telephone_event.hpp"
#include "protocol/rtp_io/digit_sender.hpp"
#include "protocol/rtp_io/ear.hpp"
#include "protocol/rtp_io/outgoing.hpp"
#include "protocol/rtp_io/player.hpp"
#include "protocol/rtp_io/recorder.hpp"
#include "protocol/rtp_io/source_lock.hpp"
#include "protocol/rtp_io/stream_types.hpp"

namespace cloudvno::rtp_io {

enum class Port : std::uint8_t { rtp, rtcp };

// Descriptors that somebody else owns.
struct Sockets {
  int rtp = -1, rtcp = -1;
};

// Where a stream's packets and events go. Called within the call that caused them.
class StreamHost {
 public:
  virtual ~StreamHost() = default;
  virtual void send(int socket, const Address& to, ByteView bytes) = 0;
  virtual void tell(StreamId stream, Event&& event) = 0;
};

// What is sent, in this order: digits, a prompt, the packets of the bridged leg, silence. Silence
// goes out in full, since peers and NATs end what goes quiet. Two bridged streams live on one
// thread and outlive neither the other nor the bridge: whoever removes one unbridges first.
//
// Times are of a clock that never goes back, and `wall` is for RTCP alone. Each 20 ms come listen()
// of all streams, then send(). Nothing is allocated per packet or tick, but for the chunks of a
// recording. Runs on its media thread.
class Stream {
 public:
  Stream(StreamId id, Sockets sockets, const StreamOptions& options, StreamHost& host, Micros now);
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  StreamId id() const { return id_; }

  void set_remote(const Remote& remote, Micros now);
  // Replaces what is played.
  void play(PlayId id, media::PromptPtr prompt, unsigned loops);
  void stop_playing();
  void send_digits(std::string_view digits) { digits_.add(digits); }
  void start_recording(RecordingId id, RecordingOptions options);
  void stop_recording(RecordingEnd reason = RecordingEnd::stopped);
  void bridge(Stream& peer);
  void unbridge();
  Stream* peer() const { return peer_; }
  // Ends all that runs, says BYE and tells Closed. The last call.
  void close(Micros now, Time wall);

  // A datagram; its bytes are overwritten. `arrival` is when the kernel had it.
  void receive(Port port, std::span<std::uint8_t> bytes, const Address& from, Micros arrival,
               Micros now, Time wall);
  void listen(Micros now);
  void send(Micros now, Time wall);

  Quality quality() const;

 private:
  void receive_rtcp(ByteView bytes, const Address& from, Micros now, Time wall);
  void receive_event(const rtp::Packet& packet, bool fresh, Micros now);
  void heard(char digit, DigitWay way);
  void hear(const rtp::Packet& packet, media::Law law);
  void forward(const rtp::Packet& packet, std::optional<media::Law> law, bool fresh, Micros now);

  bool may_send() const { return remote_ && remote_->send && lock_.destination().is_set(); }
  void send_audio(ByteView frame, Micros now);
  void send_step(const DigitSender::Step& step, Micros now);
  void send_packet(const rtp::Header& header, ByteView payload);
  static Micros report_interval();
  void send_report(Micros now, Time wall, bool bye);
  void make_frame(Micros now);
  void record();
  void want_ear();

  StreamId id_;
  Sockets sockets_;
  StreamOptions options_;
  StreamHost& host_;
  std::optional<Remote> remote_;
  SourceLock lock_;
  Address rtcp_destination_;

  // The lock has made sure of the source, so its first packet counts.
  rtp::Reception reception_{true};
  rtp::EventReceiver events_;
  std::unique_ptr<Ear> ear_;
  std::uint64_t bytes_received_ = 0, malformed_ = 0, late_ = 0;
  bool first_told_ = false, timeout_told_ = false;
  Micros last_media_;

  Outgoing out_;
  Player player_;
  DigitSender digits_;
  std::uint32_t event_timestamp_ = 0;
  // Where packets are not of 20 ms: what does not fill one yet.
  std::array<std::uint8_t, 640> pending_{};
  std::size_t pending_size_ = 0;
  // What this tick sends of its own, and whether it does.
  EncodedFrame frame_{};
  bool own_audio_ = false;

  Stream* peer_ = nullptr;
  bool aligned_ = false;  // the offsets below hold for the packets that come
  std::uint16_t sequence_offset_ = 0;
  std::uint32_t timestamp_offset_ = 0;
  Micros forwarded_{-1'000'000};

  std::unique_ptr<Recorder> recorder_;

  std::string cname_;
  Micros next_report_;
  bool reported_ = false;
  Micros round_trip_{};
};

}  // namespace cloudvno::rtp_io
