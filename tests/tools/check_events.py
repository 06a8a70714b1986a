"""Holds event lines against their schema: check_events.py FILE.. Prints what is wrong; the last line is "N passed, M failed".

With --itself, each field of a line is also left out, or given as something else, and the schema must refuse that.
"""
import copy
import json
import pathlib
import sys
import warnings

import jsonschema

SCHEMAS = "src/schema/"


def open_validator():
    warnings.simplefilter("ignore", DeprecationWarning)  # later versions have another way beside RefResolver
    path = pathlib.Path(SCHEMAS + "event.schema.json").resolve()
    schema = json.loads(path.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema, resolver=jsonschema.RefResolver(path.as_uri(), schema))


def lines_of(names):
    for name in names:
        with open(name, encoding="utf-8") as f:
            for number, line in enumerate(f, 1):
                yield f"{name}:{number}", line


def changes(line):
    for field in line:
        left_out = copy.deepcopy(line)
        del left_out[field]
        yield f"{line['event']} without {field}", left_out
        other = copy.deepcopy(line)
        other[field] = ["neither", "this"]
        yield f"{line['event']} with another {field}", other


def main():
    names = [name for name in sys.argv[1:] if name != "--itself"]
    validator = open_validator()
    passed, failed, kinds = 0, 0, {}
    for where, text in lines_of(names):
        line = json.loads(text)
        errors = [f"{e.json_path}: {e.message}"[:300] for e in validator.iter_errors(line)]
        kinds.setdefault(line.get("event"), line)
        passed += not errors
        failed += bool(errors)
        if errors:
            print(where, errors[:2])
    if "--itself" in sys.argv:
        for line in kinds.values():
            for what, changed in changes(line):
                refused = not validator.is_valid(changed)
                passed += refused
                failed += not refused
                if not refused:
                    print("the schema takes", what)
        wanted = {"finding", "cleared", "withdrawn", "health", "stats", "notice"}
        if not wanted <= set(kinds):
            failed += 1
            print("no line of", wanted - set(kinds))
    if not kinds:
        failed += 1
        print("no line at all")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


sys.exit(main())
