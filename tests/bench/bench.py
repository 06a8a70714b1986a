#!/usr/bin/env python3
"""What an audit costs next to libpcap's empty loop and next to other tools, on the same files in the same run.

Makes the workloads once, runs every program in turn, several rounds, and prints medians of wall and processor time, their
ratios to the empty loop and the peak of memory beyond mapped files; then which goals are met. All of it goes to
build/bench/result.json too.

  BENCH_WORKLOADS="small imix"     which (default: all)
  BENCH_TOOLS="pcap_loop tapaudit" which programs (default: all that are installed); tapaudit stands for all its runs
  BENCH_DIVIDE=10                  workloads a tenth as large
  BENCH_ROUNDS=5  BENCH_SLOW=1     rounds; rounds of what is slower than ten audits
  BENCH_SITE=FILE  BENCH_PROGRAM=FILE  BENCH_FOLDER=DIR
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
os.chdir(ROOT)
FOLDER = Path(os.environ.get("BENCH_FOLDER", "build/bench"))
PROGRAM = os.environ.get("BENCH_PROGRAM", "build/tapaudit")
HELPERS = Path("build/release/tools")
DIVIDE = int(os.environ.get("BENCH_DIVIDE", "1"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "5"))
SLOW_ROUNDS = int(os.environ.get("BENCH_SLOW", "1"))
SITE = os.environ.get("BENCH_SITE") or str(sorted(Path("pcaps").glob("*site*.json"))[0])
MIB = 1 << 20

# name: (kind of make_load, packets, flows, options of the audit, packets a file or 0)
WORKLOADS = {
    "few": ("small", 10_000_000, 10_000, [], 0),
    "small": ("small", 10_000_000, 100_000, [], 0),
    "million": ("small", 10_000_000, 1_000_000, [], 0),
    "many": ("small", 10_000_000, 5_000_000, [], 0),
    "imix": ("imix", 4_000_000, 100_000, [], 0),
    "flood": ("flood", 10_000_000, 1, ["--memory", "256M"], 0),
    "scan": ("scan", 2_000_000, 1, ["--memory", "256M"], 0),
    "files": ("small", 1_000_000, 10_000, [], 500),
    "gz": ("small", 10_000_000, 100_000, [], 0),
    "zst": ("small", 10_000_000, 100_000, [], 0),
}
PACKERS = {"gz": ["gzip", "-1"], "zst": ["zstd", "-3", "-q"]}
UNPACK = {"gz": ("gzip-dc", ["gzip", "-dc"]), "zst": ("zstd-dc", ["zstd", "-dcq"])}
LOADS_OF_OTHERS = ("small", "imix", "few", "million")
FLOW_TOOLS = ("nfpcapd", "softflowd", "argus", "ndpiReader")
SLOW_PACKETS = 1_000_000  # what the slowest programs get

# (workload, program, against, at most this ratio of wall times)
RATIO_GOALS = [
    ("small", "tapaudit-1", "pcap_loop", 0.70),
    ("small", "tapaudit-2", "pcap_loop", 0.45),
    ("imix", "tapaudit-1", "pcap_loop", 0.90),
    ("many", "tapaudit-1", "pcap_loop", 2.0),
    ("flood", "tapaudit-1", "pcap_loop", 3.0),
    ("zst", "tapaudit-2", "zstd-dc", 1.15),
]
# (workload, at least so many times as fast as the fastest of FLOW_TOOLS)
SPEED_GOALS = [("small", 18), ("imix", 6)]
# (workload, program, peak below MiB)
MEMORY_GOALS = [("small", "tapaudit-1", 48), ("flood", "tapaudit-1", 300)]


def fail(text):
    sys.exit(f"bench: {text}")


def run_quietly(command, **more):
    if subprocess.run(command, stdout=subprocess.DEVNULL, **more).returncode:
        fail("failed: " + " ".join(map(str, command)))


def make(path, kind, packets, flows, each):
    """Under another name first, so that a run that was broken off leaves no half file behind."""
    if path.exists():
        return
    part = path.with_name(path.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    more = ["-c", each] if each else []
    if each:
        part.mkdir()
    run_quietly([str(x) for x in [HELPERS / "make_load", "-n", packets, "-f", flows, "-s", 1, *more, kind, part]])
    part.rename(path)


def make_workload(name):
    """Its files; those of the slow programs; how many packets each holds."""
    kind, packets, flows, _, each = WORKLOADS[name]
    packets //= DIVIDE
    plain = FOLDER / (f"{name}-{DIVIDE}" + ("" if each else ".pcap"))
    if name in PACKERS:
        plain = FOLDER / f"small-{DIVIDE}.pcap"
    make(plain, kind, packets, flows, each)
    path = plain
    if name in PACKERS:
        path = FOLDER / f"{name}-{DIVIDE}.pcap.{name}"
        if not path.exists():
            part = path.with_name(path.name + ".part")
            with open(plain, "rb") as source, open(part, "wb") as out:
                subprocess.run([*PACKERS[name], "-c"], stdin=source, stdout=out, check=True)
            part.rename(path)
    files = sorted(str(f) for f in path.iterdir()) if each else [str(path)]
    for file in files:  # into the page cache
        with open(file, "rb") as source:
            while source.read(8 << 20):
                pass
    slow, slow_packets = files, packets
    if packets > SLOW_PACKETS and name in LOADS_OF_OTHERS:
        brief = FOLDER / f"{name}-brief-{DIVIDE}.pcap"
        make(brief, kind, SLOW_PACKETS, flows, 0)
        slow, slow_packets = [str(brief)], SLOW_PACKETS
    return str(path), files, packets, slow, slow_packets


def flows_of(name):
    """How many entries the bare trial needs."""
    kind, packets, flows, _, _ = WORKLOADS[name]
    return str(flows if kind in ("small", "imix") else packets // DIVIDE)


def commands(name, path, files, slow):
    """(program, command, exit statuses that are fine, is slow) in the order in which they run."""
    out = FOLDER / "out"
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir()
    options = WORKLOADS[name][3]
    audit = [PROGRAM, "audit", "-q", "-s", SITE, "-o", "/dev/null", *options]
    rows = []
    if name in UNPACK:
        program, command = UNPACK[name]
        rows.append((program, [*command, path], (0,), False))
    else:
        rows.append(("pcap_loop", [str(HELPERS / "pcap_loop"), *files], (0,), False))
        rows.append(("pcap_walk", [str(HELPERS / "pcap_walk"), *files], (0,), False))
        if name != "files":
            rows.append(("pcap_flows", [str(HELPERS / "pcap_flows"), flows_of(name), *files], (0,), False))
    for threads in (1, 2):
        rows.append((f"tapaudit-{threads}", [*audit, "-j", str(threads), path], (0, 1, 3), False))
    if name in LOADS_OF_OTHERS:
        rows.append(("tcpdump", ["tcpdump", "-r", path, "-w", "/dev/null"], (0,), False))
        rows.append(("nfpcapd", ["nfpcapd", "-r", path, "-w", str(out)], (0,), False))
        rows.append(("softflowd", ["softflowd", "-r", path], (0,), False))
        rows.append(("argus", ["argus", "-r", path, "-w", str(out / "argus")], (0,), False))
        rows.append(("ndpiReader", ["ndpiReader", "-q", "-i", slow[0]], (0,), True))
        rows.append(("tshark", ["tshark", "-q", "-z", "conv,tcp", "-r", slow[0]], (0,), True))
    chosen = os.environ.get("BENCH_TOOLS", "").split()
    search = os.environ["PATH"] + ":/usr/sbin:/sbin"
    return [
        r
        for r in rows
        if (not chosen or r[0] in chosen or r[0].split("-")[0] in chosen) and shutil.which(r[1][0], path=search)
    ]


def run_one(command, fine):
    """Wall seconds, processor seconds, peak bytes."""
    env = {**os.environ, "PATH": os.environ["PATH"] + ":/usr/sbin:/sbin"}
    said = subprocess.run([str(HELPERS / "run_timed"), *command], stdout=subprocess.PIPE, text=True, env=env, check=True)
    wall, cpu, peak, status = said.stdout.split()
    if int(status) not in fine:
        fail(f"exit status {status} from: {' '.join(command)}")
    return float(wall), float(cpu), int(peak)


def measure(name):
    path, files, packets, slow, slow_packets = make_workload(name)
    runs = {}
    for number in range(ROUNDS):
        for program, command, fine, is_slow in commands(name, path, files, slow):
            if not is_slow or number < SLOW_ROUNDS:
                runs.setdefault((program, is_slow), []).append(run_one(command, fine))
    rows = []
    for (program, is_slow), results in runs.items():
        count = slow_packets if is_slow else packets
        rows.append(
            {
                "load": name,
                "program": program,
                "packets": count,
                "runs": len(results),
                "median_seconds": round(statistics.median(r[0] for r in results), 4),
                "median_cpu_seconds": round(statistics.median(r[1] for r in results), 4),
                "least_cpu_seconds": round(min(r[1] for r in results), 4),
                "peak_bytes": max(r[2] for r in results),
            }
        )
    base = rows[0]
    for row in rows:
        scale = row["packets"] / base["packets"]
        for key, out in (("median_seconds", "ratio"), ("least_cpu_seconds", "cpu_ratio")):
            row[out] = round(row[key] / (base[key] * scale), 3) if base[key] else None
    return rows


def show(rows):
    for r in rows:
        print(
            f"{r['load']:8} {r['program']:11} {r['median_seconds']:9.3f} {r['median_cpu_seconds']:9.3f}"
            f" {r['median_seconds'] * 1e9 / r['packets']:9.1f} {r['ratio']:8.2f} {r['cpu_ratio']:8.2f}"
            f" {r['peak_bytes'] / MIB:9.1f}",
            flush=True,
        )


def totals_are_exact(name):
    """Every packet of the load is in the report, and in one bucket."""
    path, _, packets, _, _ = make_workload(name)
    command = [PROGRAM, "audit", "-q", "-s", SITE, "-f", "json", "-o", "-", *WORKLOADS[name][3], path]
    capture = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=False).stdout)["capture"]
    return capture["packets"] == packets == sum(capture["accounting"].values())


def judge(rows):
    """(what, goal, reached, met) for each goal whose programs ran."""
    found = {(r["load"], r["program"]): r for r in rows}
    goals = []
    for load, program, against, most in RATIO_GOALS:
        a, b = found.get((load, program)), found.get((load, against))
        if a and b and b["median_seconds"]:
            ratio = a["median_seconds"] / b["median_seconds"]
            cpu = a["least_cpu_seconds"] / b["least_cpu_seconds"]
            trial = found.get((load, "pcap_flows"))
            limit = f"; the bare trial {trial['ratio']:.2f} x" if trial else ""
            goals.append((f"{load}: {program} against {against}", f"at most {most} x",
                          f"{ratio:.2f} x (processor {cpu:.2f} x){limit}", ratio <= most))
    for load, least in SPEED_GOALS:
        others = [found[load, t] for t in FLOW_TOOLS if (load, t) in found]
        own = found.get((load, "tapaudit-1"))
        if own and others:
            fastest = min(others, key=lambda r: r["median_seconds"] / r["packets"])
            times = (fastest["median_seconds"] / fastest["packets"]) / (own["median_seconds"] / own["packets"])
            goals.append((f"{load}: against {fastest['program']}, the fastest that makes flows",
                          f"at least {least} times as fast", f"{times:.1f} times", times >= least))
    for load, program, most in MEMORY_GOALS:
        row = found.get((load, program))
        if row:
            peak = row["peak_bytes"] / MIB
            goals.append((f"{load}: memory of {program}", f"below {most} MiB", f"{peak:.1f} MiB", peak < most))
    if ("flood", "tapaudit-1") in found:
        exact = totals_are_exact("flood")
        goals.append(("flood: totals", "exact", "exact" if exact else "not exact", exact))
    return goals


def machine():
    """What the figures belong to; the load says whether others were at work."""
    models = [line.split(":", 1)[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines()
              if line.startswith("model name")]
    return {"processor": models[0] if models else "unknown", "cores": os.cpu_count(), "system": os.uname().release,
            "load": round(os.getloadavg()[0], 2)}


def main():
    wanted = os.environ.get("BENCH_WORKLOADS", " ".join(WORKLOADS)).split()
    for name in wanted:
        if name not in WORKLOADS:
            fail(f'no workload "{name}"; there are: {" ".join(WORKLOADS)}')
    for tool in (PROGRAM, HELPERS / "make_load", HELPERS / "pcap_loop", HELPERS / "pcap_walk", HELPERS / "pcap_flows",
                 HELPERS / "run_timed"):
        if not os.access(tool, os.X_OK):
            fail(f"{tool} is missing; run: make all tools")
    FOLDER.mkdir(parents=True, exist_ok=True)
    print(f"{'load':8} {'program':11} {'seconds':>9} {'processor':>9} {'ns/packet':>9} {'x base':>8} {'proc. x':>8}"
          f" {'MiB':>9}")
    rows = []
    for name in wanted:
        if name in PACKERS and not shutil.which(PACKERS[name][0]):
            print(f"{name:8} left out: {PACKERS[name][0]} is not installed")
            continue
        measured = measure(name)
        show(measured)
        rows += measured
    goals = judge(rows)
    print()
    for what, goal, reached, met in goals:
        print(f"{'met    ' if met else 'NOT MET'}  {what}: {goal}; {reached}")
    result = {
        "schema": "tapaudit.bench/2",
        "date": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "machine": machine(),
        "divide": DIVIDE,
        "rounds": ROUNDS,
        "results": rows,
        "goals": [dict(zip(("what", "goal", "reached", "met"), g)) for g in goals],
    }
    (FOLDER / "result.json").write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
