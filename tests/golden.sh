#!/bin/sh
# Golden runs: tests/golden/TESTLIST names them, "name: arguments"; what the program prints (both streams) and its exit status stand
# in tests/golden/NAME.out. --update [NAME] rewrites them: read the difference before you commit it.
set -u
cd "$(dirname "$0")/.." || exit 2
update=no
only=
if [ "${1:-}" = --update ]; then
	update=yes
	only=${2:-}
fi
passed=0
failed=0
export SOURCE_DATE_EPOCH=1795140000 NO_COLOR=1 LC_ALL=C.UTF-8 TZ=UTC
mkdir -p build/golden

while IFS= read -r line; do
	case "$line" in '' | '#'*) continue ;; esac
	name=${line%%:*}
	arguments=${line#*: }
	[ -z "$only" ] || [ "$only" = "$name" ] || continue
	out=build/golden/$name.out
	# shellcheck disable=SC2086 # the list holds words
	eval "build/tapaudit $arguments" >"$out" 2>&1
	echo "exit status $?" >>"$out"
	if [ "$update" = yes ]; then
		cp "$out" "tests/golden/$name.out"
		echo "wrote tests/golden/$name.out"
	elif diff -u "tests/golden/$name.out" "$out" >"build/golden/$name.diff" 2>&1; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "FAIL $name: tapaudit $arguments"
		head -40 "build/golden/$name.diff" | sed 's/^/     /'
	fi
done <tests/golden/TESTLIST

[ "$update" = yes ] && exit 0
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
