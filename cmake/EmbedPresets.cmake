# Each conf/presets/NAME.yaml becomes a C string, so that the tiers we ship
# are there without a file to install.  Order: by name.
file(GLOB PRESET_FILES CONFIGURE_DEPENDS conf/presets/*.yaml)
set(PRESETS_C "${CMAKE_BINARY_DIR}/presets.c")
set(text "#include \"config/presets.h\"\n\nconst struct preset presets[] = {\n")
foreach(file ${PRESET_FILES})
	set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${file}")
	get_filename_component(name "${file}" NAME_WE)
	file(READ "${file}" hex HEX)
	string(REGEX REPLACE "([0-9a-f][0-9a-f])" "\\\\x\\1\"\"" bytes "${hex}")
	string(APPEND text "\t{\"${name}\",\n\t\"${bytes}\"},\n")
endforeach()
string(APPEND text "\t{0},\n};\n")
file(CONFIGURE OUTPUT "${PRESETS_C}" CONTENT "${text}" @ONLY)
set_source_files_properties("${PRESETS_C}" PROPERTIES COMPILE_OPTIONS
	"-Wno-overlength-strings;-Wno-missing-field-initializers")
