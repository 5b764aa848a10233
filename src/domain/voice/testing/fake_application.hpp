// A customer's application, a voice and a codec in memory.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "domain/voice/documents.hpp"
#include "domain/voice/speech.hpp"

namespace cloudvno::voice::testing {

// A sound that tests know again: so many samples.
inline SoundPtr sound_of(std::size_t samples) {
  return std::make_shared<const media::Prompt>(media::Samples(samples, 1'000));
}

class FakeDocuments final : public Documents {
 public:
  net::Task<std::expected<http::Response, DocumentFailure>> fetch(
      DocumentRequest request) override {
    asked.push_back(request);
    const auto query = request.url.find('?');
    const auto found = pages.find(request.url.substr(0, query));
    if (found == pages.end()) {
      co_return std::unexpected(DocumentFailure{11205, "connection refused", true});
    }
    co_return found->second;
  }

  void put(std::string url, std::string xml) {
    http::Response page;
    page.headers.add("Content-Type", "text/xml");
    page.body = "<Response>" + xml + "</Response>";
    pages[std::move(url)] = std::move(page);
  }

  std::map<std::string, http::Response> pages;
  std::vector<DocumentRequest> asked;
};

// As many samples as the text has letters.
class FakeSpeech final : public Speech {
 public:
  net::Task<Result<SoundPtr>> speak(SpeechRequest request) override {
    spoken.push_back(request);
    co_return sound_of(request.text.size());
  }

  std::vector<SpeechRequest> spoken;
};

// Takes "sound" and its length for a file: "sound800".
class FakeCodec final : public SoundCodec {
 public:
  net::Task<SoundPtr> decode(std::string bytes) override {
    if (!bytes.starts_with("sound")) co_return nullptr;
    co_return sound_of(std::stoul(bytes.substr(5)));
  }
  net::Task<Result<std::string>> encode_mp3(std::vector<std::int16_t> samples,
                                            int channels) override {
    co_return "mp3 of " + std::to_string(samples.size()) + "/" + std::to_string(channels);
  }
};

}  // namespace cloudvno::voice::testing
