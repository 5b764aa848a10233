// An engine that only writes down what carriers tell it.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "domain/messaging/carrier.hpp"

namespace cloudvno::messaging::testing {

// Keeps what a carrier tells; answers with `intake`, at once or when the test says so.
class RecordingListener final : public CarrierListener {
 public:
  void on_window_open(Carrier& carrier) override {
    ++window_opened;
    window_then = carrier.window();
  }
  void on_receipt(Carrier&, Receipt receipt, std::function<void(Intake)> done) override {
    receipts.push_back(std::move(receipt));
    take(std::move(done));
  }
  void on_inbound(Carrier&, InboundPart part, std::function<void(Intake)> done) override {
    inbound.push_back(std::move(part));
    take(std::move(done));
  }

  int window_opened = 0;
  std::size_t window_then = 0;
  std::vector<Receipt> receipts;
  std::vector<InboundPart> inbound;
  std::optional<Intake> intake = Intake::kept;  // nothing: kept in `waiting`
  std::vector<std::function<void(Intake)>> waiting;

 private:
  void take(std::function<void(Intake)> done) {
    if (intake) return done(*intake);
    waiting.push_back(std::move(done));
  }
};

}  // namespace cloudvno::messaging::testing
