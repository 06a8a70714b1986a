#!/usr/bin/env python3
"""filtered_capture.py FROM TO [--silent]: the IPv4 UDP packets of a little-endian pcapng, as dumpcap -f udp would have made
it: each interface tells the filter, unless --silent."""
import struct
import sys

INTERFACE, PACKET, OPTION_FILTER = 1, 6, 11
FILTER = b"\0udp"


def block(kind, body):
    length = struct.pack("<I", len(body) + 12)
    return struct.pack("<I", kind) + length + body + length


def main():
    with open(sys.argv[1], "rb") as file:
        data = file.read()
    option = struct.pack("<HH", OPTION_FILTER, len(FILTER)) + FILTER + b"\0" * (-len(FILTER) % 4)
    at, out = 0, []
    while at < len(data):
        kind, length = struct.unpack_from("<II", data, at)
        body = data[at + 8:at + length - 4]
        at += length
        if kind == INTERFACE and "--silent" not in sys.argv:
            body = body[:8] + option + body[8:]
        frame = body[20:]
        if kind == PACKET and not (frame[12:14] == b"\x08\x00" and frame[23] == 17):
            continue
        out.append(block(kind, body))
    with open(sys.argv[2], "wb") as file:
        file.write(b"".join(out))


main()
