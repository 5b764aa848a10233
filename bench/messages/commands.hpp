// What the script that started a generator asks of it: a JSON object a line on the standard input,
// answered by one line each.
#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string>

#include "loop.hpp"

namespace cloudvno::bench {

class Commands final : public Loop::Handler {
 public:
  explicit Commands(Loop& loop);
  void on_events(std::uint32_t events) override;

  bool ended() const { return ended_; }  // the script is gone
  std::optional<boost::json::object> next();
  static void answer(const boost::json::object& object);

 private:
  std::string text_;
  bool ended_ = false;
};

}  // namespace cloudvno::bench
