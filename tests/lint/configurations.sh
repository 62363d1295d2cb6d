#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every configuration that we show loads: as it is, and that in conf/ with the
# keys that are commented out, too; but for certificates, of which the test has
# its own.
set -eu
source=$1
program=$2/sockwarden
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 \
	-subj /CN=test -addext keyUsage=keyCertSign \
	-keyout "$work/key.pem" -out "$work/cert.pem" 2>/dev/null
mkdir "$work/lists"
echo 'docker.io/library/busybox' >"$work/lists/images.txt"

# "# user: x" at the left edge, "#   owner: root" in its place in a list.
uncomment() {
	sed -E -e 's/^# ([a-z_]+:.*)$/\1/' -e 's/^#( *- .*| {2,}[^ ].*)$/ \1/' "$1"
}

with_certificates() {
	sed -e "s,/etc/sockwarden/[a-z-]*key.pem,$work/key.pem," \
		-e "s,/etc/sockwarden/[a-z-]*.pem,$work/cert.pem,"
}

status=0
loads() {
	"$program" check "$work/shown.yaml" >"$work/out" 2>&1 || {
		echo "$1:"
		cat "$work/out"
		status=1
	}
}

for file in "$source"/conf/*.yaml "$source"/conf/examples/*.yaml; do
	with_certificates <"$file" >"$work/shown.yaml"
	loads "$file"
	# What is commented out in an example may be of another program.
	case $file in */examples/*) continue ;; esac
	uncomment "$file" | with_certificates >"$work/shown.yaml"
	loads "$file with all its keys"
done
exit $status
