#!/bin/sh
# CSV and JUnit of every sample, read by what others wrote: Python's csv, junitparser, xml.etree. All must say what the
# JSON report says.
set -eu
cd "$(dirname "$0")/.."
make -s all
# Debian's own Python holds junitparser; another in the path may not.
python=python3
"$python" -c 'import junitparser' 2>/dev/null || python=/usr/bin/python3
"$python" -c 'import junitparser' 2>/dev/null || { echo "skipped: no junitparser here (.ci/setup test installs it)"; echo "0 passed, 0 failed"; exit 0; }

out=build/test/readers
rm -rf $out
mkdir -p $out
names=$(sed '/^# The page as text/q' tests/golden/TESTLIST | sed -n 's/^\([^#: ]*\): audit .*/\1/p')
for name in $names; do
	arguments=$(sed -n "s/^$name: audit //p" tests/golden/TESTLIST | head -1 | sed 's/-f json //')
	mkdir -p "$out/$name"
	# shellcheck disable=SC2086 # a list of words
	build/tapaudit audit -q -f json,csv,junit -o "$out/$name" $arguments >/dev/null 2>&1 || true
done
"$python" tests/tools/report_readers.py $out
