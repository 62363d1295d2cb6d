#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every configuration that we show loads: those in conf/ as they are, but for
# certificates, of which the test has its own.
set -eu
source=$1
program=$2/sockwarden
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 \
	-subj /CN=test -keyout "$work/key.pem" -out "$work/cert.pem" 2>/dev/null


status=0
for file in "$source"/conf/*.yaml "$source"/conf/examples/*.yaml; do
	sed -e "s,/etc/sockwarden/[a-z-]*key.pem,$work/key.pem," \
		-e "s,/etc/sockwarden/[a-z-]*.pem,$work/cert.pem," \
		"$file" >"$work/shown.yaml"
	"$program" check "$work/shown.yaml" >"$work/out" 2>&1 || {
		echo "$file:"
		cat "$work/out"
		status=1
	}
done
exit $status
