#!/usr/bin/env python3
"""matrix_coverage.py: holds the samples against the documented matrices.

For each signature, over IPv4 and over IPv6: every rule is `observed` in a sample that tells it right, and every documented
rule that one side opens is turned round in a wrong-direction finding. What cannot be so stands below with its reason.
Prints one line for each rule and family; the last line is "N passed, M failed".
"""
import json
import subprocess
import sys

# The samples of each signature that tell things right and turned round, by their names in tests/golden/TESTLIST.
TOLD = {
    "avocent-dsview": (["dsview-good-day"], ["dsview-wrong-direction"]),
    "minicom-kvmnet2": (
        ["kvmnet2-good-day", "kvmnet2-fallback", "kvmnet2-fallback-ipv6"],
        ["kvmnet2-wrong-direction"],
    ),
    "minicom-cam": (["cam-good-day", "cam-fallback", "cam-replicated"], ["cam-wrong-direction"]),
    "clearone-converge-pro": (["converge-good-day"], ["converge-wrong-direction"]),
    "wyse-wdm": (["wdm-good-day"], ["wdm-wrong-direction"]),
}
FAMILIES = {"IPv4": "ip", "IPv6": "ip6"}

NO_IPV6 = "has no IPv6 form: DHCPv6 is another protocol on other ports"
NETBIOS = "NetBIOS over TCP/IP exists over IPv4 alone (RFC 1001, RFC 1002)"
WAY_BACK = "another rule documents the way back, so turned round it is documented"
# (signature, "seen" or "turned", rule, family or "" for both): why not.
EXCEPTIONS = {
    ("minicom-kvmnet2", "seen", "dhcp", "IPv6"): NO_IPV6,
    ("minicom-kvmnet2", "turned", "dhcp", "IPv6"): NO_IPV6,
    ("minicom-cam", "seen", "dhcp", "IPv6"): NO_IPV6,
    ("minicom-cam", "turned", "dhcp", "IPv6"): NO_IPV6,
    ("clearone-converge-pro", "seen", "dhcp", "IPv6"): NO_IPV6,
    ("clearone-converge-pro", "turned", "dhcp", "IPv6"): NO_IPV6,
    ("clearone-converge-pro", "seen", "netbios-register", "IPv6"): NETBIOS,
    ("clearone-converge-pro", "seen", "netbios-query", "IPv6"): NETBIOS,
    ("clearone-converge-pro", "seen", "netbios-datagram", "IPv6"): NETBIOS,
    ("clearone-converge-pro", "turned", "netbios-register", ""): WAY_BACK + " (netbios-query, converge-turned-netbios)",
    ("wyse-wdm", "turned", "webservice-agent-http", ""): WAY_BACK + " (agent-webservice-http)",
    ("wyse-wdm", "turned", "agent-webservice-http", ""): WAY_BACK + " (webservice-agent-http)",
}


def run(arguments):
    """The JSON that the program prints. Findings (1) and an inconclusive verdict (3) are no trouble."""
    done = subprocess.run(["build/tapaudit", *arguments], capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1, 3):
        sys.exit(f"tapaudit {' '.join(arguments)}: {done.stderr.strip()}")
    return json.loads(done.stdout)


def testlist():
    with open("tests/golden/TESTLIST", encoding="utf-8") as file:
        lines = [line.strip() for line in file if line.strip() and not line.startswith("#")]
    return {name: arguments.split() for name, arguments in (line.split(": ", 1) for line in lines)}


def what_is_told(arguments, family):
    """The rules that one sample shows observed, and those that a wrong-direction finding names, over one family."""
    report = run([arguments[0], "--filter", FAMILIES[family], *arguments[1:]])
    observed = {rule["id"] for system in report["systems"] for rule in system["rules"] if rule["state"] == "observed"}
    turned = {finding["rule"] for finding in report["findings"] if finding["kind"] == "wrong-direction"}
    return observed, turned


def excepted(signature, what, rule, family):
    for key in ((signature, what, rule, family), (signature, what, rule, "")):
        if key in EXCEPTIONS:
            return key
    return None


def main():
    tests = testlist()
    passed = failed = 0
    unused = set(EXCEPTIONS)
    for signature, (right, wrong) in TOLD.items():
        rules = run(["matrix", signature, "-f", "json"])[0]["rules"]
        for family in FAMILIES:
            seen = set().union(*(what_is_told(tests[name], family)[0] for name in right))
            turned = set().union(*(what_is_told(tests[name], family)[1] for name in wrong))
            for rule in rules:
                asked = [("seen", rule["id"] in seen)]
                if rule["basis"] == "documented" and rule["opens"] == "from":
                    asked.append(("turned", rule["id"] in turned))
                for what, holds in asked:
                    why_not = excepted(signature, what, rule["id"], family)
                    if why_not:
                        unused.discard(why_not)
                    good = holds != bool(why_not)
                    passed += good
                    failed += not good
                    note = f": {EXCEPTIONS[why_not]}" if why_not else ""
                    answer = "yes" if holds else "no"
                    print(f"{'ok  ' if good else 'FAIL'} {signature} {rule['id']} {what} over {family}: {answer}{note}")
    for key in sorted(unused):
        failed += 1
        print(f"FAIL exception that fits no rule: {key}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
