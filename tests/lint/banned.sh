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
found=$(find filters include proxy -name '*.[ch]' -exec awk '
	FNR == 1 {c = 0}
	{gsub(/\/\*.*\*\//, ""); gsub(/"[^"]*"/, "\"\"")}
	/\/\*/ {c = 1}
	!c {print FILENAME ":" FNR ":" $0}
	/\*\// {c = 0}' {} + |
	grep -E "[^A-Za-z0-9_.>]($words) *\(")
if [ -n "$found" ]; then
	echo "$found"
	status=1
fi
# An open question is an issue, not a mark in the source.
if grep -rnwE 'XXX|FIXME|TODO' filters include proxy --include='*.[ch]'; then
	status=1
fi
# Every source says its licence in its first line.
unlicensed=$(find filters include proxy tests -name '*.[ch]' -exec awk '
	BEGIN {
		for (i = 1; i < ARGC; i++) {
			line = ""
			getline line <ARGV[i]
			close(ARGV[i])
			if (line !~ /SPDX-License-Identifier: Apache-2\.0/)
				print ARGV[i]
		}
	}' {} +)
for file in $unlicensed; do
	echo "$file: the first line must name the licence"
	status=1
done
exit $status
