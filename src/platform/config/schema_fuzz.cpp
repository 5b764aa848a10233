// Any bytes as a configuration file: problems or settings, never a crash.
#include "platform/config/schema.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace cloudvno::config;
  struct Row {
    std::string name;
  };
  std::int64_t port = 1;
  std::vector<std::string> list;
  std::vector<Row> rows;
  Schema schema;
  schema.section("http", "");
  schema.integer("port", port, 1, 65535, "");
  schema.texts("list", list, "", "");
  schema.rows<Row>("carrier", rows, "",
                   [](Schema& row, Row& each) { row.text("name", each.name, "", ""); });
  schema.read({reinterpret_cast<const char*>(data), size});
  return 0;
}
