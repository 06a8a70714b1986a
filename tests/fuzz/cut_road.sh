#!/bin/sh
# Captures that are cut, mixed, or read without memory, over the whole road: tests/fuzz/cut_road.sh CUT_ROAD brief|long.
# Brief takes about half a minute where CUT_ROAD is built with sanitizers. The last line adds up.
set -u
cd "$(dirname "$0")/../.." || exit 2
[ $# -eq 2 ] && [ -x "$1" ] || { echo "usage: tests/fuzz/cut_road.sh CUT_ROAD brief|long" >&2; exit 2; }
program=$1
case $2 in
brief) own=50 others=8 large=2 together=20 step=5 ;;
long) own=200 others=200 large=200 together=400 step=1 ;;
*) echo "cut_road.sh: neither brief nor long: $2" >&2; exit 2 ;;
esac
passed=0
failed=0

run() { # run MODE NUMBER FILE..
	said=$("$program" "$@" 2>&1)
	status=$?
	last=$(printf '%s\n' "$said" | grep -E '^[0-9]+ passed, [0-9]+ failed$' | tail -1)
	# A sanitizer's report comes behind the last line, or instead of it.
	if [ "$status" != 0 ] || [ -z "$last" ] || [ "$(printf '%s\n' "$said" | tail -1)" != "$last" ]; then
		printf '%s\n' "$said" | tail -60
		failed=$((failed + 1))
	fi
	passed=$((passed + $(echo "${last:-0 passed}" | sed 's/ passed.*//')))
	echo "$1 $2: ${last:-no last line}"
}

captures() { # captures FOLDER SIZE: those of that size, by find's measure
	[ ! -d "$1" ] || find "$1" -maxdepth 1 -type f -size "$2" ! -name '*.json' ! -name '*.md' ! -name '*.tsv' ! -name '*.py' | sort
}

small=$(captures ../shared/pcaps -65k)
big=$(captures ../shared/pcaps +64k)
[ -n "$small$big" ] || echo "skipped: ../shared/pcaps is not here"
run cut "$own" $(captures pcaps -100000k)
[ -z "$small" ] || run cut "$others" $small
[ -z "$big" ] || run cut "$large" $big
run together "$together" $(captures pcaps -100000k) $small $big
run memory "$step" pcaps/dsview-strangers.pcap pcaps/wdm-ftp-bounce.pcap
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
