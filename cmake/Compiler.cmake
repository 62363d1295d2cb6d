# The two flag sets every target takes: strict warnings, hardened code.
include(CheckCCompilerFlag)

add_library(strict INTERFACE)
target_compile_features(strict INTERFACE c_std_11)
target_compile_definitions(strict INTERFACE _GNU_SOURCE)
target_compile_options(strict INTERFACE -Wall -Wextra -Wpedantic -Wshadow
	-Wconversion -Wsign-conversion -Wformat=2 -Wwrite-strings -Wcast-qual
	-Wcast-align -Wpointer-arith -Wundef -Wvla -Wswitch-enum
	-Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition
	-Wimplicit-fallthrough -Wnull-dereference -Wunused-result
	# Texts for people are cut to fit, on purpose.
	-Wno-format-truncation)
if(CMAKE_C_COMPILER_ID STREQUAL "GNU")
	target_compile_options(strict INTERFACE -Wlogical-op -Wduplicated-cond
		-Wduplicated-branches -Wtrampolines -Walloca
		-Wmissing-attributes -Wsuggest-attribute=format)
endif()

add_library(hardened INTERFACE)
if(SOCKWARDEN_FUZZ)
	if(NOT CMAKE_C_COMPILER_ID STREQUAL "Clang")
		message(FATAL_ERROR "SOCKWARDEN_FUZZ wants CMAKE_C_COMPILER=clang-14")
	endif()
	set(SANITIZE ON)
	target_compile_options(strict INTERFACE -Wno-unknown-warning-option)
	target_compile_options(hardened INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(SANITIZE)
	target_compile_options(hardened INTERFACE -fsanitize=address,undefined
		-fno-omit-frame-pointer -fno-sanitize-recover=undefined)
	target_link_options(hardened INTERFACE -fsanitize=address,undefined)
else()
	target_compile_options(hardened INTERFACE -U_FORTIFY_SOURCE
		$<$<NOT:$<CONFIG:Debug>>:-D_FORTIFY_SOURCE=2>
		-fstack-protector-strong -fno-delete-null-pointer-checks
		-fno-strict-overflow -fno-common -fPIE)
	foreach(flag -fstack-clash-protection -fcf-protection=full
			-ftrivial-auto-var-init=zero)
		string(MAKE_C_IDENTIFIER "HAS${flag}" has)
		check_c_compiler_flag(${flag} ${has})
		if(${has})
			target_compile_options(hardened INTERFACE ${flag})
		endif()
	endforeach()
	target_link_options(hardened INTERFACE -pie -Wl,-z,relro,-z,now
		-Wl,-z,noexecstack -Wl,-z,separate-code -Wl,--as-needed)
endif()
if(COVERAGE)
	target_compile_options(hardened INTERFACE --coverage -O0)
	target_link_options(hardened INTERFACE --coverage)
endif()
