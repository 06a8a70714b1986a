#!/bin/sh
# Event lines of every sample under its product's site file, held against the published schema. Last line: "N passed, M failed".
set -u
cd "$(dirname "$0")/.." || exit 2
tool=build/release/tools/event_lines
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
[ -x "$tool" ] || { echo "no tool at $tool: make tools" >&2; exit 2; }

for capture in pcaps/*.pcap pcaps/*.pcapng pcaps/*.pcap.gz; do
	[ -f "$capture" ] || continue
	name=$(basename "$capture")
	for site in pcaps/"${name%%-*}"*.site.json; do
		[ -f "$site" ] || continue
		"$tool" "$site" "$capture" >>"$work/events.jsonl" || exit 2
	done
done
python3 tests/tools/check_events.py --itself "$work/events.jsonl"
