// Settings as data: reading, the words of its errors, and the default file.
#include "platform/config/schema.hpp"

namespace cloudvno::config {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct Carrier {
  std::string name;
  std::int64_t window = 10;
};

struct Settings {
  std::int64_t port = 8443;
  bool enabled = true;
  std::string level = "info";
  std::vector<std::string> ranges;
  std::vector<Carrier> carriers;
};

Schema describe(Settings& settings) {
  Schema schema;
  schema.section("http", "The HTTP API.");
  schema.integer("port", settings.port, 1, 65535, "Port of HTTPS.");
  schema.boolean("enabled", settings.enabled, "Whether it listens.");
  schema.word("level", settings.level, {"info", "debug"}, "How much is said.");
  schema.texts("ranges", settings.ranges, "Ranges.", "10.0.0.0/8");
  schema.rows<Carrier>("carrier", settings.carriers, "A carrier.",
                       [](Schema& row, Carrier& carrier) {
                         row.text("name", carrier.name, "Its name.", "acme");
                         row.integer("window", carrier.window, 1, 1000, "Its window.");
                       });
  return schema;
}

TEST(Schema, ReadsWhatItDescribes) {
  Settings settings;
  const auto problems = describe(settings).read(
      "[http]\nport = 80\nlevel = 'debug'\nranges = ['a', 'b']\n[[carrier]]\nname = "
      "'one'\n[[carrier]]\nwindow = 7\n");
  EXPECT_THAT(problems, IsEmpty());
  EXPECT_EQ(settings.port, 80);
  EXPECT_EQ(settings.level, "debug");
  EXPECT_THAT(settings.ranges, ElementsAre("a", "b"));
  ASSERT_EQ(settings.carriers.size(), 2u);
  EXPECT_EQ(settings.carriers[0].name, "one");
  EXPECT_EQ(settings.carriers[0].window, 10);
  EXPECT_EQ(settings.carriers[1].window, 7);
}

TEST(Schema, NamesTheLineOfAValueThatACheckRefuses) {
  std::string url;
  Schema schema;
  schema.section("http", "");
  schema.text("url", url, "", "https://a.example");
  schema.check([&] { return url == "x" ? "it is no URL" : ""; });
  const auto problems = schema.read("[http]\nurl = 'x'\n");
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_EQ(problems[0].line, 2);
  EXPECT_EQ(problems[0].text, "`http.url`: it is no URL, for example: url = \"https://a.example\"");
  EXPECT_THAT(schema.read("[http]\nurl = 'y'\n"), IsEmpty());
}

TEST(Schema, NamesLineRangeAndExampleOfEveryFault) {
  Settings settings;
  const auto problems =
      describe(settings).read("[http]\nport = 70000\nspeed = 1\n\n[[carrier]]\nwindow = 'x'\n");
  ASSERT_EQ(problems.size(), 3u);
  EXPECT_EQ(problems[0].line, 2);
  EXPECT_EQ(problems[0].text,
            "`http.port` must be a whole number from 1 to 65535, for example: port = 8443");
  EXPECT_EQ(problems[1].line, 3);
  EXPECT_EQ(problems[1].text, "there is no setting `http.speed`");
  EXPECT_EQ(problems[2].line, 6);
}

TEST(Schema, SaysWhereTheFileIsNoToml) {
  Settings settings;
  const auto problems = describe(settings).read("[http]\nport = = 3\n");
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_EQ(problems[0].line, 2);
  EXPECT_THAT(problems[0].text, HasSubstr("not valid TOML"));
}

TEST(Schema, ItsDefaultFileReadsBackAsTheDefaults) {
  Settings settings;
  const auto schema = describe(settings);
  EXPECT_THAT(schema.read(schema.default_file()), IsEmpty());
  std::string uncommented;
  for (const char c : schema.default_file()) uncommented += c;
  EXPECT_THAT(uncommented, HasSubstr("#port = 8443"));
  EXPECT_THAT(schema.reference(),
              HasSubstr("| `port` | whole number from 1 to 65535 | `8443` | Port of HTTPS. |"));
}

}  // namespace
}  // namespace cloudvno::config
