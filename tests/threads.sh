#!/bin/sh
# Any number of threads observes the same: row by row on many small captures, each by itself, all together, and with
# open flows carried over; and the program's own outputs on two loads that are large enough for threads by themselves.
set -u
cd "$(dirname "$0")/.." || exit 2
tools=${TOOLS:-build/release/tools}
program=${PROGRAM:-build/tapaudit}
work=${WORK:-build/test/threads}
mkdir -p "$work"
passed=0
failed=0

count() { # the last line of a run of thread_runs
	good=$(tail -1 "$1" | sed -n 's/^\([0-9]*\) passed, .*/\1/p')
	bad=$(tail -1 "$1" | sed -n 's/.* passed, \([0-9]*\) failed$/\1/p')
	passed=$((passed + ${good:-0}))
	failed=$((failed + ${bad:-1}))
	[ "${bad:-1}" = 0 ] || cat "$1"
}

same() { # a run of the program with one thread and with two: SAME ARGUMENTS..
	for jobs in 1 2; do
		SOURCE_DATE_EPOCH=1 "$program" "$@" -j "$jobs" >"$work/out-$jobs" 2>"$work/err-$jobs"
		echo "exit status $?" >>"$work/err-$jobs"
	done
	if cmp -s "$work/out-1" "$work/out-2" && cmp -s "$work/err-1" "$work/err-2"; then
		passed=$((passed + 1))
	else
		echo "FAIL one and two threads differ: $*"
		failed=$((failed + 1))
	fi
}

again() { # one command three times, where memory is short: what ends early is no matter of chance
	for run in 1 2 3; do
		SOURCE_DATE_EPOCH=1 "$program" "$@" >"$work/out-$run" 2>"$work/err-$run"
	done
	if grep -q 'ended early' "$work/out-1" && cmp -s "$work/out-1" "$work/out-2" && cmp -s "$work/out-1" "$work/out-3"; then
		passed=$((passed + 1))
	else
		echo "FAIL three runs differ: $*"
		failed=$((failed + 1))
	fi
}

set -- pcaps/*.pcap*
for file in ../shared/pcaps/*; do
	[ ! -f "$file" ] || set -- "$@" "$file"
done
"$tools/thread_runs" -m -c "$@" >"$work/log" 2>&1
count "$work/log"
"$tools/thread_runs" -j 2 -m -v -F "not port 53" "$@" >"$work/log" 2>&1
count "$work/log"

for kind in small flood; do
	[ -s "$work/$kind.pcap" ] || "$tools/make_load" -n 40000 -f 3000 -s 1 "$kind" "$work/$kind.pcap"
	"$tools/thread_runs" "$work/$kind.pcap" >"$work/log" 2>&1
	count "$work/log"
	same audit -s pcaps/dsview.site.json -f json -o - "$work/$kind.pcap"
	same audit -s pcaps/dsview.site.json -f html -o - "$work/$kind.pcap"
	same discover -o - "$work/$kind.pcap"
	same flows "$work/$kind.pcap"
	same flows --unsorted "$work/$kind.pcap"
done
same audit -s pcaps/dsview.site.json -f json -o - "$work/small.pcap" "$work/flood.pcap" pcaps

[ -s "$work/pressure.pcap" ] || "$tools/make_load" -n 400000 -f 150000 -s 1 small "$work/pressure.pcap"
for jobs in 1 2; do
	again audit -s pcaps/dsview.site.json --memory 16M -j "$jobs" -o - "$work/pressure.pcap"
done

# Trains of fragments are held back by all workers and told by one.
[ -s "$work/fragments.pcap" ] || "$tools/make_flood" -n 100000 fragments >"$work/fragments.pcap"
for jobs in 1 2; do
	"$program" audit -q -s pcaps/dsview.site.json --memory 32M -f json -j "$jobs" -o - "$work/fragments.pcap" |
		sed -n 's/^ *"forgotten": \([0-9]*\),*$/\1/p' >"$work/forgotten-$jobs"
done
one=$(cat "$work/forgotten-1") two=$(cat "$work/forgotten-2")
if [ "${one:-0}" -gt 1000 ] && [ "${two:-0}" -ge "$one" ] && [ "$two" -lt $((one + one / 2)) ]; then
	passed=$((passed + 1))
else
	echo "FAIL forgotten with one thread ${one:-nothing}, with two ${two:-nothing}"
	failed=$((failed + 1))
fi

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
