#!/usr/bin/env python3
"""Runs the floods of make_flood under small memory limits: flood.py PROGRAM TOOLS. The last line adds up."""
import json
import os
import subprocess
import sys
import tempfile

PACKETS = 160000
MIB = 1 << 20
# What the limit does not cover: the program itself, signatures, blocks of the capture, and the report being made.
ALLOWANCE = 8 * MIB
EACH_FURTHER_JOB = 4 * MIB  # batches on their way
SECONDS = 20

FLOWS = "ended early for want of memory"
ROWS = "folded for want of memory"
FORGOTTEN = "forgotten for want of memory"
# Kind: the buckets that its packets may be in; what the report must name as the cost at 16 MiB; and at 32 MiB.
KINDS = {
    "fragments": ({"audited", "fragment"}, {FORGOTTEN}, {FORGOTTEN}),
    "fragments6": ({"audited", "fragment"}, {FORGOTTEN}, {FORGOTTEN}),
    "syn": ({"audited"}, {FLOWS, ROWS}, {FLOWS, ROWS}),
    "udp": ({"audited"}, {FLOWS, ROWS}, {FLOWS, ROWS}),
    "ipv6": ({"audited"}, {FLOWS, ROWS}, {FLOWS, ROWS}),
    "tunnels": ({"audited", "unsupported"}, {FLOWS, ROWS}, {FLOWS, ROWS}),
    "ftp": ({"audited"}, {FORGOTTEN}, {FORGOTTEN}),
    "icmp": ({"icmp_error"}, set(), set()),
    "dhcp": ({"audited"}, {FORGOTTEN, FLOWS, ROWS}, {FORGOTTEN, FLOWS, ROWS}),
    "all": ({"audited", "icmp_error", "unsupported", "fragment"}, {FORGOTTEN, FLOWS, ROWS}, {FLOWS, ROWS}),
}
# Shares of a bucket that follow from how make_flood builds its packets, in parts of a thousand.
SHARES = {("tunnels", "unsupported"): (190, 210)}  # 17 to 20 layers of 1 to 20

passed = 0
failed = 0


def check(what, holds):
    global passed, failed
    if holds:
        passed += 1
    else:
        failed += 1
        print("FAIL " + what)


def audit(capture, memory, jobs, folder, program, tools):
    """The report of one run, and what it took: (report, wall seconds, peak anonymous bytes, exit status)."""
    report = os.path.join(folder, "report.json")
    line = subprocess.run(
        [os.path.join(tools, "run_timed"), program, "audit", "-q", "-f", "json", "--memory", str(memory),
         "-j", str(jobs), "-S", "signatures", "-s", "pcaps/dsview.site.json", "-o", report, capture],
        stdout=subprocess.PIPE, text=True, check=True, timeout=120).stdout.split()
    with open(report, encoding="utf-8") as file:
        return json.load(file), float(line[0]), int(line[2]), int(line[3])


def flood(kind, memory, jobs, cost, folder, program, tools):
    name = f"{kind} at {memory // MIB} MiB, {jobs} job(s)"
    capture = os.path.join(folder, "flood.pcap")
    report, seconds, peak, status = audit(capture, memory, jobs, folder, program, tools)
    said = report["capture"]
    buckets = {bucket for bucket, count in said["accounting"].items() if count}
    reasons = said["health"]["reasons"]
    named = {cost for cost in (FLOWS, ROWS, FORGOTTEN) if any(reason.endswith(cost) for reason in reasons)}
    print(f"{name}: {seconds:.2f} s, {peak / MIB:.1f} MiB, {said['accounting']}, {reasons}")
    check(f"{name}: exit status {status}", status in (0, 1, 3))
    check(f"{name}: took {seconds} s", seconds < SECONDS)
    check(f"{name}: {peak} bytes at its peak", peak <= memory + ALLOWANCE + (jobs - 1) * EACH_FURTHER_JOB)
    check(f"{name}: {said['packets']} packets read", said["packets"] == PACKETS)
    check(f"{name}: buckets add up", sum(said["accounting"].values()) == PACKETS)
    check(f"{name}: buckets {buckets}", buckets == KINDS[kind][0])
    check(f"{name}: {named} named as the cost", named >= cost)
    check(f"{name}: grade {said['health']['grade']}", (said["health"]["grade"] == "A") == (not reasons))
    for (of, bucket), (low, high) in SHARES.items():
        if of == kind:
            check(f"{name}: {bucket}", low <= 1000 * said["accounting"][bucket] / PACKETS <= high)
    totals = subprocess.run([os.path.join(tools, "edge_totals"), str(memory), str(jobs), capture],
                            stdout=subprocess.PIPE, text=True, check=True, timeout=120).stdout.split()
    packets, accounted, audited, of_edges, _ = map(int, totals)
    check(f"{name}: {totals}", packets == accounted == PACKETS)
    check(f"{name}: {totals}", audited == of_edges == said["accounting"]["audited"])


def main():
    program, tools = sys.argv[1:3]
    with tempfile.TemporaryDirectory(prefix="tapaudit-flood-") as folder:
        for kind, (_, cost16, cost32) in KINDS.items():
            with open(os.path.join(folder, "flood.pcap"), "wb") as capture:
                subprocess.run([os.path.join(tools, "make_flood"), "-n", str(PACKETS), kind], stdout=capture,
                               check=True)
            flood(kind, 16 * MIB, 1, cost16, folder, program, tools)
            flood(kind, 32 * MIB, 1, cost32, folder, program, tools)
            if kind == "all":
                flood(kind, 32 * MIB, 2, cost32, folder, program, tools)
    print(f"{passed} passed, {failed} failed")
    sys.exit(failed > 0)


main()
