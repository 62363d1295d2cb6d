#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# clang-format 14 decides about layout.  Another version would decide otherwise.
set -u
cd "$1" || exit 1
tool=$(command -v clang-format-14 || command -v clang-format)
if [ -z "$tool" ] || ! "$tool" --version | grep -q 'version 14\.'; then
	echo "clang-format 14 is not installed: layout was not checked"
	exit 0
fi
find filters include proxy tests -name '*.[ch]' -print0 |
	xargs -0 "$tool" --dry-run --Werror
