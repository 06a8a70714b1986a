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

python3 - "$schema" "$work"/*.json <<'PYTHON'
import copy
import json
import sys

import jsonschema

with open(sys.argv[1], encoding="utf-8") as f:
    schema = json.load(f)
kind = jsonschema.validators.validator_for(schema)
kind.check_schema(schema)
validator = kind(schema)
passed = failed = 0


def count(good, what):
    global passed, failed
    if good:
        passed += 1
    else:
        failed += 1
        print(what)


def places(value, path=()):
    """Path of each field of each object, of the first item of each list."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield path + (key,)
            yield from places(item, path + (key,))
    elif isinstance(value, list) and value:
        yield from places(value[0], path + (0,))


def changed(report, path, change):
    copied = copy.deepcopy(report)
    parent = copied
    for part in path[:-1]:
        parent = parent[part]
    change(parent, path[-1])
    return copied


def richest(reports):
    """Reports that between them have every place."""
    seen = set()
    for report in sorted(reports, key=lambda r: -sum(1 for _ in places(r))):
        new = [p for p in places(report) if tuple(x for x in p if x != 0) not in seen]
        seen.update(tuple(x for x in p if x != 0) for p in new)
        for path in new:
            yield report, path


def set_wrong(parent, key):
    parent[key] = {"neither": "text nor number"} if not isinstance(parent[key], dict) else "no object"


reports = []
for name in sys.argv[2:]:
    with open(name, encoding="utf-8") as f:
        reports.append(json.load(f))
    errors = [f"{e.json_path}: {e.message}" for e in validator.iter_errors(reports[-1])]
    count(not errors, f"{name} ({[i['path'] for i in reports[-1]['inputs']]}): {errors[:3]}")
count(len(reports) > 1, "no report was made")
for report, path in richest(reports):
    text = ".".join(map(str, path))
    left_out = changed(report, path, lambda parent, key: parent.pop(key))
    count(not validator.is_valid(left_out), f"the schema does not miss {text}")
    count(not validator.is_valid(changed(report, path, set_wrong)), f"the schema takes anything for {text}")
    added = changed(report, path, lambda parent, key: parent.__setitem__("added-later", 1))
    closed = "accounting" in path[:-1] or path[0] == "edges" and len(path) == 2
    count(validator.is_valid(added) != closed, f"a field added beside {text}: taken or refused, and should not be")
print(f"{passed} passed, {failed} failed")
sys.exit(1 if failed else 0)
PYTHON
