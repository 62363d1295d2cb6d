#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every header compiles alone, and twice.
set -u
source=$1
compiler=${CC:-cc}
status=0
cd "$source" || exit 1
for header in $(find include filters proxy -name '*.h'); do
	printf '#include "%s"\n#include "%s"\nint alone;\n' \
		"$source/$header" "$source/$header" |
		"$compiler" -std=c11 -D_GNU_SOURCE -fsyntax-only -Wall -Werror \
			-Wno-unused-const-variable -Wno-unused-function \
			-Wno-unused-variable \
			-DSOCKWARDEN_VERSION='"0"' -iquote include \
			-iquote filters -iquote proxy -Iinclude -x c - || {
		echo "$header does not compile alone"
		status=1
	}
done
exit $status
