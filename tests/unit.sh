#!/bin/sh
# Runs one unit binary: tests/unit.sh BINARY [criterion options]. Prints Criterion's closing line, or all it said when
# something is wrong. Criterion ignores the exit status of a test that leaks, so the sanitizer writes its reports to
# files, and any file is a failure.
set -eu

[ $# -ge 1 ] && [ -x "$1" ] || { echo "usage: tests/unit.sh BINARY [criterion options]" >&2; exit 2; }
binary=$1
shift

out=$(cd "$(dirname "$binary")" && pwd)
logs=$out/asan-log
said=$out/unit.log
rm -rf "$logs"
mkdir -p "$logs"

status=0
ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}log_path=$logs/san" \
	UBSAN_OPTIONS="${UBSAN_OPTIONS:+$UBSAN_OPTIONS:}print_stacktrace=1:log_path=$logs/san" \
	timeout 300 "$binary" "$@" >"$said" 2>&1 || status=$?

closing=$(grep 'Synthesis' "$said" | tail -1 || true)
reports=$(find "$logs" -type f | wc -l)

if [ "$status" -eq 0 ] && [ "$reports" -eq 0 ]; then
	case "$closing" in
	*"Tested: 0 "*) echo "unit: no test ran" >&2; status=1 ;;
	*"Tested: "*) ;;
	*) echo "unit: the run ended without a closing line" >&2; status=1 ;;
	esac
fi
if [ "$status" -ne 0 ] || [ "$reports" -ne 0 ]; then
	cat "$said"
	find "$logs" -type f -exec cat {} +
	[ "$status" -ne 124 ] || echo "unit: stopped after 300 seconds"
	[ "$reports" -eq 0 ] || echo "unit: $reports sanitizer report(s), above and in $logs"
fi
[ -z "$closing" ] || echo "$closing"
[ "$status" -ne 0 ] || [ "$reports" -eq 0 ] || status=1
exit "$status"
