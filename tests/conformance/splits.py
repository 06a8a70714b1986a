"""One tap's files: what a capture tells must not depend on how its packets lie in files, nor on the files' order.

Each classic capture is written anew in the order of time, every stamp its own (so that no order is left to chance), as a
whole and in parts; `flows` of the parts must be the whole's, field by field, save for input and frame."""
import frames

LEAST = 60  # captures that must have been split each way, where the folder is whole
ROTATED = 3
PAUSE_NS = 10**9  # a longer pause between two files is a gap, as the contract has it
UNCOMPARED = ("input", "frame")


def in_order(capture):
    records, latest = [], -1
    for time_ns, wirelen, data in sorted(capture.records, key=lambda r: r[0]):
        latest = max(latest + 1, time_ns)
        records.append((latest, wirelen, data))
    return frames.Capture(capture.link_type, records)


def halves(capture):
    """Two files, one a direction; None where all goes one way."""
    up = [r for r in capture.records if frames.goes_up(capture.link_type, r[2])]
    down = [r for r in capture.records if not frames.goes_up(capture.link_type, r[2])]
    return [up, down] if up and down else None


def cut_near(records, wanted):
    """The place nearest to WANTED where the pause is short enough to be no gap."""
    places = [i for i in range(1, len(records)) if records[i][0] - records[i - 1][0] <= PAUSE_NS]
    return min(places, key=lambda i: abs(i - wanted), default=0)


def pieces(capture):
    records = capture.records
    cuts = sorted({cut_near(records, len(records) * n // ROTATED) for n in range(1, ROTATED)} - {0})
    if not cuts:
        return None
    return [records[a:b] for a, b in zip([0, *cuts], [*cuts, len(records)])]


def lines(runner, paths):
    rows = runner.flow_rows(*reversed(paths))
    return sorted(tuple(v for k, v in row.items() if k not in UNCOMPARED) for row in rows)


def faults_of(runner, whole, parts):
    faults = []
    one, many = lines(runner, [whole]), lines(runner, parts)
    if one != many:
        faults += [f"only in the whole: {','.join(row)}" for row in sorted(set(one) - set(many))[:4]]
        faults += [f"only in the parts: {','.join(row)}" for row in sorted(set(many) - set(one))[:4]]
        faults = faults or [f"{len(one)} flows in the whole, {len(many)} in the parts"]
    one, many = runner.accounting(whole), runner.accounting(*reversed(parts))
    if one != many:
        faults.append(f"accounting of the whole {one}, of the parts {many}")
    return faults


def check(runner, folder, picks, out):
    """[(name, faults)]"""
    results, done = [], {"halves": 0, "pieces": 0}
    for name in picks:
        capture = frames.read(folder / name)
        if not capture or not frames.can_tell(capture) or len(capture.records) < 2:
            continue
        capture = in_order(capture)
        whole = out / "whole.pcap"
        frames.write(whole, capture)
        for kind, split in (("halves", halves), ("pieces", pieces)):
            parts = split(capture)
            if not parts:
                continue
            paths = [out / f"{kind}-{i}.pcap" for i in range(len(parts))]
            for path, records in zip(paths, parts):
                frames.write(path, frames.Capture(capture.link_type, records))
            results.append((f"{name}: {kind}", faults_of(runner, whole, paths)))
            done[kind] += 1
    for kind, count in done.items():
        results.append((kind, [] if count >= LEAST else [f"only {count} captures could be split"]))
    return results
