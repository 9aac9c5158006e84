# SPDX-License-Identifier: Apache-2.0
# Everything third-party, found once. What is not a Debian package is what scripts/setup.sh built.
find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
find_package(Boost 1.74 REQUIRED COMPONENTS filesystem system)
find_package(yaml-cpp REQUIRED)
find_package(nlohmann_json 3.9 REQUIRED)
find_package(spdlog REQUIRED)
find_package(CLI11 REQUIRED)
pkg_check_modules(SYSTEMD REQUIRED IMPORTED_TARGET libsystemd)
pkg_check_modules(RDKAFKA REQUIRED IMPORTED_TARGET rdkafka)
pkg_check_modules(CAP_NG REQUIRED IMPORTED_TARGET libcap-ng)
find_path(VALIJSON_INCLUDE valijson/validator.hpp REQUIRED)

if(NOT FALCO_LIBS_PREFIX)
	execute_process(COMMAND ${PROJECT_SOURCE_DIR}/scripts/setup.sh --prefix
		OUTPUT_VARIABLE FALCO_LIBS_PREFIX OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
endif()
if(NOT EXISTS ${FALCO_LIBS_PREFIX}/lib/libsinsp.so)
	message(FATAL_ERROR "falcosecurity-libs is not in ${FALCO_LIBS_PREFIX}: run scripts/setup.sh first")
endif()

# libsinsp's own .pc files name a library that does not exist (-llbpf), so the target is written here.
find_path(JSONCPP_INCLUDE json/json.h PATH_SUFFIXES jsoncpp REQUIRED)
add_library(falcosecurity::sinsp SHARED IMPORTED)
set_target_properties(falcosecurity::sinsp PROPERTIES
	IMPORTED_LOCATION ${FALCO_LIBS_PREFIX}/lib/libsinsp.so
	INTERFACE_INCLUDE_DIRECTORIES "${FALCO_LIBS_PREFIX}/include/falcosecurity;${JSONCPP_INCLUDE}"
	INTERFACE_LINK_LIBRARIES "${FALCO_LIBS_PREFIX}/lib/libscap.so;jsoncpp;re2;tbb;Threads::Threads")
file(STRINGS ${FALCO_LIBS_PREFIX}/lib/pkgconfig/libsinsp.pc FALCO_SINSP_VERSION REGEX "^Version: ")
string(REPLACE "Version: " "" FALCO_SINSP_VERSION "${FALCO_SINSP_VERSION}")

# The libraries travel with an installed tree, beside the plugins.
file(GLOB FALCO_LIBS_FILES ${FALCO_LIBS_PREFIX}/lib/libs*.so* ${FALCO_LIBS_PREFIX}/lib/libpman.so*
	${FALCO_LIBS_PREFIX}/lib/libbpf.so*)
install(FILES ${FALCO_LIBS_FILES} DESTINATION ${CMAKE_INSTALL_LIBDIR}/falco)
