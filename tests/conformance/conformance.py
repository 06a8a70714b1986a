#!/usr/bin/env python3
"""conformance.py PROGRAM FOLDER OUT [--update]: holds `flows` and `audit` against the truth of real captures.

FOLDER holds the captures, PICK.tsv and truth/. OUT is for what the checks write. Checked are:
  packets      every conversation, packets each way                 (truth/FILE.inner.tsv)
  other        IP packets without TCP or UDP, by kind, each way     (truth/FILE.other.tsv)
  initiator    who opened, where the truth saw a SYN or SYN-ACK
  accounting   the buckets that the truth can tell                  (truth/SUMMARY.tsv)
  initiators   initiators.tsv: bases that the truth does not know, verified by hand
  halves       a capture split by direction gives the flows of the whole
  pieces       a capture split in time gives the flows of the whole
  keys         one five-tuple in several VLANs or VNIs: one flow, or one each with --key
Each difference stands in differences.tsv; a new one fails, and so does one that is gone. Each must have its reason in
reasons.tsv: the first row there whose patterns fit it. A reason that fits nothing fails as well.
With --update differences.tsv is rewritten; reasons are for people to write.
"""
import csv
import fnmatch
import shutil
import subprocess
import sys
from pathlib import Path

import compare
import program
import splits
import truth

FOREIGN = "ajbanjara+Wireshark__FTPv6-1.cap"
# Scopes of the flows that --key makes of the one conversation in there: 7 packets each way in each.
KEYED = {("zeek+zeek__vlan-collisions.pcap", "vlan"): ["", "%vlan20", "%vlan42"],
         ("zeek+zeek__vxlan-overlapping-http-get.pcap", "vni"): ["", "%vni4242", "%vni4711"]}
HERE = Path(__file__).resolve().parent
COLUMNS = ["file", "kind", "conversation", "ours", "truth"]


def read_table(path):
    if not path.exists():
        return []
    with open(path, encoding="utf-8", newline="") as f:
        lines = (line for line in f if not line.startswith("#"))
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def identity(row):
    return tuple(row[c] for c in COLUMNS)


def check_differences(found, known):
    """Faults by (file, kind): differences without a row of their own, rows that no difference bears out."""
    faults = {}
    known_rows = {identity(row) for row in known}
    found_rows = {identity(row) for row in found}
    for row in found:
        if identity(row) not in known_rows:
            faults.setdefault((row["file"], row["kind"]), []).append(
                f"{row['conversation']}: ours {row['ours']}, truth {row['truth']}")
    for row in known:
        if identity(row) not in found_rows:
            faults.setdefault((row["file"], row["kind"]), []).append(
                f"{row['conversation']}: vanished; was ours {row['ours']}, truth {row['truth']}")
    return faults


def fits(row, reason):
    """Patterns as a shell has them; several, separated by commas, for files."""
    return (any(fnmatch.fnmatchcase(row["file"], pattern) for pattern in reason["file"].split(","))
            and all(fnmatch.fnmatchcase(row[c], reason[c]) for c in ("kind", "conversation")))


def check_reasons(found, reasons):
    """Faults: differences for which nobody gave a reason, reasons for what is no difference."""
    faults, used = [], set()
    for row in found:
        first = next((i for i, reason in enumerate(reasons) if reason["reason"] and fits(row, reason)), None)
        if first is None:
            faults.append(f"no reason for {row['file']} {row['kind']} {row['conversation']}")
        used.add(first)
    faults += [f"reason for nothing: {reason['file']} {reason['kind']} {reason['conversation']}"
               for i, reason in enumerate(reasons) if i not in used]
    return faults


def write_differences(found):
    lines = ["\t".join(COLUMNS)] + ["\t".join(identity(row)) for row in sorted(found, key=identity)]
    (HERE / "differences.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")


class Tally:
    def __init__(self):
        self.passed = self.failed = 0

    def count(self, name, faults):
        if not faults:
            self.passed += 1
            return
        self.failed += 1
        for fault in faults[:10]:
            print(f"FAIL {name}: {fault}")
        if len(faults) > 10:
            print(f"FAIL {name}: and {len(faults) - 10} more")


def converted_faults(runner, folder, out, summary):
    """The one capture whose format is not read agrees once another tool has converted it. None without that tool."""
    if not shutil.which("editcap"):
        return None
    path = out / "converted.pcap"
    subprocess.run(["editcap", "-F", "pcap", folder / FOREIGN, path], check=True, capture_output=True)
    rows = compare.file_differences(FOREIGN, runner.flows(path), runner.accounting(path),
                                    truth.read(folder / "truth", FOREIGN, summary[FOREIGN]))
    return [f"{row['kind']} {row['conversation']}: ours {row['ours']}, truth {row['truth']}" for row in rows]


def keyed_faults(runner, folder, name, key, scopes):
    expected = sorted((scope, 7, 7, "handshake") for scope in scopes)
    rows = runner.flow_rows("--key", key, folder / name)
    found = sorted(("".join(r["initiator"].partition("%")[1:]), int(r["packets_out"]), int(r["packets_in"]), r["basis"])
                   for r in rows)
    return [] if found == expected else [f"flows {found}, expected {expected}"]


def main():
    arguments = [a for a in sys.argv[1:] if a != "--update"]
    runner, folder, out = program.Program(arguments[0]), Path(arguments[1]), Path(arguments[2])
    out.mkdir(parents=True, exist_ok=True)
    picks = [row["file"] for row in read_table(folder / "PICK.tsv")]
    summary = {row["file"]: row for row in read_table(folder / "truth" / "SUMMARY.tsv")}
    known = read_table(HERE / "differences.tsv")
    tally, found, flows_of = Tally(), [], {}
    for name in picks:
        flows_of[name] = runner.flows(folder / name)
        found += compare.file_differences(name, flows_of[name], runner.accounting(folder / name),
                                          truth.read(folder / "truth", name, summary[name]))
    if "--update" in sys.argv:
        write_differences(found)
        known = read_table(HERE / "differences.tsv")
    faults = check_differences(found, known)
    for name in picks:
        for kind in compare.KINDS:
            tally.count(f"{name}: {kind}", faults.pop((name, kind), []))
    for (name, kind), rest in faults.items():
        tally.count(f"{name}: {kind}", rest)
    tally.count("reasons", check_reasons(found, read_table(HERE / "reasons.tsv")))
    converted = converted_faults(runner, folder, out, summary)
    if converted is None:
        print(f"skipped: {FOREIGN} converted (editcap is not here)")
    else:
        tally.count(f"{FOREIGN} converted", converted)
    for row in read_table(HERE / "initiators.tsv"):
        tally.count(f"{row['file']}: {row['conversation']}", compare.initiator_faults(row, flows_of))
    for (name, key), scopes in KEYED.items():
        tally.count(f"{name}: keyed by {key}", keyed_faults(runner, folder, name, key, scopes))
    for name, faults_of in splits.check(runner, folder, picks, out):
        tally.count(name, faults_of)
    print(f"{tally.passed} passed, {tally.failed} failed")
    return 1 if tally.failed else 0


if __name__ == "__main__":
    sys.exit(main())
