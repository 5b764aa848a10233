// What only others know of a number, asked of one HTTP server for each kind.
#pragma once

#include <array>
#include <string>

#include "domain/lookup/records.hpp"
#include "protocol/http/message.hpp"
#include "protocol/http_io/client.hpp"

namespace cloudvno::number_records {

struct Options {
  // "https://numbers.example.com/{number}", by RecordKind; empty: that kind has no source.
  // {number} becomes the number's digits, without "+".
  std::array<std::string, 3> urls;
  std::string header;  // "Authorization: Bearer SECRET"; empty: none
  std::chrono::milliseconds timeout{2'000};
  bool allow_http = false;
};

// By GET, through the guard of all outgoing requests. Answers are not kept: a number may move to
// another carrier, or SIM, at any moment. 404 means that the source knows nothing of the number;
// every other answer than 200 with a JSON object is a failure. See docs/operations.md for the
// members that are read.
class HttpRecords final : public lookup::Records {
 public:
  // Errc::invalid_parameter, with the fault, if a URL or the header is not sound.
  static Result<> check(const Options& options);

  HttpRecords(http_io::Client& client, Options options)
      : client_(client), options_(std::move(options)) {}

  bool has(lookup::RecordKind kind) const override { return !url_of(kind).empty(); }
  net::Task<Result<lookup::Record>> find(lookup::RecordKind kind, PhoneNumber number) override;

 private:
  const std::string& url_of(lookup::RecordKind kind) const {
    return options_.urls[static_cast<std::size_t>(kind)];
  }

  http_io::Client& client_;
  Options options_;
};

// Of the body of a 200. Outside bytes: any text.
Result<lookup::Record> read_record(lookup::RecordKind kind, const std::string& body);

}  // namespace cloudvno::number_records
