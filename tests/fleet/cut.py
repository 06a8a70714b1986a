"""Packets FIRST up to but without END of a classic capture: cut.py IN OUT FIRST END."""
import struct
import sys

source, target, first, end = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
data = open(source, "rb").read()
order = "<" if data[:4] in (b"\xd4\xc3\xb2\xa1", b"\x4d\x3c\xb2\xa1") else ">"
at, number, kept = 24, 0, [data[:24]]
while at + 16 <= len(data):
    length = 16 + struct.unpack(order + "I", data[at + 8 : at + 12])[0]
    if first <= number < end:
        kept.append(data[at : at + length])
    at += length
    number += 1
open(target, "wb").write(b"".join(kept))
