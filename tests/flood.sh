#!/bin/sh
# Floods of everything that makes a listener keep something, under a small memory limit: the limit holds, every packet is
# accounted for, the report says what it cost, and the run ends. tests/flood.sh [PROGRAM [TOOLS]]
set -u
cd "$(dirname "$0")/.." || exit 2
program=${1:-build/tapaudit}
tools=${2:-build/release/tools}
python3 tests/tools/flood.py "$program" "$tools"
