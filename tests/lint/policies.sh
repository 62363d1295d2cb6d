#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The policy tests that we ship pass, and there are some for every tier.
set -u
source=$1
program=$2/sockwarden
status=0
cd "$source" || exit 1
for preset in conf/presets/*.yaml; do
	tests=conf/tests/${preset##*/}
	[ -f "$tests" ] || {
		echo "$preset: there is no $tests"
		status=1
	}
done
said=$("$program" test conf/tests/*.yaml 2>&1) || {
	echo "$said" | grep -v '^ok '
	status=1
}
exit $status
