# A room is one folder under src/: one static library, one test program, one line in CMakeLists.txt.
#
#   room(domain/messaging DEPS base platform/storage LIBS pugixml::pugixml)
#
# DEPS are the rooms that its files may include; LIBS are outside libraries. From a folder the function takes
#   *.cpp            into the library        (target domain_messaging)
#   testing/*.cpp    into a library of fakes (target domain_messaging_testing), for other rooms' tests
#   *_test.cpp       into the test program   (target domain_messaging_test, also a ctest)
#   *_fuzz.cpp       one fuzz target each, where CLOUDVNO_FUZZ is on
# tools/arrows.py reads the same lines and refuses an include that they do not allow.

find_package(GTest REQUIRED)
find_package(Threads REQUIRED)

# One precompiled header for all rooms and one for all tests: a file then costs what it says itself.
function(_precompiled name header)
  file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/${name}.cpp CONTENT "" @ONLY)
  add_library(${name} OBJECT ${CMAKE_BINARY_DIR}/${name}.cpp)
  target_link_libraries(${name} PUBLIC cloudvno_options ${ARGN})
  target_precompile_headers(${name} PRIVATE ${CMAKE_SOURCE_DIR}/cmake/${header})
endfunction()

_precompiled(pch_room pch_room.hpp)
_precompiled(pch_test pch_test.hpp GTest::gmock)

function(room path)
  cmake_parse_arguments(ROOM "" "" "DEPS;LIBS;TEST_DEPS" ${ARGN})
  string(REPLACE "/" "_" name ${path})
  set(dir ${CMAKE_SOURCE_DIR}/src/${path})

  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${dir}/*.cpp)
  set(tests ${sources})
  set(fuzzers ${sources})
  set(fakes ${sources})
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
  list(FILTER fuzzers INCLUDE REGEX "_fuzz\\.cpp$")
  list(FILTER fakes INCLUDE REGEX "/testing/")
  list(FILTER fakes EXCLUDE REGEX "_(test|fuzz)\\.cpp$")
  list(FILTER sources EXCLUDE REGEX "(_test|_fuzz)\\.cpp$|/testing/")

  set(links "")
  foreach(dep ${ROOM_DEPS})
    string(REPLACE "/" "_" dep_name ${dep})
    list(APPEND links ${dep_name})
  endforeach()

  if(sources)
    add_library(${name} STATIC ${sources})
    set(scope PUBLIC)
    target_precompile_headers(${name} REUSE_FROM pch_room)
  else()
    add_library(${name} INTERFACE)
    set(scope INTERFACE)
  endif()
  target_link_libraries(${name} ${scope} cloudvno_options ${links} ${ROOM_LIBS})

  set(test_links ${name} GTest::gmock_main)
  if(fakes)
    add_library(${name}_testing STATIC ${fakes})
    target_precompile_headers(${name}_testing REUSE_FROM pch_test)
    target_link_libraries(${name}_testing PUBLIC ${name} GTest::gmock)
    list(APPEND test_links ${name}_testing)
  endif()
  foreach(dep ${ROOM_DEPS} ${ROOM_TEST_DEPS})
    string(REPLACE "/" "_" dep_name ${dep})
    if(TARGET ${dep_name}_testing)
      list(APPEND test_links ${dep_name}_testing)
    endif()
  endforeach()
  foreach(dep ${ROOM_TEST_DEPS})
    string(REPLACE "/" "_" dep_name ${dep})
    list(APPEND test_links ${dep_name})
  endforeach()

  if(tests AND BUILD_TESTING)
    add_executable(${name}_test ${tests})
    target_precompile_headers(${name}_test REUSE_FROM pch_test)
    target_link_libraries(${name}_test PRIVATE ${test_links})
    add_test(NAME ${path} COMMAND ${name}_test --gtest_brief=1)
    set_tests_properties(${path} PROPERTIES TIMEOUT 300)
    # The tests of a room that knows the store run on its second engine too.
    if("platform/storage" IN_LIST ROOM_DEPS OR "platform/storage" IN_LIST ROOM_TEST_DEPS OR
       path STREQUAL "platform/storage")
      add_test(NAME ${path}/postgres COMMAND ${name}_test --gtest_brief=1 --gtest_filter=-Sqlite*)
      set_tests_properties(${path}/postgres PROPERTIES TIMEOUT 300
        ENVIRONMENT CLOUDVNO_TEST_ENGINE=postgres)
    endif()
  endif()

  if(CLOUDVNO_FUZZ)
    foreach(source ${fuzzers})
      get_filename_component(fuzzer ${source} NAME_WE)
      add_executable(${fuzzer} ${source})
      target_link_libraries(${fuzzer} PRIVATE ${name} -fsanitize=fuzzer)
      if(fakes)
        target_link_libraries(${fuzzer} PRIVATE ${name}_testing)
      endif()
    endforeach()
  endif()
endfunction()
