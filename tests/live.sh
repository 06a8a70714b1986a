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
passed=0
failed=0
[ $# -gt 0 ] || set -- $(python3 tests/live_tests.py --list)
for name in "$@"; do
	rm -rf "${W:?}/$name"
	mkdir -p "$W/$name"
	start=$(date +%s)
	if unshare -n -m python3 tests/live_tests.py "$name" "$W/$name" >"$W/$name/log" 2>&1; then
		passed=$((passed + 1))
		echo "ok   $name ($(($(date +%s) - start)) s) $(tail -1 "$W/$name/log" | grep '^figures' | cut -c9-)"
	else
		failed=$((failed + 1))
		echo "FAIL $name: $(tail -12 "$W/$name/log")"
	fi
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
