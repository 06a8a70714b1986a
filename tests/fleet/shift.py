"""A classic capture (microseconds) SECONDS later: shift.py IN OUT SECONDS."""
import struct
import sys

source, target, seconds = sys.argv[1], sys.argv[2], int(sys.argv[3])
data = bytearray(open(source, "rb").read())
order = "<" if data[:4] in (b"\xd4\xc3\xb2\xa1", b"\x4d\x3c\xb2\xa1") else ">"
at = 24
while at + 16 <= len(data):
    second, length = struct.unpack(order + "I", data[at : at + 4])[0], struct.unpack(order + "I", data[at + 8 : at + 12])[0]
    data[at : at + 4] = struct.pack(order + "I", second + seconds)
    at += 16 + length
open(target, "wb").write(data)
