// From a thread without a loop: runs a task on an executor and waits for its end.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>

#include "platform/net/task.hpp"

namespace cloudvno::app {

inline void run_and_wait(net::Executor where, net::Task<> task) {
  boost::asio::co_spawn(where, std::move(task), boost::asio::use_future).get();
}

}  // namespace cloudvno::app
