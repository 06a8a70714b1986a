#!/usr/bin/env python3
"""A month of synthetic nights, and what each night's comparison must say.

    make_nights.py make DIR      spool/, signatures/, site files and plan.json
    make_nights.py check DIR     reports below DIR/out against the plan
    make_nights.py dump DB       all that a store keeps, in an order of its own

30 days across the end of summer time, 5 systems, 400 hosts. The plan is worked out from the schedule alone, by sets of
days; it knows nothing of how the program compares.
"""
import datetime
import gzip
import ipaddress
import json
import os
import pathlib
import random
import sqlite3
import struct
import sys
import zoneinfo

ZONE = zoneinfo.ZoneInfo("Europe/Berlin")
FIRST = datetime.date(2026, 10, 8)
DAYS = 30
SYSTEMS = 5
DEVICES = 76  # with a server, a directory and two clients: 80 hosts a system
SILENT_DAY = 8  # nothing is captured; from 0
CHANGED_DAY = 24  # from this day on the second matrix holds
EXCEPTION_LAST = 17


def date_of(day):
    return FIRST + datetime.timedelta(days=day)


def at(day, seconds):
    """SECONDS after local midnight of DAY, as seconds since 1970; days differ in length."""
    midnight = datetime.datetime.combine(date_of(day), datetime.time(), ZONE)
    return midnight.timestamp() + seconds


def server(system):
    return f"10.{system}.0.1"


def directory(system):
    return f"10.{system}.0.2"


def client(system, number=0):
    return f"10.{system}.0.{3 + number}"


def device(system, number):
    return f"10.{system}.1.{1 + number}"


def days_of(*ranges):
    return {day for low, high in ranges for day in range(low, high + 1)}


# (kind, system, initiator, responder, port, days on which the traffic is there)
def schedule():
    every = days_of((0, DAYS - 1))
    events = [
        ("unexpected", 1, device(1, 0), server(1), 22, days_of((3, 7))),
        ("unexpected", 1, "10.9.0.7", server(1), 3389, {5}),
        ("wrong-direction", 2, device(2, 4), server(2), 443, days_of((10, 14), (16, 20))),
        ("unexpected", 5, "10.9.0.8", server(5), 8080, every),  # excepted until EXCEPTION_LAST
        ("unexpected", 4, "10.9.0.9", device(4, 3), 5900, every),
        ("unexpected", 3, device(3, 9), server(3), 2222, days_of((7, 9))),  # over the silent day
        ("unexpected", 2, device(2, 8), server(2), 2200, days_of((CHANGED_DAY, 27))),
    ]
    chance = random.Random(4)
    for number in range(40):
        system = 1 + number % SYSTEMS
        days = {day for day in range(DAYS) if chance.random() < (0.15 if number % 2 else 0.8)}
        events.append(("unexpected", system, device(system, 20 + number), server(system), 6000 + number, days))
    return events


# Documented under the first matrix only, under the second only: (system, initiator, responder, port, days).
RETIRED = (3, client(3), server(3), 9000, days_of((0, DAYS - 1)))
ADOPTED = (4, device(4, 30), server(4), 7000, days_of((20, DAYS - 1)))
UNSYNCED = (3, days_of((12, 14)))  # a required rule is not seen


def findings(day, matrix):
    """Keys of what is to be found on DAY under MATRIX (1 or 2); empty where nothing was captured."""
    if day == SILENT_DAY:
        return set()
    out = {(k, s, i, r, p) for k, s, i, r, p, days in schedule() if day in days}
    if matrix == 2 and day in RETIRED[4]:
        out.add(("unexpected",) + RETIRED[:4])
    if matrix == 1 and day in ADOPTED[4]:
        out.add(("unexpected",) + ADOPTED[:4])
    if day in UNSYNCED[1]:
        out.add(("missing", UNSYNCED[0], None, None, None))
    return out


def plan():
    nights = []
    since = {}  # of the report of the last day with a record
    before = None
    for day in range(DAYS):
        matrix = 2 if day >= CHANGED_DAY else 1
        today = findings(day, matrix)
        night = {"day": str(date_of(day)), "compared": before is not None and day != SILENT_DAY, "lines": []}
        if day != SILENT_DAY:
            yesterday = findings(before, matrix) if before is not None else set()
            changed = before is not None and matrix != (2 if before >= CHANGED_DAY else 1)
            told = since
            since = {}
            for key in today:
                state = "continuing" if key in yesterday else "new"
                start = told.get(key, before) if state == "continuing" else day
                since[key] = start
                night["lines"].append([key, state, str(date_of(start)), changed and (key in yesterday) != (key in told)])
            for key in (yesterday | set(told)) - today:
                night["lines"].append([key, "fixed", str(date_of(told.get(key, before))),
                                       changed and (key in yesterday) != (key in told)])
            before = day
        nights.append(night)
    return nights


def checksum(data):
    total = sum(struct.unpack(f">{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def mac(address):
    return b"\x02\x00" + ipaddress.ip_address(address).packed


def frame(source, target, protocol, payload, number):
    head = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(payload), number & 0xFFFF, 0, 64, protocol, 0,
                       ipaddress.ip_address(source).packed, ipaddress.ip_address(target).packed)
    head = head[:10] + struct.pack(">H", checksum(head)) + head[12:]
    return mac(target) + mac(source) + b"\x08\x00" + head + payload


def segment(source_port, target_port, sequence, acknowledged, flags, data=b""):
    return struct.pack(">HHIIBBHHH", source_port, target_port, sequence, acknowledged, 5 << 4, flags, 8192, 0, 0) + data


class Night:
    def __init__(self, day):
        self.day, self.packets, self.chance = day, [], random.Random(1000 + day)

    def add(self, seconds, source, target, payload):
        number = len(self.packets)
        self.packets.append((at(self.day, seconds), frame(source, target, 6, payload, number + 1)))

    def connect(self, seconds, initiator, responder, port):
        source, one, two = 40000 + self.chance.randrange(20000), self.chance.randrange(1 << 30), self.chance.randrange(1 << 30)
        steps = [(initiator, responder, source, port, one, 0, 2, b""), (responder, initiator, port, source, two, one + 1, 18, b""),
                 (initiator, responder, source, port, one + 1, two + 1, 16, b""),
                 (initiator, responder, source, port, one + 1, two + 1, 24, b"x" * 20),
                 (responder, initiator, port, source, two + 1, one + 21, 24, b"y" * 30),
                 (initiator, responder, source, port, one + 21, two + 31, 17, b""),
                 (responder, initiator, port, source, two + 31, one + 22, 17, b""),
                 (initiator, responder, source, port, one + 22, two + 32, 16, b"")]
        for place, (a, b, sport, dport, seq, ack, flags, data) in enumerate(steps):
            self.add(seconds + place * 0.01, a, b, segment(sport, dport, seq, ack, flags, data))

    def fill(self):
        # The first and last minutes of the day, so that nothing of the next day's calendar is touched.
        for system in range(1, SYSTEMS + 1):
            for number in range(DEVICES):
                self.connect(60 + system * 1000 + number * 900 + self.chance.randrange(600), server(system),
                             device(system, number), 443)
            for number in range(2):
                self.connect(30000 + system * 10 + number, client(system, number), server(system), 443)
            # The directory is seen talking every day: that it is not asked then shows.
            self.connect(40000 + system, server(system), directory(system), 636)
            if not (system == UNSYNCED[0] and self.day in UNSYNCED[1]):
                for hour in range(0, 23):
                    self.connect(120 + hour * 3600 + system, server(system), directory(system), 389)
        for kind, _, initiator, responder, port, days in schedule():
            if self.day in days:
                self.connect(7200 + self.chance.randrange(60000), initiator, responder, port)
        for _, initiator, responder, port, days in (RETIRED, ADOPTED):
            if self.day in days:
                self.connect(7200 + self.chance.randrange(60000), initiator, responder, port)
        self.connect(82500, client(1), server(1), 443)
        self.packets.sort(key=lambda packet: packet[0])


def write_capture(path, packets):
    data = [struct.pack("<IHHiIII", 0xA1B23C4D, 2, 4, 0, 0, 65535, 1)]
    for time, raw in packets:
        sec = int(time)
        data.append(struct.pack("<IIII", sec, int((time - sec) * 1e9), len(raw), len(raw)) + raw)
    whole = b"".join(data)
    path.write_bytes(gzip.compress(whole, 1, mtime=0) if path.suffix == ".gz" else whole)


def write_nights(spool):
    for day in range(DAYS):
        if day == SILENT_DAY:
            continue
        night = Night(day)
        night.fill()
        name = f"{date_of(day)}"
        if day % 7 == 3:  # rotated: three files a day
            third = len(night.packets) // 3
            for part in range(3):
                end = (part + 1) * third if part < 2 else len(night.packets)
                write_capture(spool / f"{name}-{part}.pcap", night.packets[part * third:end])
        else:
            write_capture(spool / f"{name}.pcap{'.gz' if day % 3 == 0 else ''}", night.packets)


def write_carried(folder):
    """A connection over midnight, of ports that say nothing: its opening in one capture, its middle in the next."""
    night, morning = Night(2), Night(3)
    night.connect(86000, device(1, 1), server(1), 443)
    night.add(86390, client(1), server(1), segment(5000, 6500, 1, 0, 2))
    night.add(86391, server(1), client(1), segment(6500, 5000, 9, 2, 18))
    night.add(86392, client(1), server(1), segment(5000, 6500, 2, 10, 16))
    morning.add(10, server(1), client(1), segment(6500, 5000, 10, 2, 24, b"y" * 9))
    morning.add(11, client(1), server(1), segment(5000, 6500, 2, 19, 16))
    morning.connect(20, device(1, 1), server(1), 443)
    write_capture(folder / "night.pcap", night.packets)
    write_capture(folder / "morning.pcap", morning.packets)


def rule(name, source, target, port, level="optional"):
    return {"id": name, "proto": ["tcp"], "from": [source], "to": [target], "opens": "from", "ports": [port],
            "presence": {"level": level, "each": "system", "within": 3600} if level == "required" else {"level": level},
            "basis": "documented", "cite": {"source": "s", "where": name}}


def signature(matrix):
    rules = [rule("poll", "server", "device", 443), rule("work", "client", "server", 443),
             rule("look-up", "server", "directory", 636), rule("sync", "server", "directory", 389, "required")]
    rules.append(rule("old-door", "client", "server", 9000) if matrix == 1 else rule("new-door", "device", "server", 7000))
    return {"schema": "tapaudit.signature/1", "id": "night", "vendor": "V", "product": "Night", "revision": matrix,
            "sources": [{"id": "s", "title": "source", "date": "2026-01-01"}],
            "roles": [{"id": "server", "kind": "product"}, {"id": "device", "kind": "product"},
                      {"id": "client", "kind": "person"}, {"id": "directory", "kind": "infrastructure"}],
            "rules": rules}


def site():
    systems = [{"name": f"s{n}", "signature": "night",
                "roles": {"server": [server(n)], "device": [f"10.{n}.1.0/24"], "client": [client(n, 0), client(n, 1)],
                          "directory": [directory(n)]},
                "expect": {"sync": {"level": "required", "each": "system", "within": 7200}}} for n in range(1, SYSTEMS + 1)]
    exception = {"id": "EX-1", "match": {"initiator": "10.9.0.8", "ports": [8080]}, "reason": "r", "owner": "o",
                 "expires": str(date_of(EXCEPTION_LAST))}
    return {"schema": "tapaudit.site/1", "name": "Month", "timezone": "Europe/Berlin", "systems": systems,
            "exceptions": [exception]}


def make(folder):
    for name in ("spool", "signatures1", "signatures2", "carried"):
        (folder / name).mkdir(parents=True)
    write_carried(folder / "carried")
    write_nights(folder / "spool")
    for matrix in (1, 2):
        (folder / f"signatures{matrix}" / "night.json").write_text(json.dumps(signature(matrix)))
    (folder / "site.json").write_text(json.dumps(site()))
    (folder / "plan.json").write_text(json.dumps(plan()))


def key_of(finding):
    """A finding of a report as the schedule names it."""
    system = int(finding["system"][1:])
    if finding["kind"] == "missing":
        return ("missing", system, None, None, None)
    return (finding["kind"], system, finding["initiator"]["address"], finding["responder"]["address"], finding["port"])


def summary_lines(path):
    for line in path.read_text().splitlines():
        word = line.split()
        if word and word[0] in ("new", "continuing", "fixed"):
            yield word[0], word[1], word[4], "[matrix-changed]" in line, "[excepted: EX-1]" in line


def check_night(folder, night, names):
    """Wrong lines of one night, in words. NAMES: finding ids of all reports so far."""
    report = json.loads((folder / night["day"] / "report.json").read_text())
    for finding in report["findings"]:
        names[finding["id"][:8]] = key_of(finding)
    text = (folder / night["day"] / "summary.txt").read_text()
    if not night["compared"] and "compared with" in text:
        yield "was compared"
    compared = report["comparison"]
    if (compared is not None) != night["compared"]:
        yield "JSON: compared or not"
    told = {(finding["id"][:8], history["state"], history["since"], history["matrix_changed"])
            for finding in report["findings"] if (history := finding["history"])}
    told |= {(fixed["id"][:8], "fixed", fixed["since"], fixed["matrix_changed"])
             for fixed in (compared["fixed"] if compared else [])}
    lines = {(id, state, since, changed)
             for state, since, id, changed, _ in summary_lines(folder / night["day"] / "summary.txt")}
    if told != lines:
        yield f"JSON says something else than the summary: {sorted(told ^ lines)}"
    got = {(names[id], state, since, changed) for state, since, id, changed, _ in summary_lines(folder / night["day"] / "summary.txt")}
    wanted = {(tuple(key), state, since, changed) for key, state, since, changed in night["lines"]}
    for line in sorted(map(str, wanted - got)):
        yield "lacks " + line
    for line in sorted(map(str, got - wanted)):
        yield "should not say " + line
    excepted = any(mark for *_, mark in summary_lines(folder / night["day"] / "summary.txt"))
    if excepted != (night["day"] <= str(date_of(EXCEPTION_LAST)) and bool(night["lines"])):
        yield "is wrong on the exception"


def check(folder):
    names, wrong, nights = {}, 0, json.loads((folder / "plan.json").read_text())
    for night in nights:
        for text in check_night(folder / "out", night, names):
            print(f"{night['day']} {text}")
            wrong += 1
    print(f"{sum(len(night['lines']) for night in nights)} lines of {len(nights)} nights, {wrong} wrong")
    return 1 if wrong else 0


def dump(path):
    db = sqlite3.connect(path)
    for (table,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").fetchall():
        if table != "file":  # times of change are the file system's
            for line in sorted(map(repr, db.execute(f"SELECT * FROM {table}").fetchall())):
                print(table, line)
    return 0


if __name__ == "__main__":
    command, where = sys.argv[1], pathlib.Path(sys.argv[2])
    if command == "make":
        make(where)
    else:
        sys.exit(check(where) if command == "check" else dump(where))
