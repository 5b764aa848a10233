// The generated documentation is what the program would print.
#include "app/reference.hpp"

#include "base/embedded.hpp"

namespace cloudvno::app {
namespace {

std::string doc(std::string_view path) {
  for (const auto& file : embedded::docs()) {
    if (file.path == path) return std::string(file.data);
  }
  return {};
}

TEST(Reference, OfErrorsIsWhatTheDocsHold) {
  EXPECT_EQ(doc("errors.md"), error_reference())
      << "run: cloudvno reference errors > docs/errors.md";
}

TEST(Reference, OfConfigurationIsWhatTheDocsHold) {
  EXPECT_EQ(doc("configuration.md"), configuration_reference())
      << "run: cloudvno reference configuration > docs/configuration.md";
}

TEST(Reference, HasASectionForEachCode) {
  EXPECT_NE(error_page().find("<section id=\"from_number_not_owned\">"), std::string::npos);
}

}  // namespace
}  // namespace cloudvno::app
