# SPDX-License-Identifier: Apache-2.0

# room(NAME [USES other rooms and libraries...])
# A room is one folder of src/: every .cc in it that is not a test makes the library
# `reflash-NAME`, every *_test.cc the test program `NAME-test`. What a room may use stands in
# docs/architecture.md; tools/check_layers.py reads the includes and holds them to it.
# All libraries of rooms are listed in the global property REFLASH_ROOMS.
function(room name)
  cmake_parse_arguments(ROOM "" "" "USES" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${name}/*.cc)
  set(tests ${sources})
  list(FILTER sources EXCLUDE REGEX "_test\\.cc$")
  list(FILTER sources EXCLUDE REGEX "/main\\.cc$")
  list(FILTER tests INCLUDE REGEX "_test\\.cc$")

  if(NOT sources)
    return()
  endif()
  add_library(reflash-${name} STATIC ${sources})
  target_include_directories(reflash-${name} PUBLIC ${CMAKE_SOURCE_DIR}/src)
  target_link_libraries(reflash-${name} PUBLIC ${ROOM_USES})
  set_property(GLOBAL APPEND PROPERTY REFLASH_ROOMS reflash-${name})

  if(tests)
    add_executable(${name}-test ${tests})
    target_link_libraries(${name}-test PRIVATE reflash-${name} GTest::gmock GTest::gtest_main
                          rapidcheck)
    gtest_discover_tests(${name}-test TEST_PREFIX "${name}: " DISCOVERY_TIMEOUT 60)
  endif()
endfunction()
