#!/bin/sh
# Conversations, openers and accounting of every real capture beside the project (../shared/pcaps) against its truth.
# Skipped, saying so, where the folder is absent. conformance.sh [--update] [PROGRAM]: --update rewrites differences.tsv.
set -u
cd "$(dirname "$0")/../.." || exit 2
update=
if [ "${1:-}" = --update ]; then
	update=--update
	shift
fi
folder=../shared/pcaps
if [ ! -f "$folder/truth/SUMMARY.tsv" ]; then
	echo "skipped: $folder is not here"
	echo "0 passed, 0 failed"
	exit 0
fi
mkdir -p build/conformance
export PYTHONDONTWRITEBYTECODE=1
exec python3 tests/conformance/conformance.py "${1:-build/tapaudit}" "$folder" build/conformance $update
