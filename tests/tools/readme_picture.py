#!/usr/bin/env python3
"""readme_picture.py README PROGRAM: what the README shows of the program is what the program prints.

A picture is an indented block whose first line is "$ tapaudit ARGUMENTS". Its lines must come in this order in what the
program prints; "..." stands for lines left out."""
import shlex
import subprocess
import sys


def pictures(text):
    lines = text.splitlines()
    at = 0
    while at < len(lines):
        if lines[at].startswith("    $ tapaudit "):
            command = lines[at][len("    $ tapaudit "):]
            shown = []
            at += 1
            while at < len(lines) and (lines[at].startswith("    ") or not lines[at].strip()):
                shown.append(lines[at][4:])
                at += 1
            while shown and not shown[-1].strip():
                shown.pop()
            yield command, shown
        else:
            at += 1


def differences(program, command, shown):
    result = subprocess.run([program, *shlex.split(command)], capture_output=True, text=True, check=False, timeout=60)
    printed = result.stdout.splitlines()
    at, skipping = 0, False
    for line in shown:
        if line.strip() == "...":
            skipping = True
            continue
        found = next((i for i in range(at, len(printed)) if printed[i] == line), None)
        if found is None or (found != at and not skipping):
            yield f"{command}: shows \"{line}\", the program prints \"{printed[at] if at < len(printed) else ''}\""
            return
        at, skipping = found + 1, False


def main():
    with open(sys.argv[1], encoding="utf-8") as f:
        shown = list(pictures(f.read()))
    faults = [d for command, lines in shown for d in differences(sys.argv[2], command, lines)]
    if not shown:
        faults = ["no picture in the README"]
    print("\n".join(faults))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
