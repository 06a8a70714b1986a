#!/usr/bin/env python3
"""real_captures.py FOLDER OUT: runs audit and flows over every capture that FOLDER/PICK.tsv lists."""
import csv
import json
import subprocess
import sys
from pathlib import Path

import jsonschema

# What these files are known to be: (exit status 2, inputs[0].status).
TROUBLE = {
    "ajbanjara+Wireshark__FTPv6-1.cap": "foreign",
    "ajbanjara+Wireshark__xxcc.pcap": "cut",
    "the-tcpdump-group+libpcap__shb-option-too-long.pcapng": "damaged",
}
TIME_LIMIT_SEC = 60


def run(*arguments):
    return subprocess.run(["build/tapaudit", *map(str, arguments)], capture_output=True, text=True,
                          timeout=TIME_LIMIT_SEC, check=False)


def audit_faults(path, packets, validator):
    """What is wrong with the audit of one capture, a line each."""
    site = "pcaps/kvmnet2.site.json"
    result = run("audit", "-s", site, "-f", "json", path)
    if result.returncode not in (0, 1, 2, 3) or not result.stdout:
        return [f"exit status {result.returncode}: {result.stderr.strip()[-300:]}"]
    report = json.loads(result.stdout)
    faults = [f"schema: {e.json_path}: {e.message}" for e in validator.iter_errors(report)][:3]
    capture, source = report["capture"], report["inputs"][0]
    wanted = TROUBLE.get(path.name, "complete")
    if source["status"] != wanted:
        faults.append(f"status {source['status']}, not {wanted}")
    if (result.returncode == 2) != (path.name in TROUBLE):
        faults.append(f"exit status {result.returncode}: {result.stderr.strip()[-200:]}")
    if packets is not None and source["packets"] != packets:
        faults.append(f"{source['packets']} packets, not {packets}")
    buckets = sum(v for v in capture["accounting"].values() if v is not None)
    if buckets != capture["packets"]:
        faults.append(f"accounting adds up to {buckets} of {capture['packets']} packets")
    return faults


def flow_faults(path, accounting_audited):
    result = run("flows", path)
    if result.returncode not in (0, 2):
        return [f"flows: exit status {result.returncode}: {result.stderr.strip()[-300:]}"]
    rows = list(csv.DictReader(result.stdout.splitlines()))
    total = sum(int(r["packets_out"]) + int(r["packets_in"]) for r in rows)
    if total != accounting_audited:
        return [f"flows hold {total} packets, the audit {accounting_audited}"]
    order = [r["first"] for r in rows]
    return [] if order == sorted(order) else ["flows are not sorted by first packet"]


def main():
    folder, out = Path(sys.argv[1]), Path(sys.argv[2])
    with open("src/schema/report.schema.json", encoding="utf-8") as f:
        schema = json.load(f)
    validator = jsonschema.validators.validator_for(schema)(schema)
    with open(folder / "PICK.tsv", encoding="utf-8") as f:
        picks = list(csv.DictReader(f, delimiter="\t"))
    passed = failed = 0
    for pick in picks:
        path = folder / pick["file"]
        packets = None if pick["file"] in TROUBLE else int(pick["packets"])
        if pick["file"].endswith("xxcc.pcap"):
            packets = int(pick["packets"])
        try:
            faults = audit_faults(path, packets, validator)
            if not faults:
                report = json.loads(run("audit", "-s", "pcaps/kvmnet2.site.json", "-f", "json", path).stdout)
                faults = flow_faults(path, report["capture"]["accounting"]["audited"])
        except (subprocess.TimeoutExpired, json.JSONDecodeError, KeyError, IndexError) as error:
            faults = [f"{type(error).__name__}: {error}"]
        (out / (pick["file"] + ".txt")).write_text("\n".join(faults) + "\n", encoding="utf-8")
        passed += not faults
        failed += bool(faults)
        for fault in faults:
            print(f"FAIL {pick['file']}: {fault}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
