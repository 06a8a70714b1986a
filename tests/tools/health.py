#!/usr/bin/env python3
"""health.py PROGRAM: every reason of a capture's grade through the whole program, one small capture each, and one that is
sound. What floods cost (evicted, forgotten, folded) flood.py asks. The last line adds up."""
import json
import os
import struct
import subprocess
import sys
import tempfile

START = 1700000000
SYN, ACK, PSH_ACK, SYN_ACK = 2, 16, 24, 18
A, B = "10.0.0.1", "10.0.0.2"


def ip_bytes(text):
    return bytes(int(part) for part in text.split("."))


def ethernet(src, dst, ip):
    return b"\2\0" + ip_bytes(dst) + b"\2\0" + ip_bytes(src) + b"\x08\0" + ip


class Packets:
    """Frames in order, 10 ms apart unless told otherwise."""

    def __init__(self):
        self.frames = []
        self.time, self.ip_id = 0.0, 0

    def add(self, frame, cut=0, after=0.01):
        self.time += after
        self.frames.append((START + self.time, frame, cut))

    def ipv4(self, src, dst, protocol, body, fragment=0, more=False):
        self.ip_id += 1
        head = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(body), self.ip_id, fragment | (0x2000 if more else 0), 64, protocol, 0)
        return ethernet(src, dst, head + ip_bytes(src) + ip_bytes(dst) + body)

    def tcp(self, src, dst, ports, numbers, flags, payload=b"", **how):
        head = struct.pack(">HHIIBBHHH", *ports, *numbers, 0x50, flags, 8192, 0, 0)
        self.add(self.ipv4(src, dst, 6, head + payload), **how)

    def udp(self, src, dst, ports, payload, **how):
        self.add(self.ipv4(src, dst, 17, struct.pack(">HHHH", *ports, 8 + len(payload), 0) + payload), **how)

    def connection(self, port, lost=0, both=True, rounds=4):
        """A whole one on PORT; the mirror never showed LOST bytes of the answer, or showed the client alone."""
        out, back = (port, 443), (443, port)
        self.tcp(A, B, out, (1000, 0), SYN)
        if both:
            self.tcp(B, A, back, (5000, 1001), SYN_ACK)
        self.tcp(A, B, out, (1001, 5001), ACK)
        seq, answered = 1001, 5001
        for _ in range(rounds):
            self.tcp(A, B, out, (seq, answered), PSH_ACK, b"x" * 50)
            seq += 50
            if both:
                self.tcp(B, A, back, (answered, seq), PSH_ACK, b"y" * 100)
            answered += 100
            self.tcp(A, B, out, (seq, answered + lost), ACK)
            answered += lost

    def write(self, path, link_type=1):
        with open(path, "wb") as file:
            file.write(struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 262144, link_type))
            for time, frame, cut in self.frames:
                second = int(time)
                file.write(struct.pack("<IIII", second, int((time - second) * 1e6), len(frame) - cut, len(frame)))
                file.write(frame[:len(frame) - cut])

    def write_pcapng(self, path, drops):
        def block(kind, body):
            body += b"\0" * (-len(body) % 4)
            length = struct.pack("<I", len(body) + 12)
            return struct.pack("<I", kind) + length + body + length

        with open(path, "wb") as file:
            file.write(block(0x0a0d0d0a, struct.pack("<IHHq", 0x1a2b3c4d, 1, 0, -1)))
            file.write(block(1, struct.pack("<HHI", 1, 0, 0)))
            for time, frame, _ in self.frames:
                units = int(time * 1e6)
                file.write(block(6, struct.pack("<IIIII", 0, units >> 32, units & 0xffffffff, len(frame), len(frame)) + frame))
            file.write(block(5, struct.pack("<III", 0, 0, 0) + struct.pack("<HHQ", 5, 8, drops)))


def sound():
    packets = Packets()
    for port in range(40000, 40020):
        packets.connection(port)
    return packets


def unread():
    packets = sound()
    packets.add(ethernet(A, B, b"\x41" + bytes(39)))
    return packets


def unread_much():
    packets = sound()
    for _ in range(30):
        packets.add(packets.ipv4(A, B, 17, b"z" * 64, fragment=100))
    return packets


def unseen():
    packets = sound()
    packets.connection(50000, lost=1000)
    return packets


def onesided():
    packets = sound()
    for port in range(50000, 50030):
        packets.connection(port, both=False)
    return packets


def twice():
    packets = sound()
    packets.frames[10:10] = [packets.frames[9]]
    return packets


def steps():
    packets = sound()
    packets.udp(A, B, (5000, 5001), b"q", after=-0.5)
    return packets


def evidence_cut():
    packets = sound()
    packets.udp(A, B, (50000, 514), b"a question that could have told " * 4, cut=120)
    return packets


def frames_cut():
    packets = sound()
    packets.connection(50000)
    time, frame, _ = packets.frames[-2]
    packets.frames[-2] = (time, frame, 60)
    return packets


# What is made, the grade, and how its reasons begin.
CASES = {
    "sound": (sound, "A", []),
    "one malformed": (unread, "B", ["packets that could not be read"]),
    "fragments without a first": (unread_much, "D", ["packets that could not be read"]),
    "bytes never seen": (unseen, "D", ["TCP bytes acknowledged but never seen"]),
    "one side": (onesided, "D", ["TCP flows seen from one side only", "TCP bytes acknowledged but never seen"]),
    "mirrored twice": (twice, "B", ["1 packet mirrored twice"]),
    "clock step": (steps, "B", ["1 clock step backwards"]),
    "evidence cut": (evidence_cut, "B", ["1 payload cut that could have told the direction", "frames cut"]),
    "frames cut": (frames_cut, "B", ["frames cut, the shortest to 94 bytes"]),
}


def health(program, path):
    done = subprocess.run([program, "audit", "-q", "-f", "json", "-S", "signatures", path], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, check=False)
    report = json.loads(done.stdout)
    assert sum(report["capture"]["accounting"].values()) == report["capture"]["packets"]
    return report["capture"]["health"]


def main():
    passed = failed = 0
    with tempfile.TemporaryDirectory(prefix="tapaudit-health-") as folder:
        path = os.path.join(folder, "capture")
        made = {name: (make().write, grade, reasons) for name, (make, grade, reasons) in CASES.items()}
        drops = lambda count: (lambda to: sound().write_pcapng(to, count))
        made["no drops"] = (drops(0), "A", [])
        made["drops"] = (drops(1000), "D", ["drops"])
        made["few drops"] = (drops(1), "C", ["drops"])
        made["link type"] = (lambda to: sound().write(to, 147), "D", ["packets that could not be read"])
        for name, (write, grade, reasons) in made.items():
            write(path)
            said = health(sys.argv[1], path)
            same = len(said["reasons"]) == len(reasons) and all(
                any(reason.startswith(wanted) for reason in said["reasons"]) for wanted in reasons)
            if said["grade"] == grade and same:
                passed += 1
            else:
                failed += 1
                print(f"FAIL {name}: {said['grade']} {said['reasons']}, not {grade} {reasons}")
    print(f"{passed} passed, {failed} failed")
    sys.exit(failed > 0)


main()
