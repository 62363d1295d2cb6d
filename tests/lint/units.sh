#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The systemd units are sound and tight, and hide nothing that the program has
# to see: it looks for links in the paths that the engine will mount.
set -u
source=$1
build=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
status=0
cd "$source" || exit 1
service=packaging/systemd/sockwarden.service.in
socket=packaging/systemd/sockwarden.socket
# systemd-analyze's exposure in tenths: 100 is none of its advice taken.
most=30

complain() {
	echo "$1"
	status=1
}

# --- what it must see ----------------------------------------------------------
# Each of these replaces or hides a part of the file system.
for key in InaccessiblePaths PrivateDevices PrivateTmp PrivateUsers ProcSubset \
	ProtectKernelLogs ProtectKernelModules ProtectProc RootDirectory \
	RootImage TemporaryFileSystem; do
	grep -q "^$key=" "$service" && complain "$service: $key= must stay off"
done
grep -qx 'ProtectHome=read-only' "$service" ||
	complain "$service: want ProtectHome=read-only, which hides nothing"

# --- what calls need to end ------------------------------------------------------
drain=$(sed -n 's/^  drain: \([0-9]*\)s.*/\1/p' conf/sockwarden.yaml)
stop=$(sed -n 's/^TimeoutStopSec=\([0-9]*\)s$/\1/p' "$service")
if [ -z "$drain" ] || [ "${stop:-0}" -le "$drain" ]; then
	complain "$service: TimeoutStopSec must be more than timeouts.drain"
fi

# --- what systemd says -----------------------------------------------------------
if ! command -v systemd-analyze >/dev/null; then
	echo "systemd is not installed: its view was not asked for"
	exit $status
fi
sed -e "s,@SOCKWARDEN_BIN@,$build/sockwarden,g" \
	-e "s,@SOCKWARDEN_CONFIG@,$source/conf/sockwarden.yaml,g" \
	"$service" >"$work/sockwarden.service"
cp "$socket" "$work"
grep -n '@[A-Z_]*@' "$work/sockwarden.service" &&
	complain "$service: CMake has no such variable"
# It complains with status 0 about keys that it does not know.
said=$(systemd-analyze verify --man=no "$work/sockwarden.service" \
	"$work/sockwarden.socket" 2>&1) || status=1
[ -z "$said" ] || complain "$said"
# Before release 250 it asks a running systemd alone.
systemd-analyze --help | grep -q -e '--offline' || exit $status
systemd-analyze security --offline=true --no-pager --threshold=$most \
	"$work/sockwarden.service" >"$work/security" 2>&1 || {
	cat "$work/security"
	complain "$service: more exposed than $most"
}
exit $status
