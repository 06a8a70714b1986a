#!/bin/sh
# The signature files and sample sites hold what they promise: every example runs, every file is valid by its schema too.
set -u
cd "$(dirname "$0")/.." || exit 2
passed=0
failed=0

check() { # check NAME COMMAND..
	name=$1
	shift
	if output=$("$@" 2>&1); then
		passed=$((passed + 1))
		echo "ok   $name"
	else
		failed=$((failed + 1))
		echo "FAIL $name"
		echo "$output" | tail -20 | sed 's/^/     /'
	fi
}

for file in signatures/*.json; do
	check "check $file" build/tapaudit check "$file"
	check "schema $file" python3 tests/tools/validate.py src/schema/signature.schema.json "$file"
done
for file in pcaps/*.site.json; do
	check "check $file" build/tapaudit check "$file"
	check "schema $file" python3 tests/tools/validate.py src/schema/site.schema.json "$file"
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
