// Reading the tables, from the program or from the operator's folder.
#include "domain/lookup/data.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/embedded.hpp"
#include "domain/lookup/lines.hpp"

namespace cloudvno::lookup {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t most_bytes = 64u << 20;
constexpr std::size_t most_networks = 100'000;

// A file of the folder, or the embedded one; `own` says which it was.
struct Source {
  std::string name;
  std::string kept;  // of the folder's
  std::string_view text;
  bool own = false;
};

Result<Source> find(const std::string& folder, const std::string& name) {
  Source source{name, {}, {}, false};
  const auto path = folder + "/" + name;
  std::error_code error;
  if (!folder.empty() && fs::exists(path, error)) {
    std::ifstream file(path, std::ios::binary);
    if (!file || fs::file_size(path, error) > most_bytes || error) {
      return fail(Errc::invalid_parameter, fmt::format("{} cannot be read", path));
    }
    source.kept.assign(std::istreambuf_iterator<char>(file), {});
    source.own = true;
    return source;
  }
  for (const auto& file : embedded::lookup()) {
    if (file.path == name) source.text = file.data;
  }
  return source;
}

template <class Table>
Result<Table> read(const std::string& folder, const std::string& name, std::string& origins) {
  TRY_ASSIGN(const auto source, find(folder, name));
  auto table = Table::read(source.own ? std::string_view(source.kept) : source.text);
  if (!table) {
    return fail(Errc::invalid_parameter,
                fmt::format("{}{}: {}", source.own ? folder + "/" : "", name, table.error().text));
  }
  origins += fmt::format("{:<15}{}  {:>7} entries  {}\n", name, table->date(), table->size(),
                         source.own ? folder : "built in");
  return table;
}

}  // namespace

Result<std::shared_ptr<const Data>> Data::load(const std::string& folder) {
  std::error_code error;
  if (!folder.empty() && !fs::is_directory(folder, error)) {
    return fail(Errc::invalid_parameter, fmt::format("{} is no folder", folder));
  }
  std::string origins;
  TRY_ASSIGN(auto plan, read<NumberingPlan>(folder, "plan.txt", origins));
  TRY_ASSIGN(auto carriers, read<PrefixTable>(folder, "carriers.txt", origins));
  TRY_ASSIGN(auto regions, read<PrefixTable>(folder, "regions.txt", origins));
  TRY_ASSIGN(auto time_zones, read<PrefixTable>(folder, "time_zones.txt", origins));
  std::shared_ptr<Data> data(
      new Data(std::move(plan), std::move(carriers), std::move(regions), std::move(time_zones)));
  TRY_ASSIGN(const auto networks, find(folder, "networks.txt"));
  if (auto done =
          data->read_networks(networks.own ? std::string_view(networks.kept) : networks.text);
      !done) {
    return fail(Errc::invalid_parameter, "networks.txt: " + done.error().text);
  }
  data->origins_ =
      origins + fmt::format("{:<15}{}  {:>7} entries  {}\n", "networks.txt", data->networks_date_,
                            data->networks_.size(), networks.own ? folder : "built in");
  return std::shared_ptr<const Data>(std::move(data));
}

Result<> Data::read_networks(std::string_view text) {
  Lines lines(text);
  TRY_ASSIGN(networks_date_, read_date(lines));
  while (const auto line = lines.next()) {
    const auto words = split(*line, '\t');
    if (words.size() != 3 || networks_.size() == most_networks) {
      return lines.fault("is no line of networks");
    }
    auto& networks = networks_[fmt::format("{}\t{}", words[0], words[1])];
    for (const auto word : split(words[2], ' ')) {
      const auto dash = word.find('-');
      if (dash != 3 || word.size() < 6 || word.size() > 9) return lines.fault("is no MCC-MNC");
      networks.push_back({std::string(word.substr(0, dash)), std::string(word.substr(dash + 1))});
    }
  }
  return {};
}

const std::vector<Network>& Data::networks(std::string_view country,
                                           std::string_view carrier) const {
  static const std::vector<Network> unknown;
  const auto found = networks_.find(fmt::format("{}\t{}", country, carrier));
  return found == networks_.end() ? unknown : found->second;
}

std::string Data::description() const {
  return origins_;
}

}  // namespace cloudvno::lookup
