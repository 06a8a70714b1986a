#!/bin/sh
# Holds reports in JSON against the published schema: tests/report_schema.sh [PROGRAM]. First the schema itself: a report
# with any one field left out, or of another kind, must be refused. Last line: "N passed, M failed".
set -u
cd "$(dirname "$0")/.." || exit 2
program=${1:-build/tapaudit}
schema=src/schema/report.schema.json
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
[ -x "$program" ] || { echo "no program at $program: make" >&2; exit 2; }

# A report of each capture under its product's site file, and of each without a site file, and one of no capture at all.
: >"$work/empty.pcap"
number=0
report() { # report ARGUMENTS..: trouble with a capture is no mistake here, as long as there is a report
	number=$((number + 1))
	"$program" audit -q -f json -o "$work/$number.json" "$@" 2>"$work/$number.log"
	[ -s "$work/$number.json" ] || rm -f "$work/$number.json"
}
for capture in pcaps/*.pcap pcaps/*.pcapng pcaps/*.pcap.gz "$work/empty.pcap"; do
	[ -f "$capture" ] || continue
	name=$(basename "$capture")
	for site in pcaps/"${name%%-*}"*.site.json; do
		[ ! -f "$site" ] || report -s "$site" "$capture"
	done
	report "$capture"
done
report --hash --filter 'not port 22' --expect all -s pcaps/wdm.site.json "$work/empty.pcap"

python3 tests/tools/check_schema.py "$schema" accounting,edges "$work"/*.json
