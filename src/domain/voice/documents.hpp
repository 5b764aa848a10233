// The port through which an application's documents and sounds are fetched.
#pragma once

#include <chrono>
#include <cstddef>
#include <expected>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "domain/voice/sound.hpp"
#include "platform/net/task.hpp"
#include "protocol/http/message.hpp"

namespace cloudvno::voice {

struct DocumentRequest {
  std::string url;  // without a fragment
  std::string method = "POST";
  http::Headers headers;  // signatures, content type, cookies
  std::string body;
  std::chrono::milliseconds connect_timeout{5'000};
  std::chrono::milliseconds timeout{15'000};
  std::size_t most_bytes = 64 * 1024;
};

// Why there is no answer: a code of the TwiML reference (11200 and its neighbours), and a sentence
// fit for the customer.
struct DocumentFailure {
  int code = 11200;
  std::string text;
  bool may_pass = false;  // no connection was made: worth another try
};

// Owned by app; called and resumed on the control thread. Goes to no address that the operator does
// not allow, and follows no redirect.
class Documents {
 public:
  virtual ~Documents() = default;
  virtual net::Task<std::expected<http::Response, DocumentFailure>> fetch(
      DocumentRequest request) = 0;
};

// Owned by app; called and resumed on the control thread, works elsewhere.
class SoundCodec {
 public:
  virtual ~SoundCodec() = default;
  // A WAV or an MP3 as sound, told by its bytes. Nothing for other bytes, and for more than an hour
  // of sound.
  virtual net::Task<SoundPtr> decode(std::string bytes) = 0;
  // Samples of one or two channels in turns as an MP3.
  virtual net::Task<Result<std::string>> encode_mp3(std::vector<std::int16_t> samples,
                                                    int channels) = 0;
};

}  // namespace cloudvno::voice
