#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every example has policy tests, which say what its application may do and what
# nobody may; they come out as expected.  Of certificates the test has its own.
set -eu
source=$1
program=$2/sockwarden
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
status=0

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 \
	-subj /CN=test -keyout "$work/key.pem" -out "$work/cert.pem" 2>/dev/null
cp -r "$source/conf/examples" "$work"
sed -i -e "s,/etc/sockwarden/[a-z-]*key.pem,$work/key.pem," \
	-e "s,/etc/sockwarden/[a-z-]*.pem,$work/cert.pem," "$work"/examples/*.yaml

for example in "$work"/examples/*.yaml; do
	tests=$work/examples/tests/${example##*/}
	for expected in '\(allow\|rewrite\)' deny; do
		grep -q "expect: $expected" "$tests" || {
			echo "${example##*/}: no test has expect: $expected"
			status=1
		}
	done
done
"$program" test "$work"/examples/tests/*.yaml >"$work/out" 2>&1 || {
	grep -v '^ok ' "$work/out"
	status=1
}
exit $status
