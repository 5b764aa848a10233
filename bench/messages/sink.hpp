// A customer's application that takes status callbacks: answers 200 and hands them over.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "loop.hpp"
#include "protocol/http/message.hpp"

namespace cloudvno::bench {

class Sink {
 public:
  using Take = std::function<void(const http::Request&)>;
  Sink(Loop& loop, std::uint16_t port, Take take);
  ~Sink();

 private:
  class Connection;

  Take take_;
  std::vector<std::unique_ptr<Connection>> connections_;
  Listener listener_;
};

// What a form or a query says behind "Name="; numbers and words of status need no decoding.
std::string_view field_of(const http::Request& request, std::string_view name);

}  // namespace cloudvno::bench
