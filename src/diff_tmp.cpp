#include <fmt/format.h>
#include <fstream>
#include <iostream>
#include <sstream>
#include <chrono>
#include "domain/lookup/data.hpp"
using namespace cloudvno::lookup;
int main(int, char** argv) {
  auto t0 = std::chrono::steady_clock::now();
  auto data = Data::load("");
  if (!data) { fmt::print("{}\n", data.error().text); return 1; }
  fmt::print("load {} ms\n{}", std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - t0).count(), (*data)->description());
  const auto& plan = (*data)->plan();
  std::ifstream in(argv[1]); std::string line; int bad[6] = {}, n = 0, shown = 0;
  while (std::getline(in, line)) {
    auto w = std::vector<std::string>(); std::stringstream s(line); std::string x; while (std::getline(s, x, '\t')) w.push_back(x);
    if (w.size() < 8) continue;
    ++n;
    auto p = plan.parse(w[0]);
    if (!p) { fmt::print("refused {}\n", w[0]); continue; }
    std::string t(line_type_name(p->type)); for (auto& c : t) c = toupper(c);
    if (t == "PERSONAL") t = "PERSONAL_NUMBER"; if (t == "UNKNOWN") t = "";
    std::string c = p->is_valid() && p->region && p->region->country != "001" ? p->region->country : "";
    bool f[6] = {p->e164 != w[1], p->is_possible() != (w[2] == "true"), p->is_valid() != (w[3] == "true"), w[3] == "true" && t != w[4], c != w[5], w[3] == "true" && plan.national_format(*p) != w[6]};
    for (int i = 0; i < 6; ++i) if (f[i]) { ++bad[i]; if (shown++ < 25) fmt::print("{}: {} | {} {} {} {} {} {}\n", i, line, p->e164, p->is_possible(), p->is_valid(), t, c, plan.national_format(*p)); }
  }
  fmt::print("{} numbers; differ: e164 {} possible {} valid {} type {} country {} national {}\n", n, bad[0], bad[1], bad[2], bad[3], bad[4], bad[5]);
}
