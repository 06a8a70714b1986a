#!/usr/bin/env python3
"""sample_verdicts.py: holds what is said of each sample against tests/golden/VERDICTS, which people wrote.

Golden outputs are rewritten by the program; this list is not, so that a rewrite cannot bless a wrong judgement. A line
begins with a name of tests/golden/TESTLIST and the verdict. Below it, indented, stand the edges by verdict, the rules by state
(those not named are idle), and the findings: severity, kind, reason, rule (or "-"), who ("host > host proto/port" or the
missing host), and the exception that excuses it.
--print prints the list as the program would have it. The last line is "N passed, M failed".
"""
import difflib
import json
import shlex
import subprocess
import sys

LIST = "tests/golden/VERDICTS"


def lines_of(path):
    with open(path, encoding="utf-8") as file:
        return [line.rstrip("\n") for line in file if line.strip() and not line.startswith("#")]


def expected():
    blocks, name = {}, None
    for line in lines_of(LIST):
        if not line.startswith(" "):
            name = line.split(":")[0]
            blocks[name] = []
        blocks[name].append(line)
    return blocks


def end_of(end):
    return end["name"] or end["address"]


def who(finding):
    if not finding["initiator"]:
        return finding["host"] or "-"
    port = "many" if finding["port"] is None else finding["port"]
    more = f" +{finding['peer_count'] - 1}" if finding["peer_count"] > 1 else ""
    return f"{end_of(finding['initiator'])} > {end_of(finding['responder'])}{more} {finding['proto']}/{port}"


def edges_and_states(report):
    lines = ["  edges: " + ", ".join(f"{count} {verdict}" for verdict, count in report["edges"].items() if count)]
    states = {}
    for system in report["systems"]:
        for rule in system["rules"]:
            states.setdefault(rule["state"], []).append(rule["id"])
    return lines + [f"  {state}: {' '.join(rules)}" for state, rules in sorted(states.items()) if state != "idle"]


def block_of(name, report):
    findings = []
    for finding in report["findings"]:
        words = [finding["severity"], finding["kind"], finding["reason"] or "-", finding["rule"] or "-", who(finding)]
        if finding["exception"]:
            words.append(f"excused by {finding['exception']}")
        findings.append("  " + " ".join(words))
    # The order of findings is the report's business; what is said is not.
    return [f"{name}: {report['verdict']}", *edges_and_states(report), *sorted(findings)]


def main():
    tests = dict(line.split(": ", 1) for line in lines_of("tests/golden/TESTLIST"))
    tests = {n: a for n, a in tests.items() if a.startswith("audit ") and " -f json " in a and ";" not in a}
    wanted = expected() if "--print" not in sys.argv else {}
    passed = failed = 0
    for name, arguments in tests.items():
        done = subprocess.run(["build/tapaudit", *shlex.split(arguments)], capture_output=True, text=True, check=False)
        try:
            block = block_of(name, json.loads(done.stdout))
        except json.JSONDecodeError:
            block = [f"{name}: exit status {done.returncode}, no report: {done.stderr.strip()}"]
        if "--print" in sys.argv:
            print("\n".join(block))
        elif block == wanted.pop(name, None):
            passed += 1
        else:
            failed += 1
            print(f"FAIL {name}: other findings than {LIST} has")
            old = expected().get(name, [])
            print("\n".join(line for line in difflib.ndiff(old, block) if not line.startswith("?")))
    if "--print" in sys.argv:
        return 0
    for name in wanted:
        failed += 1
        print(f"FAIL {name}: in {LIST}, but no JSON audit of that name in the test list")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
