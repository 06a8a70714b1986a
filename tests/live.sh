#!/bin/sh
# The live sensor on veth pairs, each test in a network namespace of its own that goes with it: tests/live.sh [NAME..].
# Skipped with a word where namespaces are not permitted. LIVE_SEC: length of the run with steady memory (60).
set -u
cd "$(dirname "$0")/.." || exit 2
if ! unshare -n true 2>/dev/null || ! unshare -n ip link add va type veth peer name vb 2>/dev/null; then
	echo "skipped: making network namespaces and veth pairs is not permitted here"
	echo "0 passed, 0 failed"
	exit 0
fi
for tool in tcpdump setpriv python3; do
	command -v $tool >/dev/null || { echo "FAIL $tool is not here (.ci/setup test installs it)"; echo "0 passed, 1 failed"; exit 1; }
done
W=$PWD/build/test/live
mkdir -p "$W"

if [ "${1-}" = one ]; then
	rm -rf "${W:?}/$2"
	mkdir -p "$W/$2"
	start=$(date +%s)
	if unshare -n -m python3 tests/live_tests.py "$2" "$W/$2" >"$W/$2/log" 2>&1; then
		echo "ok   $2 ($(($(date +%s) - start)) s)$(tail -1 "$W/$2/log" | sed -n 's/^figures/:/p')"
	else
		echo "FAIL $2: $(tail -12 "$W/$2/log")"
	fi
	exit 0
fi
# shellcheck disable=SC2046 # names
[ $# -gt 0 ] || set -- $(python3 tests/live_tests.py --list)
# Most of them wait: several at a time, but for those that measure.
printf '%s\n' "$@" | grep -x flood | xargs -r -n 1 "$0" one >"$W/results"
printf '%s\n' "$@" | grep -vx flood | xargs -r -n 1 -P "${LIVE_JOBS:-4}" "$0" one >>"$W/results"
cat "$W/results"
passed=$(grep -c '^ok ' "$W/results")
failed=$(grep -c '^FAIL ' "$W/results")
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
