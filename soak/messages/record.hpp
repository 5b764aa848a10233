// What a customer and a carrier saw of each message of a trial, to be held against each other.
#pragma once

#include <array>
#include <boost/json/object.hpp>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace cloudvno::soak {

// A message is known by its text, "message 123": no two share one. Those of one pair of sender and
// recipient are asked for one after another, so the carrier must see them in the order of their
// numbers, each again only while none that follows it in its pair was seen.
class Record {
 public:
  // The customer's side.
  struct Message {
    std::uint32_t pair = 0;
    std::uint32_t submits = 0;  // that the carrier took
    std::uint32_t session = 0;  // of the last of them
    std::string sid;            // once it was promised
  };
  std::size_t add(std::size_t pair);
  static std::string text_of(std::size_t index);
  // False: it was promised under another SID before.
  bool promised(std::size_t index, std::string_view sid);

  // The carrier's side: it took a submit_sm on that session. A response that it did not give, or
  // that did not arrive, makes no difference: it took it.
  void taken(std::size_t session, std::string_view text);
  void throttled() { ++throttled_; }

  // The customer's side again. `id`: which callback; one that comes again is the same one.
  void called_back(std::string_view sid, std::string_view status, std::string_view id);

  std::size_t promised() const { return promised_; }
  std::size_t promised_twice() const { return promised_twice_; }
  boost::json::object counts() const;
  // SIDs and how often each was taken, by index; how many deliveries were not called back.
  boost::json::object messages() const;

 private:
  // Callbacks of a message: the ids by state.
  struct Told {
    std::array<std::string, 4> ids;
    int furthest = -1;
  };

  std::vector<Message> messages_;
  std::vector<std::uint32_t> newest_of_pair_;  // index plus one that the carrier saw
  std::map<std::size_t, std::size_t> again_;   // by session: taken there, and taken again later
  std::unordered_map<std::string, Told> told_;
  std::size_t promised_ = 0;
  std::size_t promised_twice_ = 0;
  std::size_t duplicates_ = 0;
  std::size_t again_in_session_ = 0;
  std::size_t out_of_order_ = 0;
  std::size_t throttled_ = 0;
  std::size_t strange_ = 0;
  std::size_t callbacks_ = 0;
  std::size_t callbacks_again_ = 0;
  std::size_t reported_twice_ = 0;
  std::size_t reported_back_ = 0;
};

}  // namespace cloudvno::soak
