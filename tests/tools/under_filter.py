#!/usr/bin/env python3
"""under_filter.py UNIT: the system calls that a systemd unit's SystemCallFilter= lines allow, as a C list of their numbers
("#ifdef SYS_x", for sys/syscall.h). Sets are asked of systemd-analyze."""
import subprocess
import sys


def read_sets():
    sets, name = {}, None
    text = subprocess.run(["systemd-analyze", "syscall-filter", "--no-pager"], capture_output=True, text=True, check=True).stdout
    for line in text.splitlines():
        word = line.split("#")[0].strip()
        if word and not line.startswith(" "):
            name = word
            sets[name] = []
        elif word:
            sets[name].append(word)
    return sets


def members(sets, word):
    if not word.startswith("@"):
        return {word}
    return set().union(*(members(sets, other) for other in sets[word]))


def main():
    sets = read_sets()
    allowed = members(sets, "@default")
    for line in open(sys.argv[1], encoding="utf-8"):
        if not line.startswith("SystemCallFilter="):
            continue
        words = line.split("=", 1)[1].strip()
        named = set().union(*(members(sets, word) for word in words.lstrip("~").split()))
        allowed = allowed - named if words.startswith("~") else allowed | named
    for name in sorted(allowed):
        print(f"#ifdef SYS_{name}\nSYS_{name},\n#endif")


main()
