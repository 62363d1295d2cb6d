#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Functions that we do not use, because each has let somebody down.
set -u
cd "$1" || exit 1
words='strcpy|strcat|stpcpy|sprintf|vsprintf|strtok|atoi|atol|atoll|gets|alloca
	strdupa|sleep|usleep|scanf|sscanf|tmpnam|mktemp|rand|srand|setjmp|longjmp
	inet_addr|inet_ntoa|gethostbyname'
words=$(echo $words | tr ' ' '|')
status=0
# Comments and strings may name them.
found=$(find filters include proxy -name '*.[ch]' | while read -r file; do
	sed -e 's,/\*.*\*/,,' -e 's,"[^"]*","",g' "$file" |
		awk -v file="$file" '/\/\*/ {c = 1}
			{if (!c) print file ":" NR ":" $0} /\*\// {c = 0}'
done | grep -E "[^A-Za-z0-9_.>]($words) *\(")
if [ -n "$found" ]; then
	echo "$found"
	status=1
fi
# An open question is an issue, not a mark in the source.
if grep -rnwE 'XXX|FIXME|TODO' filters include proxy --include='*.[ch]'; then
	status=1
fi
# Every source says its licence in its first line.
for file in $(find filters include proxy tests -name '*.[ch]'); do
	head -n 1 "$file" | grep -q 'SPDX-License-Identifier: Apache-2.0' || {
		echo "$file: the first line must name the licence"
		status=1
	}
done
exit $status
