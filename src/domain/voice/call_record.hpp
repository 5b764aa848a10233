// A running call's row, and what is told of it.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "domain/voice/call.hpp"
#include "domain/voice/call_store.hpp"
#include "domain/voice/parts.hpp"
#include "domain/voice/recording.hpp"

namespace cloudvno::voice {

// Lives on the control thread.
class CallRecord {
 public:
  CallRecord(const Parts& parts, accounts::AccountPtr account, Call call);

  const Call& call() const { return call_; }
  const accounts::Account& account() const { return *account_; }
  const accounts::AccountPtr& account_ptr() const { return account_; }

  // The row, on the disk when it returns, and its first state told. Once, before all else; a call
  // made by the API has its row already.
  net::Task<Result<>> insert();

  // Tells it too. Nothing happens where the call cannot move there.
  void move(CallStatus to);
  // The same at the end, with what the leg came to.
  void end(CallStatus to, const LegEnd& end);
  // What is wrong with the instructions. The first code that ends the call stays with it.
  void notify(int code, std::string text, std::string url);
  void fail_with(int code) {
    if (!call_.error_code) call_.error_code = code;
  }

  // Until all that happened so far is on the disk.
  net::Task<> written();

  // Recordings of this call: rows behind what happens, as the rest.
  void begin_recording(Recording recording);
  // False where the store is away for so long that there is no room for it.
  bool add_piece(const Recording& recording, std::int64_t piece, std::vector<std::int16_t> samples);
  void end_recording(Recording recording, bool of_whole_call);

  WriteBehind& writes() { return *writes_; }

 private:
  void write_state();

  const Parts& parts_;
  const accounts::AccountPtr account_;
  Call call_;
  std::shared_ptr<WriteBehind> writes_;
  std::int64_t notifications_ = 0;
  std::optional<Recording> whole_;  // of the whole call, once it has ended
};

}  // namespace cloudvno::voice
