#!/usr/bin/env python3
"""sample_filters.py: a finding's tcpdump filter selects the packets that prove it.

Runs the JSON audits of tests/golden/TESTLIST, gives each finding's filter to tcpdump, and looks for the packets of its
evidence by their times among those that it selects. Of a wrong direction it selects nothing else, though the same hosts may
talk as documented too. The last line is "N passed, M failed".
"""
import gzip
import json
import shlex
import shutil
import subprocess
import sys


def audits():
    with open("tests/golden/TESTLIST", encoding="utf-8") as file:
        for line in file:
            name, _, arguments = line.strip().partition(": ")
            if arguments.startswith("audit ") and " -f json " in arguments and ";" not in arguments:
                yield name, shlex.split(arguments)


def times(path, expression):
    data = open(path, "rb").read()
    if path.endswith(".gz"):
        data = gzip.decompress(data)
    done = subprocess.run(["tcpdump", "-n", "-tt", "--nano", "-r", "-", *([expression] if expression else [])],
                          input=data, capture_output=True, check=False)
    if done.returncode != 0 and b"truncated dump file" not in done.stderr:
        return done.stderr.decode().strip().splitlines()[-1], []
    # What a packet says may go on in indented lines.
    return None, [line.split()[0] for line in done.stdout.decode("utf-8", "replace").splitlines() if line[:1].isdigit()]


def is_directed(finding):
    """NTP's asking and answering port are one, so that no filter tells who asked."""
    return finding["kind"] == "wrong-direction" and (finding["proto"], finding["port"]) != ("udp", 123)


def main():
    if not shutil.which("tcpdump"):
        print("skipped: no tcpdump, so nobody tried the findings' filters")
        print("0 passed, 0 failed")
        return 0
    passed = failed = 0
    whole = {}
    for name, arguments in audits():
        done = subprocess.run(["build/tapaudit", *arguments], capture_output=True, text=True, check=False)
        report = json.loads(done.stdout)
        paths = [entry["path"] for entry in report["inputs"]]
        for finding in report["findings"]:
            wrong = []
            for number in {frame["input"] for frame in finding["evidence"]["frames"]}:
                path = paths[number]
                if path not in whole:
                    whole[path] = times(path, None)[1]
                error, selected = times(path, finding["evidence"]["filter"])
                if error:
                    wrong.append(error)
                elif is_directed(finding) and len(paths) == 1 and len(selected) != finding["packets"]:
                    wrong.append(f"{len(selected)} packets, not {finding['packets']}")
                for frame in finding["evidence"]["frames"]:
                    if frame["input"] == number and not error and whole[path][frame["frame"] - 1] not in selected:
                        wrong.append(f"frame {frame['frame']} is not selected")
            if wrong:
                failed += 1
                print(f"FAIL {name}, {finding['id'][:8]}: {finding['evidence']['filter']}: {'; '.join(wrong)}")
            else:
                passed += 1
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
