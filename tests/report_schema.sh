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

# As shipped, by the readers at hand: those of Debian and of another Python differ in age.
for python in python3 /usr/bin/python3; do
	"$python" -c 'import jsonschema' 2>/dev/null || continue
	"$python" -W ignore -c 'import json, jsonschema, sys
for name in sys.argv[2:]:
	schema = json.load(open(name))
	assert ":" in schema.get("$id", ":"), name
	jsonschema.validators.validator_for(schema).check_schema(schema)
	if "report" in name:
		jsonschema.validate(json.load(open(sys.argv[1])), schema)' "$work/1.json" src/schema/*.json || { echo "0 passed, 1 failed"; exit 1; }
done
python3 tests/tools/check_schema.py "$schema" accounting,edges "$work"/*.json
