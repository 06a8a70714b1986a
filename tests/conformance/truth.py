"""Reads the truth of one capture."""
import csv
import re

from program import address

ICMP_ERRORS = {("icmp", t) for t in (3, 4, 11, 12)} | {("icmp6", t) for t in (1, 2, 3, 4)}
# IGMP, multicast listeners, neighbour and router discovery, redirects: housekeeping to us.
HOUSEKEEPING = {("icmp", t) for t in (5, 9, 10)} | {("icmp6", t) for t in (130, 131, 132, 133, 134, 135, 136, 137, 143)}


def read_table(path):
    if not path.exists():
        return []
    with open(path, encoding="utf-8", newline="") as f:
        return list(csv.DictReader(f, delimiter="\t", quoting=csv.QUOTE_NONE))


class Conversation:
    def __init__(self, row):
        self.proto = row["proto"]
        self.a, self.b = (address(row["addr_a"]), int(row["port_a"])), (address(row["addr_b"]), int(row["port_b"]))
        # Later fragments have no ports; here they go with their first one.
        self.packets = {self.a: int(row["pkts_ab"]) + int(row["frag_ab"])}
        self.packets[self.b] = self.packets.get(self.b, 0) + int(row["pkts_ba"]) + int(row["frag_ba"])
        self.by_syn = {"A": self.a, "B": self.b}.get(row["initiator"])
        self.by_synack = {"~A": self.a, "~B": self.b}.get(row["initiator2"])


class Other:
    """IP packets of one sender, receiver and kind that hold no TCP or UDP header."""

    def __init__(self, row):
        self.src, self.dst = address(row["src"]), address(row["dst"])
        self.packets = int(row["pkts"])
        kind, number = row["what"].split()[:2]
        self.proto, self.icmp = number, None
        if kind in ("icmp", "icmpv6"):
            self.proto = "icmp" if kind == "icmp" else "icmp6"
            self.icmp = tuple(int(n) if n.isdigit() else -1 for n in re.split("/", number))
        self.is_error = self.icmp is not None and (self.proto, self.icmp[0]) in ICMP_ERRORS
        self.is_housekeeping = self.proto == "2" or (self.icmp is not None
                                                     and (self.proto, self.icmp[0]) in HOUSEKEEPING)


class Truth:
    def __init__(self, conversations, others, summary):
        self.conversations, self.others = conversations, others
        self.summary = {k: int(v) for k, v in summary.items() if v and v.isdigit()}


def read(folder, name, summary):
    return Truth([Conversation(r) for r in read_table(folder / f"{name}.inner.tsv")],
                 [Other(r) for r in read_table(folder / f"{name}.other.tsv")], summary)
