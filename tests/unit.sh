#!/bin/sh
# Runs one unit binary: tests/unit.sh BINARY [criterion options]. Prints Criterion's closing line, or all it said when
# something is wrong. Criterion ignores the exit status of a test that leaks, so the sanitizer writes its reports to
# files, and any report is a failure, save leaks of Criterion itself: its parallel runner loses blocks of 48 bytes when
# tests fail or are slow. A suppression cannot tell these, as it looks at every frame of a stack and each of our tests is
# called by Criterion too. So the frames are looked at here: a leak is Criterion's when no frame is of anybody else.
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
ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}exitcode=23:log_path=$logs/san" \
	UBSAN_OPTIONS="${UBSAN_OPTIONS:+$UBSAN_OPTIONS:}print_stacktrace=1:log_path=$logs/san" \
	timeout 300 "$binary" "$@" >"$said" 2>&1 || status=$?

# Says "ours" unless all of a sanitizer's report FILE is leaks with frames of Criterion alone. A leak whose stack could not
# be walked beyond the allocator is ours.
whose() {
	awk 'BEGIN { RS = ""; FS = "\n" }
	/^=+$/ { next }
	/LeakSanitizer: detected memory leaks/ && NF <= 3 { next }
	/^SUMMARY: .* leaked in [0-9]+ allocation/ && NF == 1 { next }
	/^(Direct|Indirect) leak of/ {
		criterions = 0
		for (i = 2; i <= NF; i++) {
			if ($i ~ /^ *#0 /) continue
			if ($i ~ /\((\/[^ ()]*)?\/libcriterion\.so[.0-9]*\+0x[0-9a-f]+\)/) criterions++
			else { ours = 1; exit }
		}
		if (!criterions) { ours = 1; exit }
		next
	}
	{ ours = 1; exit }
	END { print ours ? "ours" : "criterion" }' "$1"
}

criterions=0
for report in "$logs"/*; do
	[ -f "$report" ] && [ "$(whose "$report")" = criterion ] && rm "$report" && criterions=$((criterions + 1))
done
closing=$(grep 'Synthesis' "$said" | tail -1 || true)
reports=$(find "$logs" -type f | wc -l)

# When the runner itself leaked, the sanitizer turned its exit status into 23 whatever the tests came to: the closing line
# tells that.
if [ "$status" -eq 23 ] && [ "$criterions" -gt 0 ] && [ "$reports" -eq 0 ]; then
	case "$closing" in
	*"Failing: 0 | Crashing: 0"*) status=0 ;;
	esac
fi

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
