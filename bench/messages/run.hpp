// One measurement: load for so many seconds, then until every message has arrived.
#pragma once

#include <sys/types.h>

#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <vector>

#include "ledger.hpp"
#include "load.hpp"
#include "processes.hpp"
#include "smsc.hpp"

namespace cloudvno::bench {

struct RunOptions {
  LoadOptions load;
  bool receipts = false;  // and their callbacks
  std::chrono::milliseconds receipt_delay{0};
  std::chrono::milliseconds duration{4000};
  std::vector<pid_t> processes;  // the server's
};

RunOptions read_run_options(const boost::json::object& asked);

class Run {
 public:
  Run(Loop& loop, Ledger& ledger, Smsc& smsc, const RunOptions& options);

  // Goes on with the load; answers when to be called again at the latest.
  std::optional<Moment> tick(Moment now);
  // Everything has arrived, or nothing has for so long that the rest counts as lost.
  bool is_over(Moment now) const;
  boost::json::object result() const;

 private:
  Ledger& ledger_;
  Smsc& smsc_;
  RunOptions options_;
  Load load_;
  Moment end_;
  Usage before_;
  double own_before_us_ = 0;
  std::optional<std::size_t> complete_at_end_;  // of the load
};

}  // namespace cloudvno::bench
