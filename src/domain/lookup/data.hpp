// The tables behind a lookup: built into the program, or the operator's newer ones.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "domain/lookup/numbering_plan.hpp"
#include "domain/lookup/prefix_table.hpp"

namespace cloudvno::lookup {

struct Network {
  std::string mcc;
  std::string mnc;
};

// Immutable: read by any thread.
class Data {
 public:
  // Reads the embedded tables; of those that the folder has, the folder's instead. Empty: none.
  // Errc::invalid_parameter, with file and line, if one is not sound.
  static Result<std::shared_ptr<const Data>> load(const std::string& folder);

  const NumberingPlan& plan() const { return plan_; }
  const PrefixTable& carriers() const { return carriers_; }
  const PrefixTable& regions() const { return regions_; }
  const PrefixTable& time_zones() const { return time_zones_; }
  // Of the carrier of that name there; empty if not known.
  const std::vector<Network>& networks(std::string_view country, std::string_view carrier) const;

  // "2026-11-10" of each table, "plan 2026-11-10 (embedded), 251 regions": for the operator.
  std::string description() const;

 private:
  Data(NumberingPlan plan, PrefixTable carriers, PrefixTable regions, PrefixTable time_zones)
      : plan_(std::move(plan)),
        carriers_(std::move(carriers)),
        regions_(std::move(regions)),
        time_zones_(std::move(time_zones)) {}
  Result<> read_networks(std::string_view text);

  NumberingPlan plan_;
  PrefixTable carriers_;
  PrefixTable regions_;
  PrefixTable time_zones_;
  std::string networks_date_;
  std::unordered_map<std::string, std::vector<Network>> networks_;  // by "US\tAT&T"
  std::string origins_;  // which files came from the folder
};

}  // namespace cloudvno::lookup
