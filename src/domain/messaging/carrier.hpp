// The port to carriers: what the message engine needs of a company that moves SMS, whatever it
// speaks.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/model/money.hpp"
#include "base/model/phone_number.hpp"
#include "base/model/sid.hpp"
#include "base/time.hpp"
#include "domain/messaging/media_item.hpp"
#include "protocol/sms/split.hpp"
#include "protocol/sms/udh.hpp"

namespace cloudvno::messaging {

// One SMS part, or a whole MMS: then `media` is not empty and `part` unused.
struct Submission {
  MessageSid message;
  PhoneNumber from;
  PhoneNumber to;
  sms::Encoding encoding = sms::Encoding::gsm7;
  sms::SmsPart part;
  std::chrono::seconds validity{0};
  std::string text;  // of the whole message, UTF-8; where its parts are not enough
  MediaList media;
};

enum class SubmitResult {
  accepted,   // the carrier answered with its id
  refused,    // and will refuse again
  temporary,  // this message not now; others may go
  throttled,  // too fast or queue full: all later, in order
  not_sent,   // not a byte went out
  unknown,    // went out, no answer: the carrier may have it
};

struct SubmitOutcome {
  SubmitResult result = SubmitResult::not_sent;
  std::string carrier_id;  // of the accepted part
  int error_code = 0;      // of a refusal, from delivery_errors.hpp
};

enum class ReceiptState { delivered, undelivered, in_progress };

struct Receipt {
  std::string carrier_id;
  ReceiptState state = ReceiptState::in_progress;
  int error_code = 0;
  // Where the id is a guess: the numbers that the receipt names. It is of a message to one of them.
  std::vector<PhoneNumber> parties = {};
};

struct InboundPart {
  PhoneNumber from;
  PhoneNumber to;
  std::string text;  // UTF-8
  std::optional<sms::Concatenation> concatenation;
  MediaList media = {};  // of an MMS, which comes whole; within the bounds of media_item.hpp
};

// What became of a receipt or an inbound part, told to the carrier only after it is on the disk.
enum class Intake { kept, not_ours, try_later };

// What becomes of a message that went out and whose outcome is not known, after a crash or a lost
// link.
enum class DeliveryGuarantee {
  at_least_once,     // goes again, marked as a possible duplicate
  at_most_once,      // counts as sent; if it never left, nobody hears of it
  hold_for_receipt,  // waits for its receipt until its validity ends, then counts as undelivered
};

// Constant while the program runs.
struct CarrierTraits {
  std::optional<Money> price_per_part;  // where the operator set one
  DeliveryGuarantee guarantee = DeliveryGuarantee::at_least_once;
  std::size_t most_media = 0;  // of one MMS; 0: it takes none
  // Splits texts itself: it is given a message once, whole, as `text`, in one place of the window.
  bool takes_whole_texts = false;
};

// Everything on the control thread.
class Carrier {
 public:
  virtual ~Carrier() = default;
  virtual std::string_view name() const = 0;
  virtual bool is_up() const = 0;  // whether there is a link
  // How many parts may be without a durable outcome at once; 0 while there is no link, and while
  // the carrier takes no more just now.
  virtual std::size_t window() const = 0;
  virtual const CarrierTraits& traits() const = 0;
  // Never more than window() at once. `done` is called once, later.
  virtual void submit(Submission submission, std::function<void(SubmitOutcome)> done) = 0;
};

// Implemented by the engine, called by carriers.
class CarrierListener {
 public:
  virtual ~CarrierListener() = default;
  virtual void on_window_open(Carrier& carrier) = 0;  // the link came up
  virtual void on_receipt(Carrier& carrier, Receipt receipt, std::function<void(Intake)> done) = 0;
  virtual void on_inbound(Carrier& carrier, InboundPart part, std::function<void(Intake)> done) = 0;
};

}  // namespace cloudvno::messaging
