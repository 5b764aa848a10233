# Compiler, warnings, sanitizers and hardening, as one interface target (cloudvno_options) that every room links.
add_library(cloudvno_flags INTERFACE)
target_include_directories(cloudvno_flags INTERFACE ${CMAKE_SOURCE_DIR}/src)
target_compile_features(cloudvno_flags INTERFACE cxx_std_23)
target_compile_options(cloudvno_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wimplicit-fallthrough -Wunused -Werror
  -fno-omit-frame-pointer -Xclang -fno-pch-timestamp)
target_compile_definitions(cloudvno_flags INTERFACE
  BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED
  BOOST_ASIO_DISABLE_VISIBILITY SPDLOG_COMPILED_LIB SPDLOG_FMT_EXTERNAL FMT_ENFORCE_COMPILE_STRING=0)
target_link_options(cloudvno_flags INTERFACE -fuse-ld=lld)
target_link_libraries(cloudvno_flags INTERFACE fmt::fmt Boost::json Threads::Threads)

set(CLOUDVNO_SANITIZE "" CACHE STRING "address,undefined or thread")
option(CLOUDVNO_FUZZ "build the fuzz targets (libFuzzer)" OFF)
option(CLOUDVNO_HARDENED "release hardening flags" OFF)

if(CLOUDVNO_SANITIZE)
  target_compile_options(cloudvno_flags INTERFACE -fsanitize=${CLOUDVNO_SANITIZE} -fno-sanitize-recover=all)
  target_link_options(cloudvno_flags INTERFACE -fsanitize=${CLOUDVNO_SANITIZE})
endif()
if(CLOUDVNO_FUZZ)
  target_compile_options(cloudvno_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(CLOUDVNO_HARDENED)
  # OpenSSF compiler hardening guide, the set that clang 19 accepts.
  target_compile_options(cloudvno_flags INTERFACE
    -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3 -D_GLIBCXX_ASSERTIONS -fstack-protector-strong
    -fstack-clash-protection -fcf-protection=full -ftrivial-auto-var-init=zero
    -fzero-call-used-regs=used-gpr -fstrict-flex-arrays=3 -fPIE -Werror=format-security)
  target_link_options(cloudvno_flags INTERFACE
    -pie -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack)
endif()

# Asio and Beast compiled once (their "separate compilation").
add_library(asio_separate STATIC ${CMAKE_SOURCE_DIR}/cmake/asio_separate.cpp)
target_link_libraries(asio_separate PUBLIC cloudvno_flags OpenSSL::SSL)
add_library(cloudvno_options INTERFACE)
target_link_libraries(cloudvno_options INTERFACE cloudvno_flags asio_separate)
