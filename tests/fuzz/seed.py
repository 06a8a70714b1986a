#!/usr/bin/env python3
"""Makes the fuzzers' first inputs: seed.py OUT. From the captures in pcaps/ and ../shared/pcaps (where there are
any), the signature and site files, and reports of the program itself; small pieces, one file each, named by their hash,
under OUT/<door>/. Also a dictionary for each door that reads text, OUT/<door>.dict."""

import bz2
import gzip
import hashlib
import io
import json
import lzma
import pathlib
import random
import re
import struct
import subprocess
import sys
import tarfile
import zipfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
FRAME_BYTES = 400  # longer frames teach nothing more
FRAMES_A_FILE = 40
FILE_BYTES = 3000
LINK_OF_DLT = {12: 101, 14: 101}


def captures():
    for folder in (ROOT / "pcaps", ROOT / "../shared/pcaps"):
        if folder.is_dir():
            yield from sorted(p for p in folder.iterdir() if p.is_file() and p.suffix not in (".json", ".md", ".tsv", ".py"))


def records_pcap(data):
    """Yields (link type, wire length, bytes, end of the record)."""
    magic = data[:4]
    order = "<" if magic in (b"\xd4\xc3\xb2\xa1", b"\x4d\x3c\xb2\xa1") else ">"
    if magic not in (b"\xd4\xc3\xb2\xa1", b"\xa1\xb2\xc3\xd4", b"\x4d\x3c\xb2\xa1", b"\xa1\xb2\x3c\x4d") or len(data) < 24:
        return
    link = struct.unpack(order + "I", data[20:24])[0] & 0xFFFF
    at = 24
    while at + 16 <= len(data):
        caplen, wire = struct.unpack(order + "II", data[at + 8 : at + 16])
        at += 16
        if at + caplen > len(data):
            return
        yield LINK_OF_DLT.get(link, link), wire, data[at : at + caplen], at + caplen
        at += caplen


def records_pcapng(data):
    """The same of enhanced packet blocks."""
    order, links, at = "<", [], 0
    while at + 12 <= len(data):
        kind = struct.unpack(order + "I", data[at : at + 4])[0]
        if data[at : at + 4] == b"\x0a\x0d\x0d\x0a":
            order = "<" if data[at + 8 : at + 12] == b"\x4d\x3c\x2b\x1a" else ">"
            links = []
        length = struct.unpack(order + "I", data[at + 4 : at + 8])[0]
        if length < 12 or at + length > len(data):
            return
        body = data[at + 8 : at + length - 4]
        if kind == 1 and len(body) >= 8:
            links.append(struct.unpack(order + "H", body[:2])[0])
        elif kind == 6 and len(body) >= 20:
            interface, _, _, caplen, wire = struct.unpack(order + "5I", body[:20])
            if interface < len(links) and 20 + caplen <= len(body):
                yield links[interface], wire, body[20 : 20 + caplen], at + length
        at += length


def records(data):
    return records_pcapng(data) if data[:4] == b"\x0a\x0d\x0d\x0a" else records_pcap(data)


def plain(path):
    """The file's bytes without a compression around them."""
    data = path.read_bytes()
    return gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data


def payloads(frame):
    """(protocol, source port, destination port, payload) of a plain Ethernet frame with IPv4 or IPv6 inside."""
    if len(frame) < 34:
        return
    kind = frame[12:14]
    if kind == b"\x08\x00":
        protocol, at = frame[23], 14 + (frame[14] & 15) * 4
    elif kind == b"\x86\xdd":
        protocol, at = frame[20], 54
    else:
        return
    if protocol not in (6, 17) or len(frame) < at + 8:
        return
    head = (frame[at + 12] >> 4) * 4 if protocol == 6 and len(frame) > at + 12 else 8
    ports = struct.unpack(">HH", frame[at : at + 4])
    if len(frame) > at + head:
        yield protocol, ports[0], ports[1], frame[at + head :]


class Seeds:
    def __init__(self, out):
        self.out = out
        self.count = {}

    def add(self, door, data):
        folder = self.out / door
        folder.mkdir(parents=True, exist_ok=True)
        (folder / hashlib.sha1(data).hexdigest()).write_bytes(data)
        self.count[door] = self.count.get(door, 0) + 1

    def words(self, door, words):
        lines = []
        for word in sorted(set(words)):
            raw = word if isinstance(word, bytes) else word.encode()
            if 1 < len(raw) <= 60:
                lines.append('"' + "".join(f"\\x{b:02x}" for b in raw) + '"\n')
        (self.out / f"{door}.dict").write_text("".join(lines))


def flow_script(frames):
    """Whole frames as a script of fuzz_flow: operation 3, waiting half a second, the length, the frame."""
    script = b"\x00"
    for _, _, frame, _ in frames:
        if len(frame) <= 255:
            script += bytes([3 | 4 << 4, len(frame)]) + frame
    return script[:4000]


def road_scripts(seeds):
    """Conversations of fuzz_road that are long enough for its short roads, with now and then something odd."""
    draw = random.Random(1)
    for _ in range(60):
        script = b""
        for _ in range(draw.randint(40, 300)):
            odd = draw.random() < 0.03
            first = draw.randrange(2) | draw.randrange(2) << 4 | (draw.random() < 0.05) << 5 | odd << 6
            choice = draw.randrange(16) if draw.random() < 0.06 else draw.randrange(8)
            wait = draw.randrange(16) if draw.random() < 0.04 else draw.choice((2, 3, 4, 6, 6, 7, 8))
            bits = draw.choice((0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 16, 32, 64))
            script += bytes([first, choice | draw.randrange(16) << 4, draw.randrange(48), wait, bits])
        seeds.add("road", script)


def road_step(pair, way, flags, text=b"", wait=6, bits=0, number=8):
    """A step of fuzz_road; way 1 is from client to server. A number other than 8 does not fit. TEXT: less than 48 bytes."""
    odd = number != 8
    return bytes([pair | way << 4 | odd << 6, flags | number << 4, 192 + len(text) if text else 0, wait, bits]) + text


# Places of fuzz_road's flag_choice.
ROAD_ACK, ROAD_PUSH, ROAD_SYN, ROAD_SYNACK, ROAD_FIN = 0, 4, 8, 9, 10


def road_opening(pair, wait=6, bits=0):
    return b"".join(road_step(pair, way, flags, b"", wait, bits) for way, flags in ((1, ROAD_SYN), (0, ROAD_SYNACK), (1, ROAD_ACK)))


def early_scripts(seeds):
    """Many brief conversations of fuzz_road: taken up in their middle or with a handshake, with all kinds of first payloads,
    in the same minute or over several, by one router or several, and now and then a packet twice."""
    texts = (b"GET / HTTP/1.0\r\n", b"2", b"220", b"220-hello", b"220 ftp\r\n", b"HTTP/1.1 200 OK\r\n", b"\x01\x00\x00\x00", b"hello")
    draw = random.Random(2)

    def some_text():
        kind = draw.randrange(8)
        if kind < 3:
            return b""
        return draw.choice(texts) if kind == 3 else bytes(draw.randrange(256) for _ in range(draw.randint(1, 40))) if kind == 4 else b"\0" * draw.randint(1, 20)

    def some_step(pair, usual_wait, usual_bits):
        wait = draw.choice((9, 10, 11, 12, 14, 15)) if draw.random() < 0.02 else usual_wait
        bits = draw.choice((8, 16, 32, 64, 128)) if draw.random() < 0.04 else usual_bits
        number, way, text = draw.randrange(16) if draw.random() < 0.01 else 8, draw.randrange(2), some_text()
        step = road_step(pair, way, ROAD_PUSH if text else ROAD_ACK, text, wait, bits, number)
        return step if draw.random() < 0.9 else step + road_step(pair, way, ROAD_ACK, b"", 2, 4)

    for _ in range(120):
        script, wait = b"", draw.choice((6, 6, 7, 8, 8, 9))
        for _ in range(draw.randint(1, 12)):
            pair, bits = draw.randrange(16), draw.choice((0, 0, 0, 0, 8, 16, 128))
            if draw.random() < 0.4:
                opening = road_opening(pair, wait, bits)
                script += opening if draw.random() < 0.8 else opening[:10]
            for _ in range(draw.randint(1, 14)):
                script += some_step(pair, wait, bits if draw.random() < 0.7 else 0)
            if draw.random() < 0.3:
                script += b"".join(road_step(pair, way, ROAD_FIN, b"", wait, bits) for way in (0, 1))
                for _ in range(draw.randrange(3)):
                    script += some_step(pair, 10, bits)
        seeds.add("road", script)


def opening_scripts(seeds):
    """Openings of fuzz_road in which anything may follow: again, by the wrong side, with data, refused, closed at once."""
    draw = random.Random(3)
    follows = (ROAD_SYN, ROAD_SYN, ROAD_SYNACK, ROAD_SYNACK, ROAD_SYNACK, ROAD_ACK, ROAD_ACK, ROAD_PUSH, ROAD_FIN, ROAD_FIN, 11, 12, 13, 15)
    for _ in range(120):
        script, wait = b"", draw.choice((6, 6, 7, 8))
        for _ in range(draw.randint(4, 20)):
            pair, bits = draw.randrange(3), draw.choice((0, 0, 0, 0, 8, 16, 128))
            steps = [(1, ROAD_SYN), (0, ROAD_SYNACK), (1, ROAD_ACK), (0, ROAD_FIN), (1, ROAD_FIN)][: draw.randint(1, 5)]
            for _ in range(draw.randrange(4)):
                steps.insert(draw.randint(0, len(steps)), (draw.randrange(2), draw.choice(follows)))
            for way, flags in steps:
                number = draw.choice((6, 7, 9, 10, 11)) if draw.random() < 0.06 else 8
                text = b"\0" * draw.randint(1, 3) if draw.random() < 0.15 else b""
                script += road_step(pair, way, flags, text, draw.choice((9, 10, 12)) if draw.random() < 0.03 else wait, bits, number)
            if draw.random() < 0.1:
                # A whole connection, and its SYN-ACK once more.
                script += road_opening(pair, wait) + road_step(pair, 0, ROAD_FIN) + road_step(pair, 1, ROAD_FIN) + road_step(pair, 0, ROAD_SYNACK, number=6)
        seeds.add("road", script)


def greeting_scripts(seeds):
    """FTP on a port of its own in fuzz_road: known by its greeting alone, which may come in pieces or too late to be one."""
    for first in ((b"220 hello\r\n",), (b"2", b"20 hello\r\n"), (b"220", b" hello\r\n"), (b"hello\r\n", b"220 hello\r\n"), (b"\0\0\0", b"\0\0", b"220 hello\r\n")):
        for opening in (road_opening(0), road_step(0, 1, ROAD_ACK) + road_step(0, 0, ROAD_ACK)):
            script = opening + b"".join(road_step(0, 0, ROAD_PUSH, text) for text in first)
            script += road_step(0, 1, ROAD_PUSH, b"PASV\r\n") + road_step(0, 0, ROAD_PUSH, b"227 P (10,0,0,9,12,8)\r\n")
            seeds.add("road", script + road_opening(6) + road_step(6, 0, ROAD_PUSH, b"\0" * 9) + road_step(6, 1, ROAD_ACK))


def ftp_script(frames, server_port):
    script = b"\x00" if server_port == 21 else b"\x02"
    for _, _, frame, _ in frames:
        for protocol, source, destination, payload in payloads(frame):
            if protocol == 6 and server_port in (source, destination):
                for i in range(0, min(len(payload), 256), 63):
                    piece = payload[i : i + 63]
                    script += bytes([(0x80 if source == server_port else 0) | len(piece)]) + piece
    return script[:4000]


def wrappings(name, data):
    """The same capture in every wrapping that Python knows."""
    yield gzip.compress(data, mtime=0)
    yield bz2.compress(data)
    yield lzma.compress(data)
    for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", method) as archive:
            archive.writestr(zipfile.ZipInfo("in/" + name), data, method)
            archive.writestr(zipfile.ZipInfo("note.txt"), b"words", method)
        yield packed.getvalue()
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        info = tarfile.TarInfo(name)
        info.size = len(data)
        archive.addfile(info, io.BytesIO(data))
    yield packed.getvalue()
    yield gzip.compress(packed.getvalue(), mtime=0)


def from_capture(seeds, path):
    original = path.read_bytes()
    data = plain(path)
    found = []
    for record in records(data):
        found.append(record)
        if len(found) == FRAMES_A_FILE:
            break
    for link, wire, frame, _ in found:
        cut = min(255, max(0, wire - len(frame)))
        seeds.add("frame", struct.pack("<HBB", link, 0, cut) + frame[:FRAME_BYTES])
        for _, source, destination, payload in payloads(frame):
            seeds.add("evidence", struct.pack(">HHB", source, destination, 0) + payload[:200])
    whole = [end for _, _, _, end in found if end <= FILE_BYTES]
    small = data[: whole[-1]] if whole else data[:FILE_BYTES]
    seeds.add("pcapng" if data[:4] == b"\x0a\x0d\x0d\x0a" else "pcap", b"\x00" + small)
    if original != data or original[:4] == b"\x28\xb5\x2f\xfd":
        seeds.add("archive", original[:20000])
    if found:
        seeds.add("flow", flow_script(found))
    for port in (21, 2121):
        script = ftp_script(found, port)
        if len(script) > 20:
            seeds.add("ftp", script)
    return small


def from_texts(seeds):
    for path in sorted((ROOT / "signatures").glob("*.json")):
        seeds.add("signature", path.read_bytes())
    for path in sorted((ROOT / "pcaps").glob("*.site.json")):
        seeds.add("site", path.read_bytes())
    for name, rows in (("signature", 2), ("site", 1)):
        for path in sorted(ROOT.glob("signatures/*.json" if name == "signature" else "pcaps/*.site.json")):
            document = json.loads(path.read_text())
            # Smaller ones are quicker: a few rows of each list.
            for key in ("rules", "notes", "examples", "exceptions", "site_rules"):
                if isinstance(document.get(key), list):
                    document[key] = document[key][:rows]
            seeds.add(name, json.dumps(document).encode())
    words = set()
    for folder in ("signatures", "pcaps", "src/schema"):
        for path in (ROOT / folder).glob("*.json"):
            words.update(re.findall(r'"[^"\\]{1,40}"', path.read_text()))
    for door in ("signature", "site", "explain"):
        seeds.words(door, words | {"null", "true", "false", "\\u0000", "\\ud800", "1e308", "-1", "65536", "[[", "]]", "{}"})


def from_reports(seeds):
    program = ROOT / "build/tapaudit"
    if not program.exists():
        return
    for site in sorted((ROOT / "pcaps").glob("*.site.json")):
        product = site.name.split(".")[0]
        for capture in sorted((ROOT / "pcaps").glob(product + "-*.pcap*"))[:4]:
            run = subprocess.run([program, "audit", "-s", site, "-f", "json", capture], capture_output=True, timeout=60)
            if not run.stdout.startswith(b"{"):
                continue
            seeds.add("explain", run.stdout)
            report = json.loads(run.stdout)
            report["findings"] = report["findings"][:1]
            report["systems"] = []
            seeds.add("explain", json.dumps(report).encode())


def row_text(text):
    return bytes([len(text)]) + text.encode()


def from_answers(seeds):
    """Scripts of fuzz_clickhouse: after so many sound answers, one changed in this way, there, by these bytes."""
    for asked in range(48):
        for way in range(8):
            at = (asked * 8 + way) * 37 % 600
            line = (b"", b"\xff", b"\x00" * 8, b"\xff" * 9, b"Code: 252, too many parts\n", b"local", b"\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01")[(asked + way) % 7]
            seeds.add("clickhouse", bytes([asked, way]) + struct.pack(">H", at) + bytes([len(line)]) + line)
    # A shard is away when sensors are asked for: questions that follow then, one of their answers changed.
    away = bytes([2, 6, 0, 0, 0])
    for asked in range(8):
        for way in (0, 2, 3, 4, 6, 7):
            seeds.add("clickhouse", away + bytes([asked, way, 0, 3, 1, 255]))
    # Sensors, and what the register says of them, in no order.
    pairs = b"".join(row_text(name) + row_text("site") + struct.pack("<iiQQ", 1900000, 1900001, 1710000000, 2) for name in ("b", "a", "b"))
    events = b"".join(row_text(name) + struct.pack("<Q", 1) + row_text("site") + row_text("") + struct.pack("<Q", 2) for name in ("b", "a"))
    for asked, rows in ((2, pairs), (3, events), (24, events), (38, events)):
        seeds.add("clickhouse", bytes([asked, 4, 0, 0, len(rows)]) + rows)
    seeds.add("clickhouse", b"")


def main():
    out = pathlib.Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    seeds = Seeds(out)
    for number, path in enumerate(captures()):
        small = from_capture(seeds, path)
        if number % 12 == 0:
            for packed in wrappings("a.pcap", small):
                seeds.add("archive", packed)
    from_texts(seeds)
    from_answers(seeds)
    from_reports(seeds)
    road_scripts(seeds)
    early_scripts(seeds)
    opening_scripts(seeds)
    greeting_scripts(seeds)
    seeds.words("ftp", {"220 ", "220-", "227 Entering Passive Mode (10,0,0,2,", "229 (|||", "PORT 10,0,0,1,", "PORT 10,0,0,3,",
                        "EPRT |1|10.0.0.1|", "EPRT |2|fd00::1|", "PASV\r\n", "EPSV\r\n", "AUTH TLS\r\n", "234 ", "|)", "\r\n"})
    seeds.words("pcapng", {b"\x0a\x0d\x0d\x0a", b"\x4d\x3c\x2b\x1a", b"\x06\x00\x00\x00", b"\x03\x00\x00\x00",
                           b"\x02\x00\x00\x00", b"\x01\x00\x00\x00", b"\x09\x00\x01\x00", b"\x0e\x00\x08\x00"})
    print("seeds: " + ", ".join(f"{door} {count}" for door, count in sorted(seeds.count.items())))


main()
