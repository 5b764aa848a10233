// Becoming the data folder's owner.
#include "app/data_owner.hpp"

#include <fmt/format.h>
#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

namespace cloudvno::app {

Result<> become_owner_of(const std::string& folder) {
  struct stat status{};
  if (::geteuid() != 0 || ::stat(folder.c_str(), &status) != 0 || status.st_uid == 0) return {};
  const passwd* user = ::getpwuid(status.st_uid);
  const bool became =
      (user ? ::initgroups(user->pw_name, status.st_gid) == 0 : ::setgroups(0, nullptr) == 0) &&
      ::setgid(status.st_gid) == 0 && ::setuid(status.st_uid) == 0;
  if (became) return {};
  return fail(Errc::internal_error,
              fmt::format("cannot become user {}, who owns {}: run this as that user",
                          status.st_uid, folder));
}

}  // namespace cloudvno::app
