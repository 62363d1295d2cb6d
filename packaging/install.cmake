# SPDX-License-Identifier: Apache-2.0
# Of installing, what depends on the prefix, which may be another than that of
# configuring (cmake --install --prefix).  CMakeLists.txt sets SOURCE_DIR,
# BINARY_DIR, and BIN_DIR and CONF_DIR, which may be relative to the prefix.
get_filename_component(bin "${BIN_DIR}" ABSOLUTE
	BASE_DIR "${CMAKE_INSTALL_PREFIX}")
get_filename_component(conf "${CONF_DIR}" ABSOLUTE
	BASE_DIR "${CMAKE_INSTALL_PREFIX}")

set(SOCKWARDEN_BIN "${bin}/sockwarden")
set(SOCKWARDEN_CONFIG "${conf}/sockwarden.yaml")
configure_file("${SOURCE_DIR}/packaging/systemd/sockwarden.service.in"
	"${BINARY_DIR}/sockwarden.service" @ONLY)
file(INSTALL "${BINARY_DIR}/sockwarden.service"
	DESTINATION "${CMAKE_INSTALL_PREFIX}/lib/systemd/system")

# What editors complete a configuration by; the first line of ours names it.
execute_process(COMMAND "${BINARY_DIR}/sockwarden" schema
	OUTPUT_FILE "${BINARY_DIR}/schema.json" RESULT_VARIABLE failed)
if(failed)
	message(FATAL_ERROR "sockwarden schema: ${failed}")
endif()
file(INSTALL "${BINARY_DIR}/schema.json"
	DESTINATION "${CMAKE_INSTALL_PREFIX}/share/sockwarden")

# A configuration that is there is the administrator's.
if(EXISTS "$ENV{DESTDIR}${SOCKWARDEN_CONFIG}")
	message(STATUS "Kept: $ENV{DESTDIR}${SOCKWARDEN_CONFIG}")
else()
	file(INSTALL "${SOURCE_DIR}/conf/sockwarden.yaml" DESTINATION "${conf}")
endif()
