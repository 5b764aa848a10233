// /v1/recordings and /v1/calls/{sid}/recordings: list, read, hear, delete.
#include <fmt/format.h>

#include <boost/json/array.hpp>

#include "domain/api/page.hpp"
#include "domain/privacy/legal_hold.hpp"
#include "domain/voice/call_json.hpp"
#include "domain/voice/calls_api.hpp"
#include "domain/voice/recording_file.hpp"

namespace cloudvno::voice {
namespace {

namespace json = boost::json;

// Of one answer; what is longer is read in ranges, as players do.
constexpr std::int64_t most_file_bytes = 64 * 1024 * 1024;

Result<Recording> find_asked_recording(storage::Transaction& tx, const api::Request& request,
                                       std::string_view sid_text,
                                       storage::RowLock lock = storage::RowLock::none) {
  const auto sid = RecordingSid::parse(sid_text);
  if (!sid) return fail(Errc::not_found);
  const auto& caller = *request.caller;
  TRY_ASSIGN(auto recording, find_recording(tx, *caller.keys, caller.account, *sid, lock));
  if (recording.live != caller.live ||
      recording.created_at < caller.visible_from(request.received)) {
    return fail(Errc::not_found);
  }
  return recording;
}

net::Task<Result<api::Answer>> list(api::Request& request) {
  auto in = request.input();
  CO_TRY_ASSIGN(const auto page, api::read_page_query(in, "RE", "RE"));
  CO_TRY_ASSIGN(const auto created_after, in.optional_time("created_after"));
  CO_TRY_ASSIGN(const auto created_before, in.optional_time("created_before"));
  CO_TRY(in.finish());
  api::Conditions conditions;
  conditions.add_owner(request.account(), request.caller->live);
  conditions.add_made_from(request.caller->visible_from(request.received));
  if (created_after) conditions.add_made_from(*created_after);
  if (created_before) conditions.add_made_before(*created_before);
  conditions.add_page(page);
  CO_TRY_ASSIGN(const auto all, co_await request.database.read([&](storage::Transaction& tx) {
    return list_recordings(tx, *request.caller->keys, conditions, page);
  }));
  std::vector<json::object> rows;
  rows.reserve(all.size());
  for (const auto& one : all) rows.push_back(to_json(one));
  co_return api::page_answer(page, std::move(rows), request.raw.path, request.raw.query);
}

net::Task<Result<api::Answer>> list_of_call(api::Request& request) {
  CO_TRY(request.input().finish());
  CO_TRY_ASSIGN(
      auto data,
      co_await request.database.read([&](storage::Transaction& tx) -> Result<json::array> {
        TRY_ASSIGN(const auto call, find_asked(tx, request));
        TRY_ASSIGN(const auto all,
                   list_recordings_of(tx, *request.caller->keys, call.account, call.sid));
        json::array rows;
        for (const auto& one : all) rows.push_back(to_json(one));
        return rows;
      }));
  co_return api::Answer::json(200, {{"data", std::move(data)}});
}

api::Answer file_answer(std::string content, std::string type, const RangeAnswer& asked,
                        std::int64_t size) {
  auto answer = api::Answer::file(std::move(content), std::move(type));
  answer.headers.add("Accept-Ranges", "bytes");
  if (asked.range) {
    answer.status = 206;
    answer.headers.add("Content-Range",
                       fmt::format("bytes {}-{}/{}", asked.range->first, asked.range->last, size));
  }
  return answer;
}

api::Answer no_such_range(std::int64_t size) {
  api::Answer answer;
  answer.status = 416;
  answer.content_type.clear();
  answer.headers.add("Content-Range", fmt::format("bytes */{}", size));
  return answer;
}

net::Task<Result<api::Answer>> answer_wav(api::Request& request, const Recording& recording) {
  const auto size = wav_size(recording);
  const auto asked = parse_range(request.raw.headers.value("Range"), size);
  if (!asked.satisfiable) co_return no_such_range(size);
  const auto range = asked.range.value_or(ByteRange{0, size - 1});
  if (range.last - range.first >= most_file_bytes) {
    co_return fail(Errc::invalid_parameter,
                   "The recording is too long for one answer: ask for parts of it by `Range`.");
  }
  CO_TRY_ASSIGN(auto bytes, co_await request.database.read([&](storage::Transaction& tx) {
    return read_wav(tx, *request.caller->keys, recording, range);
  }));
  co_return file_answer(std::move(bytes), "audio/wav", asked, size);
}

net::Task<Result<api::Answer>> answer_mp3(api::Request& request, const Recording& recording,
                                          SoundCodec& codec) {
  if (wav_size(recording) > most_file_bytes) {
    co_return fail(Errc::invalid_parameter,
                   "The recording is too long to be made an MP3: ask for the WAV by `Range`.");
  }
  CO_TRY_ASSIGN(auto samples, co_await request.database.read([&](storage::Transaction& tx) {
    return read_samples(tx, *request.caller->keys, recording);
  }));
  CO_TRY_ASSIGN(auto bytes, co_await codec.encode_mp3(std::move(samples), recording.channels));
  const auto size = static_cast<std::int64_t>(bytes.size());
  const auto asked = parse_range(request.raw.headers.value("Range"), size);
  if (!asked.satisfiable) co_return no_such_range(size);
  if (asked.range) {
    bytes = bytes.substr(static_cast<std::size_t>(asked.range->first),
                         static_cast<std::size_t>(asked.range->last - asked.range->first + 1));
  }
  co_return file_answer(std::move(bytes), "audio/mpeg", asked, size);
}

net::Task<Result<api::Answer>> read(api::Request& request, SoundCodec& codec) {
  CO_TRY(request.input().finish());
  const std::string_view name = request.path_arguments[0];
  const auto dot = name.find('.');
  const auto ending = dot == std::string_view::npos ? std::string_view() : name.substr(dot);
  CO_TRY_ASSIGN(const auto recording, co_await request.database.read([&](storage::Transaction& tx) {
    return find_asked_recording(tx, request, name.substr(0, dot));
  }));
  if (ending.empty()) co_return api::Answer::json(200, to_json(recording));
  if (recording.status != RecordingStatus::completed) co_return fail(Errc::not_found);
  if (ending == ".wav") co_return co_await answer_wav(request, recording);
  if (ending == ".mp3") co_return co_await answer_mp3(request, recording, codec);
  co_return fail(Errc::not_found);
}

net::Task<Result<api::Answer>> remove(api::Request& request) {
  CO_TRY(request.input().finish());
  CO_TRY(co_await request.database.transact([&](storage::Transaction& tx) -> Result<bool> {
    TRY_ASSIGN(const auto recording, find_asked_recording(tx, request, request.path_arguments[0],
                                                          storage::RowLock::wait));
    if (!recording.ended_at) {
      return fail(Errc::wrong_state, "The recording is still being made.");
    }
    if (privacy::is_held(tx, recording.account.view(), recording.sid.view())) {
      return fail(Errc::legal_hold);
    }
    delete_recording(tx, recording.sid);
    return true;
  }));
  co_return api::Answer::empty();
}

}  // namespace

void mount_recordings(api::Api& api, const ApiParts& parts) {
  using enum api::Scope;
  const auto group = api::RateGroup::calls;
  const std::string all = "/v1/recordings";
  const std::string one = all + "/{sid}";
  auto& codec = parts.parts.codec;
  api.add({"GET", "/v1/calls/{sid}/recordings", calls_read, group, false,
           [](api::Request& request) { return list_of_call(request); }});
  api.add(
      {"GET", all, calls_read, group, false, [](api::Request& request) { return list(request); }});
  api.add({"GET", one, calls_read, group, false,
           [&codec](api::Request& request) { return read(request, codec); }});
  api.add({"DELETE", one, calls_write, group, false,
           [](api::Request& request) { return remove(request); }});
}

}  // namespace cloudvno::voice
