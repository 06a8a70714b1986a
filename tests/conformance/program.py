"""Runs the program under test, and reads what it prints."""
import csv
import ipaddress
import json
import subprocess

TIME_LIMIT_SEC = 120


def address(text):
    """The same text for the same address; scopes (%vlan7) are this program's and left out."""
    return text if text.startswith("mac:") else str(ipaddress.ip_address(text.split("%")[0]))


class Flow:
    """One line of `flows`; ends are (address, port), as they stood in the packets."""

    def __init__(self, row):
        self.row = row
        # ICMP and ICMPv6 bear one name.
        self.proto = "icmp6" if row["proto"] == "icmp" and ":" in row["initiator"] + row["responder"] else row["proto"]
        self.opener = (address(row["initiator"]), int(row["initiator_port"] or 0))
        # An answer stands under the port that was asked; it came from another one.
        self.listener = (address(row["responder"]), int(row["answered_from"] or row["responder_port"] or 0))
        self.asked_port = int(row["responder_port"] or 0)
        self.packets_out, self.packets_in = int(row["packets_out"]), int(row["packets_in"])
        self.basis, self.confidence = row["basis"], row["confidence"]


class Program:
    def __init__(self, path):
        self.path = path

    def run(self, *arguments):
        result = subprocess.run([self.path, *map(str, arguments)], capture_output=True, text=True,
                                timeout=TIME_LIMIT_SEC, check=False)
        if result.returncode not in (0, 1, 2, 3):
            raise SystemExit(f"{arguments}: exit status {result.returncode}: {result.stderr.strip()[-300:]}")
        return result.stdout

    def flow_rows(self, *captures):
        return list(csv.DictReader(self.run("flows", "-q", *captures).splitlines()))

    def flows(self, capture):
        return [Flow(row) for row in self.flow_rows(capture)]

    def accounting(self, *captures):
        """{bucket: packets}, with "packets" for the whole."""
        seen = json.loads(self.run("audit", "-q", "-f", "json", *captures))["capture"]
        return dict({k: v or 0 for k, v in seen["accounting"].items()}, packets=seen["packets"])
