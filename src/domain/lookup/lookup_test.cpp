// Patterns, plans, tables and the routes of number intelligence.
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "domain/accounts/accounts.hpp"
#include "domain/accounts/testing/test_account.hpp"
#include "domain/lookup/facts.hpp"
#include "domain/lookup/lookups_api.hpp"
#include "domain/lookup/numbering_plan_vectors.hpp"
#include "domain/lookup/risk.hpp"

namespace cloudvno::lookup {
namespace {

namespace json = boost::json;
using ::testing::HasSubstr;

const Data& data() {
  static const auto loaded = Data::load("").value();
  return *loaded;
}

bool matches(std::string_view pattern, std::string_view digits) {
  const auto compiled = Pattern::compile(pattern);
  EXPECT_TRUE(compiled) << pattern;
  return compiled && compiled->matches(digits);
}

TEST(Pattern, MatchesWhatItsWritingSays) {
  EXPECT_TRUE(matches("(?:1|[2-46])\\d{2,3}", "2345"));
  EXPECT_TRUE(matches("(?:1|[2-46])\\d{2,3}", "123"));
  EXPECT_FALSE(matches("(?:1|[2-46])\\d{2,3}", "5345"));
  EXPECT_FALSE(matches("(?:1|[2-46])\\d{2,3}", "12"));
  EXPECT_FALSE(matches("(?:1|[2-46])\\d{2,3}", "12345"));
  EXPECT_TRUE(matches("12?3", "13"));
  EXPECT_TRUE(matches("(?:12|1)23", "123"));  // the second branch, after the first failed
  EXPECT_FALSE(matches("", "1"));
}

TEST(Pattern, TakesGroupsOut) {
  const auto pattern = Pattern::compile("(?:0|90)(?:(1[245])(\\d{2,3}))?");
  ASSERT_TRUE(pattern);
  Pattern::Groups groups;
  ASSERT_TRUE(pattern->matches_begin("012345", groups));
  EXPECT_EQ(groups[0], "012345");
  EXPECT_EQ(groups[1], "12");
  EXPECT_EQ(groups[2], "345");
  ASSERT_TRUE(pattern->matches_begin("0999", groups));
  EXPECT_EQ(groups[0], "0");
  EXPECT_EQ(groups[1].data(), nullptr);
}

TEST(Pattern, RefusesWhatIsNone) {
  for (const auto* const text : {"[", "[]", "(", ")", "(1", "1)", "a", "\\w", "1{", "1{3,2}",
                                 "1{99}", "?", "[3-1]", "1**", "1+", "((((((((((1))))))))))"}) {
    EXPECT_FALSE(Pattern::compile(text)) << text;
  }
  std::string nested = "1";
  for (int i = 0; i < 200; ++i) nested = "(?:" + nested + "){9}";
  EXPECT_FALSE(Pattern::compile(nested));
}

TEST(NumberingPlan, ReadsNumbersAsTheReferenceDoes) {
  for (const auto& vector : number_vectors) {
    const auto number = data().plan().parse(vector.text);
    ASSERT_TRUE(number) << vector.text;
    EXPECT_TRUE(number->is_valid()) << vector.text;
    EXPECT_EQ(number->e164, vector.e164);
    EXPECT_EQ(line_type_name(number->type), vector.type) << vector.text;
    ASSERT_TRUE(number->region) << vector.text;
    EXPECT_EQ(number->region->country, vector.country) << vector.text;
    EXPECT_EQ(data().plan().national_format(*number), vector.national) << vector.text;
  }
}

TEST(NumberingPlan, TakesANumberHoweverItIsWritten) {
  const auto e164 = [](std::string_view text, std::string_view country = {}) {
    const auto number = data().plan().parse(text, country);
    return number ? number->e164 : "refused";
  };
  EXPECT_EQ(e164("+44 20 7946 0000"), "+442079460000");
  EXPECT_EQ(e164("+44 (0)20 7946 0000"), "+442079460000");
  EXPECT_EQ(e164("442079460000"), "+442079460000");
  EXPECT_EQ(e164("00442079460000"), "+442079460000");
  EXPECT_EQ(e164("020 7946 0000", "GB"), "+442079460000");
  EXPECT_EQ(e164("00 49 30 901820", "GB"), "+4930901820");
  EXPECT_EQ(e164("(415) 555-2671", "US"), "+14155552671");
  EXPECT_EQ(e164("1 415 555 2671", "US"), "+14155552671");
  EXPECT_EQ(e164("011 44 20 7946 0000", "US"), "+442079460000");
  EXPECT_EQ(e164("0236618300", "IT"), "+390236618300");  // the zero belongs to the number
  EXPECT_EQ(e164("011 15-2345-6789", "AR"), "+5491123456789");
}

TEST(NumberingPlan, SaysWhyANumberIsNone) {
  const auto fault = [](std::string_view text) {
    return fault_name(data().plan().parse(text).value().fault);
  };
  EXPECT_EQ(fault("+999123456"), "invalid_country_code");
  EXPECT_EQ(fault("+4420794"), "too_short");
  EXPECT_EQ(fault("+141555526711"), "too_long");
  EXPECT_EQ(fault("+11005552671"), "not_assigned");
  EXPECT_EQ(fault("+14155552671"), "");
}

TEST(NumberingPlan, RefusesWhatIsNoNumber) {
  for (const auto* const text :
       {"", "+", "12", "abc", "+1415555267a", "1+415", "++14155552671", "+٤٤٢٠", "+1;ext=5",
        "123456789012345678901", "                                             1415"}) {
    EXPECT_FALSE(data().plan().parse(text)) << text;
  }
  const auto unknown = data().plan().parse("4155552671", "ZZ");
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code, Errc::invalid_parameter);
}

TEST(PrefixTable, AnswersTheLongestPrefix) {
  const auto table =
      PrefixTable::read("date 2026-01-01\nsource test\nname A\nname B\na1 0\nb2+3 1\nb9 0\nc9 1\n");
  ASSERT_TRUE(table) << table.error().text;
  EXPECT_EQ(table->find("1115550100"), "A");
  EXPECT_EQ(table->find("1215550100"), "B");
  EXPECT_EQ(table->find("1515550100"), "B");
  EXPECT_EQ(table->find("1615550100"), "A");
  EXPECT_EQ(table->find("1985550100"), "A");
  EXPECT_EQ(table->find("1995550100"), "B");
  EXPECT_EQ(table->find("2"), "");
  EXPECT_EQ(table->find(""), "");
}

TEST(PrefixTable, RefusesWhatIsNotSound) {
  const std::string head = "date 2026-01-01\nsource test\nname A\n";
  for (const auto* const lines : {"a1 1\n", "a1\n", "b1 0\n", "a 0\n", "a1x 0\n", "a1+x 0\n",
                                  "a2 0\na1 0\n", "a1234567890123456 0\n", "\n"}) {
    EXPECT_FALSE(PrefixTable::read(head + lines)) << lines;
  }
  EXPECT_FALSE(PrefixTable::read("source test\n"));
  EXPECT_FALSE(PrefixTable::read("date 2026-13-01\nsource test\n"));
}

TEST(Data, KnowsCarriersRegionsAndZones) {
  const auto facts = [](std::string_view text) {
    return describe(data(), data().plan().parse(text).value(), Fields::free());
  };
  const auto london = facts("+442079460000");
  EXPECT_EQ(london.at("region").as_string(), "London");
  EXPECT_EQ(london.at("country").as_string(), "GB");
  EXPECT_EQ(london.at("time_zones").as_array().size(), 1u);
  EXPECT_EQ(london.at("time_zones").as_array()[0].as_string(), "Europe/London");
  EXPECT_TRUE(london.at("carrier").is_null());
  const auto mobile = facts("+447400123456");
  EXPECT_EQ(mobile.at("line_type").as_string(), "mobile");
  EXPECT_EQ(mobile.at("carrier").at("name").as_string(), "Three");
  EXPECT_EQ(facts("+14155552671").at("international_format").as_string(), "+1 415-555-2671");
  EXPECT_EQ(facts("+14155552671").at("national_format").as_string(), "(415) 555-2671");
}

TEST(Data, RefusesAFolderThatIsNotSound) {
  const storage::testing::TemporaryFolder folder;
  EXPECT_FALSE(Data::load(folder.path() + "/none"));
  ASSERT_TRUE(Data::load(folder.path()));  // nothing in it: the embedded tables
  std::FILE* file = std::fopen((folder.path() + "/plan.txt").c_str(), "w");
  std::fputs("date 2027-01-01\nsource x\nregion\tUS\n", file);
  std::fclose(file);
  const auto loaded = Data::load(folder.path());
  ASSERT_FALSE(loaded);
  EXPECT_THAT(loaded.error().text, HasSubstr("plan.txt: line 3"));
}

TEST(Risk, NamesItsReasons) {
  const auto score = [](std::string_view text) {
    return judge_number(data().plan().parse(text).value()).score;
  };
  EXPECT_EQ(score("+14155552671"), 0);
  EXPECT_EQ(score("+999123456"), 100);
  EXPECT_GE(score("+19005552671"), 75);   // premium rate
  EXPECT_GE(score("+881612345678"), 60);  // satellite
  const auto high = judge_number(data().plan().parse("+9613123456").value());
  EXPECT_EQ(high.score, 0);
  const auto cost = judge_number(data().plan().parse("+994501234567").value());
  ASSERT_EQ(cost.reasons.size(), 1u);
  EXPECT_EQ(cost.reasons[0].name, "high_cost_country");
}

class FakeRecords final : public Records {
 public:
  bool has(RecordKind kind) const override { return kind != RecordKind::caller_name; }
  net::Task<Result<Record>> find(RecordKind kind, PhoneNumber number) override {
    asked = number.e164();
    if (kind == RecordKind::sim_swap) co_return fail(Errc::not_found);
    Record record;
    record.ported = true;
    record.carrier = "Acme";
    co_return record;
  }
  std::string asked;
};

class LookupsTest : public ::testing::Test {
 protected:
  LookupsTest() { mount_lookups(api_, data(), &records_); }

  http::Response ask(std::string method, std::string path, const json::object& body = {},
                     bool live = false) {
    http::Request raw;
    raw.method = std::move(method);
    const auto mark = path.find('?');
    raw.path = path.substr(0, mark);
    if (mark != std::string::npos) raw.query = path.substr(mark + 1);
    raw.headers.add("Authorization", "Bearer " + (live ? test_.live_key : test_.test_key));
    if (raw.method == "POST") {
      raw.headers.add("Content-Type", "application/json");
      raw.body = json::serialize(body);
    }
    return db_.run(api_.handle(raw));
  }
  static std::string code(const http::Response& response) {
    return std::string(json::parse(response.body).at("error").at("code").as_string());
  }

  ManualClock clock_;
  vault::Vault vault_{vault::Key{7}};
  storage::testing::TestDatabase db_;
  accounts::testing::TestAccount test_ =
      accounts::testing::TestAccount::open(db_, vault_, clock_.now(), {"Test", false, false});
  accounts::Accounts accounts_{*db_, vault_, clock_};
  api::Api api_{*db_, clock_, accounts_, "https://host"};
  FakeRecords records_;
};

TEST_F(LookupsTest, AnswerHoweverTheNumberIsWritten) {
  for (const auto* const path :
       {"/v1/lookups/%2B14155552671", "/v1/lookups/+14155552671", "/v1/lookups/14155552671",
        "/v1/lookups/%2014155552671", "/v1/lookups/(415)%20555-2671?country=US"}) {
    const auto answer = ask("GET", path);
    ASSERT_EQ(answer.status, 200) << path << answer.body;
    EXPECT_EQ(json::parse(answer.body).at("phone_number").as_string(), "+14155552671");
  }
}

TEST_F(LookupsTest, AnswerTheFieldsThatWereAskedFor) {
  const auto answer = ask("GET", "/v1/lookups/+14155552671?fields=country,validity");
  const auto object = json::parse(answer.body).as_object();
  EXPECT_EQ(object.size(), 7u) << answer.body;
  EXPECT_TRUE(object.at("valid").as_bool());
  EXPECT_EQ(code(ask("GET", "/v1/lookups/+14155552671?fields=colour")), "invalid_parameter");
  EXPECT_EQ(code(ask("GET", "/v1/lookups/+14155552671?country=XX")), "invalid_parameter");
  EXPECT_EQ(code(ask("GET", "/v1/lookups/hello")), "invalid_phone_number");
}

TEST_F(LookupsTest, AskTheSourceForLiveKeysOnly) {
  const std::string path = "/v1/lookups/+14155552671?fields=portability,sim_swap,caller_name";
  const auto test = json::parse(ask("GET", path).body);
  EXPECT_EQ(test.at("portability").at("status").as_string(), "unavailable");
  EXPECT_TRUE(records_.asked.empty());
  const auto live = json::parse(ask("GET", path, {}, true).body);
  EXPECT_EQ(live.at("portability").at("carrier").as_string(), "Acme");
  EXPECT_EQ(live.at("sim_swap").at("status").as_string(), "unknown");
  EXPECT_EQ(live.at("caller_name").at("status").as_string(), "unavailable");
  EXPECT_EQ(records_.asked, "+14155552671");
}

TEST_F(LookupsTest, AnswerAThousandInTheOrderInWhichTheyCame) {
  json::array numbers;
  for (int i = 0; i < 1'000; ++i)
    numbers.emplace_back(i == 500 ? "no" : fmt::format("+1415555{:04}", i));
  const auto answer = ask("POST", "/v1/lookups", {{"numbers", numbers}});
  ASSERT_EQ(answer.status, 200) << answer.body;
  const auto rows = json::parse(answer.body).at("data").as_array();
  ASSERT_EQ(rows.size(), 1'000u);
  EXPECT_EQ(rows[0].at("phone_number").as_string(), "+14155550000");
  EXPECT_EQ(rows[500].at("error").at("code").as_string(), "invalid_phone_number");
  EXPECT_EQ(rows[999].at("phone_number").as_string(), "+14155550999");
  numbers.emplace_back("+14155550000");
  EXPECT_EQ(ask("POST", "/v1/lookups", {{"numbers", numbers}}).status, 400);
  EXPECT_EQ(code(ask("POST", "/v1/lookups", json::object())), "missing_parameter");
  EXPECT_EQ(
      code(ask("POST", "/v1/lookups", {{"numbers", {"+14155550000"}}, {"fields", "sim_swap"}})),
      "invalid_parameter");
}

}  // namespace
}  // namespace cloudvno::lookup
