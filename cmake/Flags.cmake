# SPDX-License-Identifier: Apache-2.0
# Warnings, hardening and sanitizers, as one interface target that every target of ours links.
add_library(falco_flags INTERFACE)
target_compile_options(falco_flags INTERFACE -Wall -Wextra -Wshadow -Wconversion -Werror)
target_link_options(falco_flags INTERFACE -Wl,-z,relro,-z,now)

if(FALCO_SANITIZE)
	target_compile_options(falco_flags INTERFACE -fsanitize=${FALCO_SANITIZE} -fno-omit-frame-pointer
		-fno-sanitize-recover=all)
	target_link_options(falco_flags INTERFACE -fsanitize=${FALCO_SANITIZE})
	if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
		# With the sanitizers' instrumentation GCC 12 takes std::regex's own members for uninitialised.
		target_compile_options(falco_flags INTERFACE -Wno-maybe-uninitialized)
	endif()
elseif(CMAKE_BUILD_TYPE STREQUAL Release)
	target_compile_options(falco_flags INTERFACE -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2 -fstack-protector-strong
		-fstack-clash-protection)
endif()
