#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What decides has no sockets, clock, files, log or globals: filters/ and
# include/ see the C library and jansson alone, by their includes and by what
# the linker still wants.  One file knows each foreign library.
set -u
source=$1
build=$2
status=0
cd "$source" || exit 1

complain() {
	echo "$1"
	status=1
}

# --- includes ----------------------------------------------------------------
# included QUOTE FOLDER...: "file header" of each that is included so.
included() {
	quote=$1
	shift
	grep -rE --include='*.[ch]' "^#[ 	]*include[ 	]*$quote" "$@" |
		sed "s/^\([^:]*\):[^$quote]*$quote\([^\">]*\).*/\1 \2/"
}

allowed='ctype.h errno.h fnmatch.h inttypes.h jansson.h limits.h stdarg.h
	stdbool.h stddef.h stdint.h stdio.h stdlib.h string.h strings.h
	arpa/inet.h'
allowed=$(echo $allowed)
while read -r file header; do
	case " $allowed " in
	*" $header "*) ;;
	*) complain "$file: <$header> is not for what decides" ;;
	esac
done <<-END
$(included '<' filters include)
END
while read -r file header; do
	[ -f "include/$header" ] || [ -f "filters/$header" ] ||
		complain "$file: \"$header\" is not of filters/ or include/"
done <<-END
$(included '"' filters include)
END
grep -rnE --include='*.h' '^#[ 	]*include[ 	]*"(core|schema)/' include &&
	complain "what is public may not need what is inside"

# only PATTERN FILE...: headers of that name are for these alone.
only() {
	pattern=$1
	shift
	for file in $(grep -rlE "^#[ 	]*include[ 	]*<$pattern" \
		filters include proxy); do
		case " $* " in
		*" $file "*) ;;
		*) complain "$file: <$pattern...> is for $* alone" ;;
		esac
	done
}
only 'http_parser' proxy/http/second_opinion.c
only 'openssl/' proxy/net/tls.c proxy/net/certificate.c proxy/net/certificate.h \
	proxy/net/pem.c proxy/pki/authority.c
only 'archive' proxy/sieve/sieve.c
only 'seccomp' proxy/sieve/sandbox.c proxy/syscalls.c
only 'pcre2' proxy/import/pattern.c
only 'zlib' proxy/audit_log.c
only 'yaml' proxy/config/yaml.c
only 'event2/|<event' $(find proxy/net proxy/commands -name '*.[ch]')

# --- what the linker wants ----------------------------------------------------
if [ -f "$build/libfilters.a" ]; then
	forbidden='socket|connect|bind|listen|accept|accept4|send|recv|poll|select
		epoll_.*|open|open64|openat|creat|fopen|fopen64|freopen|fread|fgets
		read|write|pread|pwrite|unlink|rename|stat|lstat|fstat|access|opendir
		readdir|time|clock_gettime|gettimeofday|localtime.*|gmtime.*|sleep
		usleep|nanosleep|alarm|printf|__printf_chk|puts|putchar|perror
		stdout|stderr|stdin|syslog|fork|exec[lv].*|fexecve|system|popen|getenv|secure_getenv
		setenv|rand|random|getrandom|pthread_.*|dlopen|getaddrinfo
		gethostby.*|SSL_.*|event_.*|evbuffer_.*|json_load_file|json_dump_file'
	forbidden=$(echo $forbidden | tr ' ' '|')
	wanted=$(nm -u "$build/libfilters.a" 2>/dev/null |
		sed -n 's/^ *U \([A-Za-z_0-9]*\).*/\1/p' | sort -u |
		grep -xE "$forbidden")
	[ -z "$wanted" ] || complain "libfilters.a wants: $(echo $wanted)"
	# Writable data would be state that judgements share.
	state=$(nm "$build/libfilters.a" 2>/dev/null |
		awk '$2 ~ /^[bBdDC]$/ && $3 !~ /^(__|_?asan|\.)/ {print $3}' |
		grep -vE '^(DW\.|.*\.asan)' | sort -u)
	# Tables of pointers are made read-only once they are relocated (.data.rel.ro),
	# which nm shows as "d" too; ask objdump for those that are really writable.
	if [ -n "$state" ] && command -v objdump >/dev/null; then
		state=$(objdump -t "$build/libfilters.a" 2>/dev/null |
			awk '$0 ~ / O / && ($0 ~ /\.data[ 	]/ || $0 ~ /\.bss/) {print $NF}' |
			grep -v asan | sort -u)
	fi
	[ -z "$state" ] || complain "filters hold state: $(echo $state)"
fi

# --- the proxy's parts ---------------------------------------------------------
# HTTP is text in and text out: no loop, no sockets.
grep -nE '^#[ 	]*include[ 	]*("net/|<sys/socket|<event2)' proxy/http/*.[ch] &&
	complain "proxy/http/ reads and writes text alone"
exit $status
