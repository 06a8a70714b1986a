#!/usr/bin/env python3
"""check_schema.py SCHEMA CLOSED FILE..: holds reports against their schema, and the schema against them: a report with any one field left out,
or of another kind, must be refused; one with a field more must be taken, save in the objects named CLOSED. Last line: "N passed, M failed"."""
import copy
import json
import sys
import urllib.parse

import jsonschema

with open(sys.argv[1], encoding="utf-8") as f:
    schema = json.load(f)
kind = jsonschema.validators.validator_for(schema)
kind.check_schema(schema)
# A relative one is looked for beside itself by some readers: "#/..." then leads nowhere.
assert urllib.parse.urlparse(schema["$id"]).scheme, schema["$id"]
validator = kind(schema)
passed = failed = 0
CLOSED = sys.argv[2].split(",")


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
for name in sys.argv[3:]:
    with open(name, encoding="utf-8") as f:
        reports.append(json.load(f))
    errors = [f"{e.json_path}: {e.message}" for e in validator.iter_errors(reports[-1])]
    count(not errors, f"{name}: {errors[:3]}")
count(reports, "no report was made")
for report, path in richest(reports):
    text = ".".join(map(str, path))
    left_out = changed(report, path, lambda parent, key: parent.pop(key))
    count(not validator.is_valid(left_out), f"the schema does not miss {text}")
    count(not validator.is_valid(changed(report, path, set_wrong)), f"the schema takes anything for {text}")
    added = changed(report, path, lambda parent, key: parent.__setitem__("added-later", 1))
    closed = any(part in CLOSED for part in path[:-1])
    count(validator.is_valid(added) != closed, f"a field added beside {text}: taken or refused, and should not be")
print(f"{passed} passed, {failed} failed")
sys.exit(1 if failed else 0)
