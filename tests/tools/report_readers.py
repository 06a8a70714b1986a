#!/usr/bin/env python3
"""report_readers.py FOLDER: each folder in it holds report.json, findings.csv and junit.xml of one run; they must agree."""
import csv
import json
import pathlib
import sys
import xml.etree.ElementTree

import junitparser

SEVERITIES = ["info", "low", "medium", "high"]
SKIPPED = {"off", "idle", "not-observable"}


def text(value):
    return "" if value is None else str(value)


def check_csv(report, path):
    assert path.read_bytes().startswith(b"id,"), "a byte order mark would be part of the first column's name"
    with open(path, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file, strict=True))
    assert [row["id"] for row in rows] == [finding["id"] for finding in report["findings"]], "ids"
    for row, finding in zip(rows, report["findings"]):
        assert None not in row and None not in row.values(), "cells of " + row["id"]
        for name in ("severity", "kind", "reason", "system", "rule", "outcome", "message", "impact", "cite", "host",
                     "exception", "first", "last", "proto"):
            assert row[name] == text(finding[name]), (row["id"], name, row[name])
        for name in ("flows", "packets", "bytes", "peer_count"):
            assert int(row[name]) == finding[name], (row["id"], name)
        assert row["port"] in (text(finding["port"]), "many"), (row["id"], "port")
        assert row["filter"] == text(finding["evidence"]["filter"]), (row["id"], "filter")
        assert len(row["frames"].split()) == len(finding["evidence"]["frames"]), (row["id"], "frames")
        for end in ("initiator", "responder"):
            assert row[end] == (text(finding[end]["address"]) if finding[end] else ""), (row["id"], end)


def failing(report, system, rule):
    return [finding for finding in report["findings"]
            if finding["system"] == system and finding["rule"] == rule and not finding["exception"]
            and SEVERITIES.index(finding["severity"]) >= SEVERITIES.index("medium")]


def check_case(report, system, case):
    rules = {rule["id"]: rule for rule in system["rules"]}
    rule = rules.get(case.name)
    wanted = failing(report, system["name"], rule["id"] if rule else None)
    failures = [result for result in case.result if isinstance(result, junitparser.Failure)]
    assert [f.message for f in failures] == [f["message"] for f in wanted], case.name
    assert [f.type for f in failures] == [f["kind"] for f in wanted], case.name
    skipped = [result for result in case.result if isinstance(result, junitparser.Skipped)]
    due = rule is not None and rule["state"] in SKIPPED and not wanted
    assert len(skipped) == due, case.name
    if due and rule["reason"]:
        assert skipped[0].message == rule["state"] + ": " + rule["reason"], case.name


def check_junit(report, path):
    # What the schema of JUnit's readers allows there: skipped is a suite's alone.
    extra = set(xml.etree.ElementTree.parse(path).getroot().attrib) - {"name", "time", "tests", "failures", "disabled", "errors"}
    assert not extra, extra
    suites = junitparser.JUnitXml.fromfile(str(path))
    found = list(suites)
    assert [suite.name for suite in found] == ["run"] + [system["name"] for system in report["systems"]], "suites"
    for suite, system in zip(found[1:], report["systems"]):
        cases = list(suite)
        assert [case.name for case in cases] == [rule["id"] for rule in system["rules"]] + ["no rule"], suite.name
        for case in cases:
            assert case.classname == system["name"]
            check_case(report, system, case)
    stated = [(suite.tests, suite.failures, suite.errors, suite.skipped) for suite in found]
    for suite in found:
        suite.update_statistics()
    # junitparser counts failures, the format counts failed cases.
    assert [s[0] for s in stated] == [suite.tests for suite in found], "tests"
    assert [s[3] for s in stated] == [suite.skipped for suite in found], "skipped"
    root = xml.etree.ElementTree.parse(path).getroot()
    for name in ("tests", "failures", "errors"):
        assert int(root.get(name)) == sum(int(suite.get(name)) for suite in root), name
    failed = {(f["system"], f["rule"]) for f in report["findings"]
              if failing(report, f["system"], f["rule"])}
    assert int(root.get("failures")) == len(failed), "failures"
    unread = any(i["status"] not in ("complete", "skipped", "duplicate", "growing", "link") for i in report["inputs"])
    assert int(root.get("errors")) == (report["verdict"] == "inconclusive") + unread, "errors"


def main():
    passed = failed = 0
    for folder in sorted(pathlib.Path(sys.argv[1]).iterdir()):
        try:
            with open(folder / "report.json", encoding="utf-8") as file:
                report = json.load(file)
            check_csv(report, folder / "findings.csv")
            passed += 1
            check_junit(report, folder / "junit.xml")
            passed += 1
        except (AssertionError, OSError, ValueError, csv.Error, xml.etree.ElementTree.ParseError) as error:
            failed += 1
            print("FAIL %s: %r" % (folder.name, error))
    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
