"""Reads and writes classic pcap, and tells which way a frame goes. Only what the splits need."""
import gzip
import struct

MAGICS = {b"\xd4\xc3\xb2\xa1": ("<", 1000), b"\xa1\xb2\xc3\xd4": (">", 1000),
          b"\x4d\x3c\xb2\xa1": ("<", 1), b"\xa1\xb2\x3c\x4d": (">", 1)}
ETHERNET, RAW_IP, LINUX_COOKED = 1, (12, 101, 228), 113
IPV4, IPV6, VLANS = 0x0800, 0x86DD, (0x8100, 0x88A8, 0x9100)


class Capture:
    def __init__(self, link_type, records):
        self.link_type, self.records = link_type, records  # (time in ns, length on the wire, bytes)


def read(path):
    """None where the file is no classic pcap."""
    with gzip.open(path) if path.suffix == ".gz" else open(path, "rb") as f:
        data = f.read()
    order, unit_ns = MAGICS.get(data[:4], (None, 0))
    if not order or struct.unpack(order + "H", data[4:6])[0] != 2:
        return None
    records, at = [], 24
    while at + 16 <= len(data):
        sec, part, caplen, wirelen = struct.unpack(order + "4I", data[at:at + 16])
        if at + 16 + caplen > len(data):
            break
        records.append((sec * 10**9 + part * unit_ns, wirelen, data[at + 16:at + 16 + caplen]))
        at += 16 + caplen
    return Capture(struct.unpack(order + "I", data[20:24])[0] & 0xFFFF, records)


def write(path, capture):
    with open(path, "wb") as f:
        f.write(struct.pack("<IHHiIII", 0xA1B23C4D, 2, 4, 0, 0, 262144, capture.link_type))
        for time_ns, wirelen, data in capture.records:
            f.write(struct.pack("<IIII", time_ns // 10**9, time_ns % 10**9, len(data), wirelen) + data)


def ip_start(link_type, data):
    """(EtherType, offset) of what the link carries."""
    if link_type in RAW_IP:
        return (IPV6 if data[:1] and data[0] >> 4 == 6 else IPV4), 0
    at = {ETHERNET: 12, LINUX_COOKED: 14}[link_type]
    kind = int.from_bytes(data[at:at + 2], "big")
    while kind in VLANS and at + 6 <= len(data):
        at += 4
        kind = int.from_bytes(data[at:at + 2], "big")
    return kind, at + 2


def goes_up(link_type, data):
    """Whether the frame's IP source is above its destination; of equal addresses, the port. False for all else."""
    kind, at = ip_start(link_type, data)
    if kind == IPV4 and len(data) >= at + 20:
        src, dst, ports = data[at + 12:at + 16], data[at + 16:at + 20], at + (data[at] & 15) * 4
    elif kind == IPV6 and len(data) >= at + 40:
        src, dst, ports = data[at + 8:at + 24], data[at + 24:at + 40], at + 40
    else:
        return False
    if src == dst:
        src, dst = data[ports:ports + 2], data[ports + 2:ports + 4]
    return src > dst


def can_tell(capture):
    return capture.link_type in (ETHERNET, LINUX_COOKED, *RAW_IP)
