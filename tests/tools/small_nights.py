#!/usr/bin/env python3
"""Single captures for the site of make_nights.py.

    small_nights.py site DIR                                       signatures1/ and site.json
    small_nights.py capture FILE DAY SECONDS [OPENER LISTENER PORT]..  connections from SECONDS after midnight on, ten
                                                                    seconds apart, between two that are documented; a
                                                                    PORT "!80" is refused
    small_nights.py open FILE DAY SECONDS PART                     part 0 or 1 of a connection that lasts
"""
import json
import pathlib
import sys

from make_nights import Night, client, device, segment, server, signature, site, write_capture


def refuse(night, seconds, opener, listener, port):
    night.add(seconds, opener, listener, segment(40000, port, 1, 0, 2))
    night.add(seconds + 0.01, listener, opener, segment(port, 40000, 0, 2, 20))


def capture(path, day, seconds, triples):
    night = Night(day)
    night.connect(seconds, server(1), device(1, 0), 443)
    for place in range(0, len(triples), 3):
        seconds += 10
        opener, listener, port = triples[place:place + 3]
        if port.startswith("!"):
            refuse(night, seconds, opener, listener, int(port[1:]))
        else:
            night.connect(seconds, opener, listener, int(port))
    night.connect(seconds + 10, server(1), device(1, 1), 443)
    night.connect(seconds + 20, client(1), server(1), 443)
    write_capture(pathlib.Path(path), night.packets)


def open_flow(path, day, seconds, part):
    """Ports that say nothing: only who saw the opening knows who opened it."""
    night = Night(day)
    one, two = client(1), server(1)
    night.connect(seconds, server(1), device(1, 0), 443)
    if part == 0:
        night.add(seconds + 10, one, two, segment(5000, 6500, 1, 0, 2))
        night.add(seconds + 11, two, one, segment(6500, 5000, 9, 2, 18))
        night.add(seconds + 12, one, two, segment(5000, 6500, 2, 10, 16))
    else:
        night.add(seconds + 10, two, one, segment(6500, 5000, 10, 2, 24, b"y" * 9))
        night.add(seconds + 11, one, two, segment(5000, 6500, 2, 19, 16))
    night.connect(seconds + 20, server(1), device(1, 1), 443)
    write_capture(pathlib.Path(path), night.packets)


def make_site(folder):
    (folder / "signatures1").mkdir(parents=True)
    (folder / "signatures1" / "night.json").write_text(json.dumps(signature(1)))
    (folder / "site.json").write_text(json.dumps(site()))


if __name__ == "__main__":
    what, where = sys.argv[1], sys.argv[2]
    if what == "site":
        make_site(pathlib.Path(where))
    elif what == "capture":
        capture(where, int(sys.argv[3]), float(sys.argv[4]), sys.argv[5:])
    else:
        open_flow(where, int(sys.argv[3]), float(sys.argv[4]), int(sys.argv[5]))
