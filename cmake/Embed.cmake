# Embeds files into the program: embed(NAME DIR PATTERN) makes a library NAME with
#   namespace cloudvno::embedded { std::span<const File> NAME(); }   (src/base/embedded.hpp)
function(embed name dir)
  file(GLOB_RECURSE files CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${dir}/*)
  set(out ${CMAKE_BINARY_DIR}/embedded/${name}.cpp)
  # A file that is renamed or gone leaves the others as old as they are: the list itself is watched too.
  file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/embedded/${name}.list CONTENT "${files}" @ONLY)
  add_custom_command(OUTPUT ${out}
    COMMAND python3 ${CMAKE_SOURCE_DIR}/tools/embed.py ${name} ${CMAKE_SOURCE_DIR}/${dir} ${out}
    DEPENDS ${files} ${CMAKE_BINARY_DIR}/embedded/${name}.list ${CMAKE_SOURCE_DIR}/tools/embed.py VERBATIM)
  add_library(embedded_${name} STATIC ${out})
  target_link_libraries(embedded_${name} PUBLIC cloudvno_options)
endfunction()
