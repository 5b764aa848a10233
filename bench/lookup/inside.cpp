// A look-up without HTTP beside libphonenumber alone, on the same numbers in the same run:
// bench_lookup_inside [ROUNDS]. Also how often the two agree (their editions differ by years).
#include <fmt/format.h>
#include <phonenumbers/phonenumberutil.h>

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <chrono>
#include <random>

#include "domain/lookup/facts.hpp"

using namespace cloudvno::lookup;
using i18n::phonenumbers::PhoneNumberUtil;
using Steady = std::chrono::steady_clock;

namespace {

// Valid and not, of all countries: what a lookup API is asked for.
std::vector<std::string> make_numbers(const NumberingPlan& plan, std::size_t count) {
  std::mt19937_64 random(7);
  const char* const begins[] = {"1415", "1212", "44740",  "4420",  "49151", "4930",
                                "336",  "3906", "346",    "55119", "9198",  "8613",
                                "8190", "6141", "234803", "5255"};
  std::vector<std::string> numbers;
  while (numbers.size() < count) {
    std::string number = begins[random() % std::size(begins)];
    const auto digits = 10 + random() % 4;
    while (number.size() < digits) number += static_cast<char>('0' + random() % 10);
    // Nine of ten exist.
    if (plan.judge(number).is_valid() || random() % 40 == 0) numbers.push_back("+" + number);
  }
  return numbers;
}

template <class Call>
double nanoseconds_each(const std::vector<std::string>& numbers, Call call) {
  const auto begin = Steady::now();
  for (const auto& number : numbers) call(number);
  return std::chrono::duration<double, std::nano>(Steady::now() - begin).count() /
         static_cast<double>(numbers.size());
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

}  // namespace

int main(int argc, char** argv) {
  const int rounds = argc > 1 ? std::atoi(argv[1]) : 5;
  const auto begin = Steady::now();
  const auto loaded = Data::load("");
  if (!loaded) return fmt::print(stderr, "{}\n", loaded.error().text), 1;
  const auto load_ms = std::chrono::duration<double, std::milli>(Steady::now() - begin).count();
  const auto& data = **loaded;
  const auto numbers = make_numbers(data.plan(), 50'000);
  const auto* util = PhoneNumberUtil::GetInstance();
  std::size_t sink = 0;

  // The same questions: valid? which country, which line, both formats.
  const auto reference = [&](const std::string& text) {
    i18n::phonenumbers::PhoneNumber number;
    if (util->Parse(text, "ZZ", &number) != PhoneNumberUtil::NO_PARSING_ERROR) return;
    std::string country;
    std::string national;
    std::string international;
    sink += util->IsValidNumber(number) ? 1 : 0;
    util->GetRegionCodeForNumber(number, &country);
    sink += static_cast<std::size_t>(util->GetNumberType(number));
    util->Format(number, PhoneNumberUtil::NATIONAL, &national);
    util->Format(number, PhoneNumberUtil::INTERNATIONAL, &international);
    sink += country.size() + national.size() + international.size();
  };
  const auto ours = [&](const std::string& text) {
    const auto number = data.plan().parse(text);
    if (!number) return;
    sink += data.plan().national_format(*number).size() +
            data.plan().international_format(*number).size() + number->is_valid();
  };
  // And all free fields as JSON: carrier, region and time zones too, which the other has not here.
  const auto whole = [&](const std::string& text) {
    const auto number = data.plan().parse(text);
    if (number) sink += describe(data, *number, Fields::free()).size();
  };
  std::vector<double> theirs;
  std::vector<double> own;
  std::vector<double> all;
  for (const auto& number : numbers) reference(number);  // it compiles its patterns at first use
  for (int i = 0; i < rounds; ++i) {
    theirs.push_back(nanoseconds_each(numbers, reference));
    own.push_back(nanoseconds_each(numbers, ours));
    all.push_back(nanoseconds_each(numbers, whole));
  }
  std::size_t same = 0;
  for (const auto& text : numbers) {
    i18n::phonenumbers::PhoneNumber number;
    std::string national;
    const bool parsed = util->Parse(text, "ZZ", &number) == PhoneNumberUtil::NO_PARSING_ERROR;
    const bool valid = parsed && util->IsValidNumber(number);
    if (valid) util->Format(number, PhoneNumberUtil::NATIONAL, &national);
    const auto judged = data.plan().parse(text);
    const bool agreed =
        judged->is_valid() == valid && (!valid || data.plan().national_format(*judged) == national);
    same += agreed ? 1 : 0;
  }
  const double agree = static_cast<double>(same) / static_cast<double>(numbers.size());
  fmt::print("50,000 numbers of 12 countries, median of {} rounds, one thread\n\n", rounds);
  fmt::print("libphonenumber: parse, validity, country, type, two formats   {:7.2f} us\n",
             median(theirs) / 1e3);
  fmt::print("CloudVNO: the same                                            {:7.2f} us\n",
             median(own) / 1e3);
  fmt::print("CloudVNO: all free fields, as JSON                            {:7.2f} us\n",
             median(all) / 1e3);
  fmt::print("The tables are read in {:.0f} ms; validity and format agree on {:.2f} %\n\n", load_ms,
             100 * agree);
  fmt::print(
      "libphonenumber_us={:.3f} plan_us={:.3f} lookup_us={:.3f} load_ms={:.1f} agree={:.4f}\n",
      median(theirs) / 1e3, median(own) / 1e3, median(all) / 1e3, load_ms, agree);
  return sink == 0 ? 1 : 0;
}
