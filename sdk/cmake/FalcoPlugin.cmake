# SPDX-License-Identifier: Apache-2.0
#
# add_falco_plugin(NAME SOURCE... [CHECK_CONFIG JSON]) - one falco plugin as a loadable module.
#
# Sets what the plugin rules ask for: hidden symbols with falco_plugin_entry as the only export, no undefined symbols,
# no "lib" in front of the name. The file is put into FALCO_PLUGIN_OUTPUT_DIR when that is set (default: the binary
# directory), and installed into FALCO_PLUGIN_INSTALL_DIR (default: lib/falco/plugins). When testing is on and the
# falco program is known as FALCO_PROGRAM (or as the target `falco`), `falco plugin check` on the result is a test,
# with the configuration CHECK_CONFIG for its instances (default: the schema's defaults).
set(_falco_plugin_cmake_dir ${CMAKE_CURRENT_LIST_DIR})

function(add_falco_plugin name)
	cmake_parse_arguments(arg "" "CHECK_CONFIG" "" ${ARGN})
	add_library(${name} MODULE ${arg_UNPARSED_ARGUMENTS})
	target_link_libraries(${name} PRIVATE falco::sdk)
	get_property(languages GLOBAL PROPERTY ENABLED_LANGUAGES)
	if(CXX IN_LIST languages)
		target_compile_features(${name} PRIVATE cxx_std_17)
	endif()
	set_target_properties(${name} PROPERTIES PREFIX "" C_VISIBILITY_PRESET hidden CXX_VISIBILITY_PRESET hidden
		LINK_DEPENDS ${_falco_plugin_cmake_dir}/plugin.map)
	target_link_options(${name} PRIVATE -Wl,--version-script=${_falco_plugin_cmake_dir}/plugin.map)
	if(NOT FALCO_SANITIZE)
		target_link_options(${name} PRIVATE -Wl,-z,defs) # a sanitizer's runtime is only in the program
	endif()
	if(FALCO_PLUGIN_OUTPUT_DIR)
		set_target_properties(${name} PROPERTIES LIBRARY_OUTPUT_DIRECTORY ${FALCO_PLUGIN_OUTPUT_DIR})
	endif()
	set(destination ${FALCO_PLUGIN_INSTALL_DIR})
	if(NOT destination)
		set(destination lib/falco/plugins)
	endif()
	install(TARGETS ${name} LIBRARY DESTINATION ${destination})

	if(TARGET falco)
		set(program $<TARGET_FILE:falco>)
	else()
		set(program ${FALCO_PROGRAM})
	endif()
	if(program AND (BUILD_TESTING OR FALCO_TESTS))
		set(config)
		if(arg_CHECK_CONFIG)
			set(config --config ${arg_CHECK_CONFIG})
		endif()
		add_test(NAME plugin-check.${name} COMMAND ${program} plugin check $<TARGET_FILE:${name}> ${config})
	endif()
endfunction()
