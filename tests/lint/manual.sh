#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The manual is well-formed and says what the program has, no more and no less:
# the options of each command, the keys of the configuration with their
# defaults, the filters with their settings.
set -u
source=$1
build=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
status=0
cd "$source" || exit 1
pages=packaging/man

complain() {
	echo "$1"
	status=1
}

# same WHAT A B: the two files hold the same lines; an empty one is a mistake.
same() {
	[ -s "$2" ] || complain "$1: nothing was found to compare"
	diff -u "$2" "$3" || complain "$1: the program (-), the manual (+)"
}

# --- form --------------------------------------------------------------------
if command -v mandoc >/dev/null; then
	mandoc -T lint -W warning $pages/*.[1-9] || status=1
else
	echo "mandoc is not installed: the form was not checked"
fi

# --- commands and their options ------------------------------------------------
# "run --config", one a line; a command without options is a line of its own.
"$build/sockwarden" --help | awk '
	/^  sockwarden [a-z]/ {
		print $2
		while (match($0, /--[a-z-]+/)) {
			print $2, substr($0, RSTART, RLENGTH)
			$0 = $1 " " $2 " " substr($0, RSTART + RLENGTH)
		}
	}' | sort -u >"$work/help"
awk '
	/^\.S[hs] / {command = $1 == ".Ss" ? $2 : ""}
	/^\.Ss / {print command}
	/^\.It Fl -/ && command != "" {
		for (i = 2; i < NF; i++)
			if ($i == "Fl") print command, "-" $(i + 1)
	}' $pages/sockwarden.8 | sort -u >"$work/page"
same "commands and options in sockwarden.8" "$work/help" "$work/page"

# --- keys of the configuration -------------------------------------------------
# "path default", from the rows: the struct says below which key a row stands.
tr '\n\t' '  ' <proxy/config/settings.c >"$work/rows"
cat filters/core/tier.c filters/core/tier_bind.c | tr '\n\t' '  ' >>"$work/rows"
awk -v RS='SETTING_' -v FS=' *, *' '
	BEGIN {
		below["config_members"] = ""
		below["listener_members"] = "listeners[]."
		below["rule_members"] = "identities[]."
		below["tls_settings"] = "listeners[].tls."
		below["config_audit"] = "audit."
		below["log_members"] = "log."
		below["timeouts"] = "timeouts."
		below["config_limits"] = "limits."
		below["tier_members"] = "tiers.NAME."
		below["action_member"] = "tiers.NAME.filters.FILTER."
		# Which argument is the default.
		at["STRING"] = at["STRINGS"] = 3
		at["ENUM"] = 4
		at["INT"] = at["BYTES"] = at["SECONDS"] = 5
	}
	/^[A-Z]+\( *struct/ {
		type = $1
		sub(/\(.*/, "", type)
		group = $1
		sub(/.*struct /, "", group)
		if (!(group in below)) {
			print "rows of struct " group ": below which key?"
			next
		}
		preset = type in at ? $at[type] : "NULL"
		gsub(/["\\]/, "", preset)
		# Sections that only hold keys of their own have no item.
		if (type != "SECTION" || group == "listener_members")
			print below[group] $2, preset == "NULL" ? "" : preset
	}' "$work/rows" >"$work/known"
# These are not rows.
{
	echo 'tiers.NAME.extends '
	echo 'tiers.NAME.filters '
	sed -n 's/^    {"\([A-Za-z0-9_]*\)", AT_.*/identities[].match.\1 /p' \
		filters/core/identity.c
} >>"$work/known"
sort "$work/known" >"$work/keys"
awk '
	function flush() {if (key != "") print key, preset; key = preset = ""}
	/^\.Sh FILTERS/ {exit}
	/^\.It Cm / {flush(); key = $3}
	/^Default: .*\.$/ {preset = substr($0, 10, length($0) - 10)}
	END {flush()}' $pages/sockwarden.yaml.5 | sort >"$work/items"
same "keys and defaults in sockwarden.yaml.5" "$work/keys" "$work/items"

# --- filters -------------------------------------------------------------------
"$build/sockwarden" filters | awk -f $pages/filters.awk >"$work/filters"
sed -n '/^\.\\" BEGIN /,/^\.\\" END /p' $pages/sockwarden.yaml.5 |
	sed '1d;$d' >"$work/settings"
same "filters in sockwarden.yaml.5 ($pages/update mends it)" "$work/filters" \
	"$work/settings"
exit $status
