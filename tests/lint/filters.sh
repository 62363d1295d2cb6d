#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every filter of filters.def has its file, and cases in which it says yes and in
# which it says no.  Every file of filters/ is in the list.
set -u
cd "$1" || exit 1
status=0

complain() {
	echo "$1"
	status=1
}

# Does any case of the folder have one of these verdicts?
has_verdict() {
	grep -lE "\"verdict\"[ 	]*:[ 	]*\"($2)\"" "tests/cases/$1"/*.json \
		>/dev/null 2>&1
}

names=$(sed -n 's/^FILTER(\([a-z_]*\)).*/\1/p' filters/filters.def)
[ -n "$names" ] || complain "filters.def lists no filter"
for name in $names; do
	[ -f "filters/$name.c" ] || complain "filters/$name.c is missing"
	if [ ! -d "tests/cases/$name" ]; then
		complain "$name has no cases in tests/cases/$name"
		continue
	fi
	has_verdict "$name" 'deny|rewrite' ||
		complain "$name has no case that it denies or rewrites"
	has_verdict "$name" pass || complain "$name has no case that passes"
done
for file in filters/*.c; do
	name=$(basename "$file" .c)
	echo "$names" | grep -qx "$name" ||
		complain "$file is not in filters.def"
done
[ "$(echo "$names" | sort | uniq -d)" = "" ] ||
	complain "filters.def names a filter twice"
exit $status
