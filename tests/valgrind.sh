#!/bin/sh
# Unit tests under valgrind, which sees what the sanitizers do not: values that were never set. tests/valgrind.sh BINARY
# [criterion options]. Anything that valgrind says is a failure, and any test that fails, save one that only took longer
# than its suite allows, since everything takes some thirty times as long here. The last line adds up.
set -u
[ $# -ge 1 ] && [ -x "$1" ] || { echo "usage: tests/valgrind.sh BINARY [criterion options]" >&2; exit 2; }
binary=$1
shift
if ! command -v valgrind >/dev/null; then
	echo "skipped: valgrind is not installed"
	echo "0 passed, 0 failed"
	exit 0
fi
out=$(cd "$(dirname "$binary")" && pwd)
logs=$out/valgrind-log
rm -rf "$logs"
mkdir -p "$logs"

valgrind -q --trace-children=yes --leak-check=no --error-exitcode=99 --log-file="$logs/%p" "$binary" "$@" \
	>"$out/valgrind.log" 2>&1
plain=$(sed 's/\x1b\[[0-9;]*m//g' "$out/valgrind.log")
closing=$(printf '%s\n' "$plain" | grep 'Synthesis' | tail -1)
tested=$(echo "$closing" | sed -nE 's/.*Tested: ([0-9]+) .*/\1/p')
late=$(printf '%s\n' "$plain" | grep -c '^\[FAIL\].*Timed out\|^\[FAIL\].*CRASH.*Timed')
bad=$(printf '%s\n' "$plain" | grep '^\[FAIL\]' | grep -vc 'Timed out')
reports=$(find "$logs" -type f -size +0 | wc -l)

[ "$bad" = 0 ] || printf '%s\n' "$plain" | tail -60
find "$logs" -type f -size +0 -exec cat {} + | head -100
[ -n "$tested" ] || { tail -20 "$out/valgrind.log"; echo "valgrind: the run ended without a closing line"; exit 1; }
[ "$late" = 0 ] || echo "valgrind: $late test(s) took longer than their suite allows here; they count as not run"
failed=$((bad + reports))
echo "$((tested - late - bad)) passed, $failed failed"
[ "$failed" = 0 ]
