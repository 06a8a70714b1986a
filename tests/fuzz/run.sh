#!/bin/sh
# Runs the fuzz targets one after the other: tests/fuzz/run.sh FOLDER SECONDS [DOOR..]. First each seed and everything kept
# from earlier runs once, then SECONDS of new inputs. What is worth keeping goes to FOLDER/corpus/DOOR, what crashes to
# FOLDER/crash; the end of such a run's output is printed. The last line says how many doors held.
set -u
cd "$(dirname "$0")/../.." || exit 2
[ $# -ge 2 ] || { echo "usage: tests/fuzz/run.sh FOLDER SECONDS [DOOR..]" >&2; exit 2; }
folder=$1
seconds=$2
shift 2
[ $# -gt 0 ] || set -- $(ls tests/fuzz/fuzz_*.c | sed 's|.*/fuzz_||; s|\.c$||')

# A pointer into a function that has returned is as bad as one into a freed block.
export ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_stack_use_after_return=1"

python3 tests/fuzz/seed.py "$folder/seeds" || exit 2
mkdir -p "$folder/crash"
passed=0
failed=0

run() { # run DOOR OPTION..
	door=$1
	shift
	dictionary=
	[ ! -f "$folder/seeds/$door.dict" ] || dictionary=-dict=$folder/seeds/$door.dict
	# Limits far above what any input needs, so that whatever hangs or swallows memory is a failure.
	nice -n 10 "$folder/fuzz_$door" -timeout=20 -rss_limit_mb=2048 -max_len=16384 -print_final_stats=1 $dictionary \
		-artifact_prefix="$folder/crash/$door-" "$@" "$folder/corpus/$door" "$folder/seeds/$door" \
		>"$folder/$door.log" 2>&1
}

# The brief run tries the same inputs each time, so that a gate says the same of the same code; the long one looks for new ones.
brief=
[ "$seconds" -gt 10 ] || brief=-seed=1

for door; do
	mkdir -p "$folder/corpus/$door" "$folder/seeds/$door"
	if run "$door" -runs=0 && run "$door" $brief -max_total_time="$seconds"; then
		passed=$((passed + 1))
		echo "ok   $door: $(sed -n 's/^stat::number_of_executed_units: *//p' "$folder/$door.log") inputs in $seconds s"
	else
		failed=$((failed + 1))
		echo "FAIL $door; the end of $folder/$door.log:"
		grep -v '^#\|NEW_FUNC\|^stat::' "$folder/$door.log" | tail -40
	fi
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
