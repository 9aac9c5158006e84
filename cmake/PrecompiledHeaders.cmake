# SPDX-License-Identifier: Apache-2.0
# Headers that take longer to read than most of our files, compiled once for the libraries that are made of many: a target
# says target_precompile_headers(... REUSE_FROM falco_headers), or falco_sinsp_headers where it uses libsinsp. Each file
# still includes what it uses; clang-tidy, which reads the files without this, keeps that true.
function(add_headers name)
	cmake_parse_arguments(arg "" "" "LIBS;HEADERS" ${ARGN})
	file(CONFIGURE OUTPUT headers/${name}.cpp CONTENT "")
	add_library(${name} OBJECT ${CMAKE_CURRENT_BINARY_DIR}/headers/${name}.cpp)
	target_link_libraries(${name} PRIVATE falco_flags nlohmann_json::nlohmann_json ${arg_LIBS})
	set_target_properties(${name} PROPERTIES CXX_VISIBILITY_PRESET hidden)
	target_precompile_headers(${name} PRIVATE <algorithm> <functional> <map> <memory> <nlohmann/json.hpp> <optional> <string>
		<unordered_map> <vector> ${arg_HEADERS})
endfunction()

add_headers(falco_headers)
add_headers(falco_sinsp_headers LIBS falcosecurity::sinsp HEADERS <libsinsp/filter.h> <libsinsp/sinsp.h>)
