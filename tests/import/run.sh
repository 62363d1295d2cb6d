#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What is imported of other proxies.  Each FORMAT-ABOUT.* here gives the
# configuration in expected/FORMAT-ABOUT.yaml, which loads, and tells what is in
# its comments; each in wrong/ gives none, but what is in expected/wrong/.
# With `run.sh SOURCE BUILD update` these are made anew, to be looked at.
set -u
source=$1
program=$2/sockwarden
update=${3:-}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
status=0
cd "$source/tests/import" || exit 1
# The log's folder, of which each configuration has a warning, is a test's own.
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 \
	-subj /CN=test -addext keyUsage=critical,keyCertSign,cRLSign -keyout "$work/key.pem" -out "$work/cert.pem" 2>/dev/null

begin() {
	name=$(basename "$1")
	name=${name%.*}
	case $name in
	twistlock-authz-*) format=twistlock-authz ;;
	*) format=${name%%-*} ;;
	esac
	failed=
	"$program" import "$format" "$1" >"$work/out" 2>"$work/err"
	is=$?
}

complain() {
	failed=yes
	echo "$name: $1"
}

end() {
	if [ -n "$failed" ]; then
		echo "[  FAILED  ] import_$name"
		status=1
	else
		echo "[       OK ] import_$name"
	fi
}

# same WANTED IS
same() {
	[ -z "$update" ] || cp "$2" "$1"
	diff -u "$1" "$2" || complain "not as expected"
}

loads() {
	sed -e "s,/etc/sockwarden/[a-z-]*key.pem,$work/key.pem," \
		-e "s,/etc/sockwarden/[a-z-]*.pem,$work/cert.pem," \
		-e "s,/var/log/sockwarden,$work," "$work/out" >"$work/made.yaml"
	"$program" check "$work/made.yaml" >"$work/said" 2>&1 ||
		complain "the configuration does not load"
	grep -E '(error|warning)' "$work/said" && complain "check complains"
}

# Every note is in the comments, too.
tells() {
	sed -n 's/^note: //p' "$work/err" | tr -s ' ' | sort >"$work/notes"
	awk '/^# - / {if (text) print text; text = substr($0, 5); next}
		/^#   / {text = text substr($0, 4); next}
		{if (text) print text; text = ""}' "$work/out" |
		sort >"$work/comments"
	diff "$work/notes" "$work/comments" || complain "notes and comments"
}

for file in tecnativa-* linuxserver-* twistlock-authz-* cetusguard-*; do
	begin "$file"
	[ $is -eq 0 ] || complain "exit status $is"
	same "expected/$name.yaml" "$work/out"
	loads
	tells
	end
done
for file in wrong/*; do
	begin "$file"
	[ $is -eq 1 ] || complain "exit status $is"
	[ -s "$work/out" ] && complain "it prints a configuration"
	same "expected/wrong/$name" "$work/err"
	end
done

name=process
failed=
env -i CONTAINERS=1 LANG=C HOME=/ "$program" import tecnativa >"$work/out" 2>&1
grep -q '^          - container.list' "$work/out" || complain "no container.list"
grep -q LANG "$work/out" && complain "it speaks of other programs' variables"
end
"$source/tests/import/agrees.py" "$program" || status=1
exit $status
