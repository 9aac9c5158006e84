# SPDX-License-Identifier: Apache-2.0
# Fills in the service files and puts them into the tree. FALCO_PREFIX: where falco is installed; FALCO_SUBDIRS: its
# folders for programs, configuration and documents, below that or absolute; FALCO_SOURCE: this folder.
list(GET FALCO_SUBDIRS 0 FALCO_BIN)
list(GET FALCO_SUBDIRS 1 FALCO_ETC)
list(GET FALCO_SUBDIRS 2 FALCO_DOC)
foreach(folder FALCO_BIN FALCO_ETC FALCO_DOC)
	if(NOT IS_ABSOLUTE "${${folder}}")
		set(${folder} "${FALCO_PREFIX}/${${folder}}")
	endif()
endforeach()

function(fill input output)
	configure_file("${FALCO_SOURCE}/${input}" "$ENV{DESTDIR}${output}" @ONLY ${ARGN})
	message(STATUS "Installing: $ENV{DESTDIR}${output}")
endfunction()
fill(falco.service.in "${FALCO_PREFIX}/lib/systemd/system/falco.service")
fill(default.in "${FALCO_ETC}/default/falco")
fill(logrotate.in "${FALCO_ETC}/logrotate.d/falco")
fill(falco.init.in "${FALCO_ETC}/init.d/falco" FILE_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ
	GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
