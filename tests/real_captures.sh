#!/bin/sh
# audit and flows run on every real capture beside the project (../shared/pcaps): right number of packets, accounting that
# adds up, an exit status that fits, JSON that the schema admits. Skipped, saying so, where the folder is absent.
set -u
cd "$(dirname "$0")/.." || exit 2
folder=../shared/pcaps
if [ ! -f "$folder/PICK.tsv" ]; then
	echo "skipped: $folder is not here"
	echo "0 passed, 0 failed"
	exit 0
fi
mkdir -p build/real
exec python3 tests/tools/real_captures.py "$folder" build/real
