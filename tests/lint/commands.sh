#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The command line: what is wrong with it is said, with what was meant, and the
# exit status; a reload tells each problem in a line of its own.
set -u
program=$2/sockwarden
work=$(mktemp -d)
server=
finish() {
	[ -z "$server" ] || kill -9 "$server" 2>/dev/null
	rm -rf "$work"
}
trap finish EXIT
status=0

complain() {
	echo "$1"
	status=1
}

# says STATUS TEXT ARGUMENT...: the program ends so, and says that, somewhere.
says() {
	wanted=$1
	text=$2
	shift 2
	"$program" "$@" </dev/null >"$work/out" 2>&1
	is=$?
	[ $is = "$wanted" ] || complain "$*: exit status $is, not $wanted"
	grep -qF -e "$text" "$work/out" || {
		complain "$*: does not say: $text"
		cat "$work/out"
	}
}

# says_not TEXT: of the last command.
says_not() {
	if grep -q -e "$1" "$work/out"; then
		complain "it says: $1"
	fi
}

cat >"$work/good.yaml" <<END
upstream: unix://$work/none.sock
listeners:
  - {name: here, address: "unix://$work/here.sock"}
identities:
  - {match: {listener: here, uid: 7}, team: a, tier: mine}
  - {match: {uid: 8}, team: b, tier: observer}
tiers:
  mine:
    extends: ci
    filters:
      calls: {allow+: [system.info]}
      mounts: {symlinks: follow}
  same: {extends: ci}
  bare: {filters: {calls: {allow: [system.info]}}, unlisted: "off"}
END

# --- which command -------------------------------------------------------------
says 2 'usage' run
says 2 'unknown command "frob"' frob
says_not 'did you mean'
says 2 'did you mean "check"?' chekc
says 2 'unknown option "--verson"; did you mean "--version"?' --verson
says 0 'systemd:NAME' --help
for command in run check explain test why learn diff tiers filters calls import; do
	"$program" $command --help >"$work/out" 2>"$work/err" ||
		complain "$command --help: fails"
	[ -s "$work/err" ] && complain "$command --help: complains"
	grep -q "^usage: sockwarden $command" "$work/out" ||
		complain "$command --help: no usage"
done
says 0 'ci ' tiers
says_not ' $'
says 2 '"x" is too much' tiers x
says 2 '"x" is too much' filters x
says 2 'unknown option "x"' calls x
says 2 'FORMAT is missing' import
says 2 'unknown FORMAT "x"' import x
says 2 'FILE is missing' import cetusguard
says 2 '"-x" is too much' import tecnativa -x
says 2 'No such file' import tecnativa /nonexistent
says 2 '--tier takes one NAME' calls --tier
says 2 '--tier nope: no such tier; there are admin, ci' calls --tier nope

# --- run -----------------------------------------------------------------------
says 0 'systemd:NAME' run --help
says 2 '--config FILE is missing, or --tier' run
says 2 '--listen ADDRESS is missing' run --tier ci
says 2 '--tier NAME is missing' run --listen unix:///s
says 2 'no other option' run --config x --tier ci
says 2 'no other option' run --config x --group users
says 2 '"x" is too much' run --config x x
says 2 '--tier nope: no such tier' run --tier nope --listen unix:///s
says 2 'are for --listen unix' run --tier ci --listen tcp://127.0.0.1:1 --mode 0600
says 2 'belong together' run --tier ci --listen tcp://127.0.0.1:1 --tls-key x
says 1 '--mode: want octal text' run --tier ci --listen unix:///s --mode 666
says 1 '--listen: want a port' run --tier ci --listen tcp://127.0.0.1:99999
says 1 '--listen: TCP beyond' run --tier ci --listen tcp://8.8.8.8:1
says 1 '--upstream: want unix' run --tier ci --listen unix:///s --upstream x
says 1 'there is no group "n-o"' run --tier ci --group n-o \
	--listen "unix://$work/s" --audit "$work/audit"

# --- explain -------------------------------------------------------------------
as() {
	wanted=$1 text=$2
	shift 2
	says "$wanted" "$text" explain --config "$work/good.yaml" "$@"
}
says 2 '--config FILE or --tier NAME is missing' explain 'GET /info'
says 2 'METHOD /TARGET' explain --tier ci
says 2 'METHOD /TARGET' explain --tier ci /info
says 2 '--as goes with --config' explain --tier ci --as uid=1 'GET /info'
says 2 '--tier nope: no such tier' explain --tier nope 'GET /info'
as 2 '--as KEY=VALUE is missing' 'GET /info'
as 2 '--team goes with --tier' --as uid=7 --team a 'GET /info'
as 2 'uid: want a number, not "bob"' --as uid=bob 'GET /info'
as 2 'want KEY=VALUE' --as uid 'GET /info'
as 2 'unknown key "listner"; did you mean "listener"?' --as listner=here 'GET /info'
as 1 'caller: {"uid": 9, "transport": "unix"}' --as uid=9 'GET /info'
as 0 'tier: mine' --as listener=here --as uid=7 'GET /info'
fact() {
	wanted=$1 text=$2
	says "$wanted" "$text" explain --tier ci --fact "$3" 'GET /_ping'
}
fact 2 'foo: there is no such fact' foo=bar
fact 2 'want true or false' daemon.userns_remap=yes
fact 2 'want absent, or a JSON object' 'container:web={"Id": "47'
fact 2 'want absent, or a JSON object' 'container:web=[]'
fact 2 'want plain, symlink' path:/srv=link
fact 2 'want the path of a socket' listener.socket=s
for sound in daemon.userns_remap=false container:web=absent path:/srv=plain \
	'volume:v={"Name": "v"}' listener.socket=/s; do
	fact 0 'verdict: pass' "$sound"
done

# --- learn, diff ---------------------------------------------------------------
says 2 'AUDIT is missing' learn
says 2 'No such file' learn "$work/none"
says 2 '--tier nope: no such tier' learn --extends nope /dev/null
says 1 'there is nothing to learn from' learn /dev/null
says 1 'lines that are no records: ' learn "$work/good.yaml"
says 2 'want two policies' diff ci
says 2 '"x" is too much' diff ci developer x
says 2 '--tier and --as do not go together' diff ci ci --tier a --as uid=1
says 2 '--as: want KEY=VALUE' diff ci ci --as uid
says 2 'no such tier' diff ci nope
says 2 'No such file' diff ci "$work/none.yaml"
says 2 'there is no tier "other"' diff ci "$work/good.yaml" --tier other
says 2 'No such file' diff ci ci --replay "$work/none"
says 0 '0 calls judged the same, 0 differently' diff ci ci --replay /dev/null
says 1 '+ "container.pause"' diff ci developer
says 1 '+ "system.info"' diff ci "$work/good.yaml" --as listener=here --as uid=7
says 1 '"setting": "calls.allow"' diff --json ci developer
says 1 'tier bare: only in' diff ci "$work/good.yaml"

# --- check ---------------------------------------------------------------------
says 2 'FILE is missing' check
says 2 'want one FILE' check a b
says 2 'No such file' check "$work/none.yaml"
says 0 'Records go to standard output;' check "$work/good.yaml"
grep -A 3 '^  mine:' "$work/out" | tr '\n' ' ' >"$work/mine"
grep -q 'as tier ci of the program, but for *calls: allow+=\["system.info"\] *mounts: symlinks=follow $' \
	"$work/mine" || complain "check: tier mine is $(cat "$work/mine")"
grep -A 1 '^  same:' "$work/out" | grep -q 'as tier ci of the program$' ||
	complain 'check: tier same differs'
grep -A 1 '^  observer:' "$work/out" | grep -q 'as it comes with the program$' ||
	complain 'check: tier observer is another'
grep -A 2 '^  bare$' "$work/out" | grep -q '^      calls: allow=\["system.info"\]$' ||
	complain 'check: tier bare'

# --- run: flags that become a socket, and a reload -------------------------------
# begin ARGUMENT...: until it says that it is ready.  Its log is descriptor 3;
# the watchdog only bounds a failure.
begin() {
	rm -f "$work/log"
	mkfifo "$work/log"
	"$program" run "$@" >/dev/null 2>"$work/log" &
	server=$!
	exec 3<"$work/log"
	(
		sleep 60 &
		nap=$!
		trap 'kill $nap' TERM
		wait $nap && kill -9 $server
	) 3<&- >/dev/null 2>&1 &
	watchdog=$!
	until_said ready
}

# until_said TEXT: what is said until then is in $work/said.
until_said() {
	: >"$work/said"
	while read -r line <&3; do
		echo "$line" >>"$work/said"
		case $line in *"$1"*) return ;; esac
	done
	complain "it never says: $1"
	cat "$work/said"
}

end() {
	kill $server
	wait $server || complain "run: exit status $?"
	server=
	kill $watchdog
	exec 3<&-
}

begin --tier ci --listen "unix://$work/s" --mode 0640 --group "$(id -gn)" \
	--upstream "unix://$work/none"
[ "$(stat -c '%a %G' "$work/s")" = "640 $(id -gn)" ] ||
	complain "--mode, --group: the socket is $(stat -c '%a %G' "$work/s")"
end
begin --tier ci --listen "unix://$work/s" --upstream "unix://$work/none"
[ "$(stat -c %a "$work/s")" = 660 ] || complain 'without --mode it is not 0660'
end

cp "$work/good.yaml" "$work/live.yaml"
begin --config "$work/live.yaml"
{
	echo 'upsteam: x'
	echo 'listeners:'
	for i in $(seq 40); do
		echo "  - {nam$i: x}"
	done
} >"$work/live.yaml"
kill -HUP $server
until_said 'not reloaded'
grep -q 'error: .*live.yaml:1:1: upsteam: unknown key' "$work/said" ||
	complain 'reload: the first problem is not there'
grep -q 'error: .*listeners\[39\].nam40: unknown key' "$work/said" ||
	complain 'reload: the last problem is not there'
grep -q '\\x0a' "$work/said" && complain 'reload: problems in one line'
end
exit $status
