"""For tests of the live sensor: a veth pair, the sensor, somebody who sends, and what the sensor said."""
import atexit
import json
import os
import signal
import subprocess
import sys
import time

TAPAUDIT = os.path.abspath(os.environ.get("TAPAUDIT", "build/tapaudit"))
SEND = os.path.abspath("build/release/tools/live_send")
SITE = os.path.abspath("pcaps/cam.site.json")
LOUD = os.path.abspath("pcaps/cam-wrong-direction.pcap")  # a capture with findings, of 218 packets


class Failed(Exception):
    pass


def check(true, *what):
    if not true:
        raise Failed(" ".join(str(w) for w in what))


def same(what, is_now, wanted):
    check(is_now == wanted, what, "is", is_now, "and should be", wanted)


def run(*command, **more):
    return subprocess.run([str(c) for c in command], check=True, capture_output=True, text=True, **more).stdout


def pair(a="va", b="vb"):
    """A cable: what goes into A comes out of B."""
    with open("/proc/sys/net/ipv6/conf/all/disable_ipv6", "w") as off:
        off.write("1")
    run("ip", "link", "add", a, "type", "veth", "peer", "name", b)
    up(a)
    up(b)


def up(*names):
    for name in names:
        run("ip", "link", "set", name, "up")


def wait_for(what, true, seconds=20):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        got = true()
        if got:
            return got
        time.sleep(0.05)
    raise Failed(f"waited {seconds} s for {what}")


class Sensor:
    """`tapaudit live`, with events in a file and its report, as JSON unless told otherwise."""

    def __init__(self, folder, *options, interfaces=("vb",), site=SITE, name="", prefix=(), events=True, wait=True,
                 report="json"):
        self.folder = folder
        atexit.register(self.kill)
        self.report_path = os.path.join(folder, f"report{name}.json")
        self.events_path = os.path.join(folder, f"events{name}.jsonl")
        self.said_path = os.path.join(folder, f"said{name}")
        command = [*prefix, TAPAUDIT, "live", *os.environ.get("LIVE_OPTIONS", "").split(), "-q", "-s", site, "-f", report, "-o", self.report_path]
        for interface in interfaces:
            command += ["-i", interface]
        if events:
            command += ["--events", self.events_path]
        self.process = subprocess.Popen([*command, *[str(o) for o in options]], stdout=open(self.said_path, "w"),
                                        stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
        if events and wait:
            wait_for("the sensor to start: " + self.said(), lambda: self.process.poll() is not None or self.notices("started"))
            check(self.process.poll() is None, "the sensor ended at once:", self.said())

    def said(self):
        with open(self.said_path) as said:
            return said.read()

    def events(self, kind=None):
        if not os.path.exists(self.events_path):
            return []
        with open(self.events_path) as lines:
            events = [json.loads(line) for line in lines.read().split("\n")[:-1]]
        return [e for e in events if kind is None or e["event"] == kind]

    def notices(self, what):
        return [e for e in self.events("notice") if e["what"] == what]

    def hear(self, what, count=1, seconds=20):
        return wait_for(what, lambda: len(self.notices(what)) >= count and self.notices(what), seconds)

    def signal(self, number):
        self.process.send_signal(number)

    def report(self):
        with open(self.report_path) as text:
            return json.load(text)

    def end(self, seconds=30):
        """Its exit status and last report."""
        time.sleep(0.4)
        self.signal(signal.SIGTERM)
        try:
            status = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise Failed(f"the sensor did not end within {seconds} s")
        check(status in (0, 1, 3), "exit status", status, self.said())
        return status, self.report()

    def kill(self):
        self.process.kill()
        self.process.wait()

    def memory_kib(self):
        with open(f"/proc/{self.process.pid}/status") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))

    def cpu_seconds(self):
        with open(f"/proc/{self.process.pid}/stat") as stat:
            fields = stat.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def send(*arguments, port="va"):
    """How many packets went out."""
    options = [a for a in arguments if not str(a).endswith(("pcap", "pcapng"))]
    files = [a for a in arguments if str(a).endswith(("pcap", "pcapng"))]
    return int(run(SEND, *options, port, *files).split()[0])


def start_sending(*arguments, port="va"):
    return subprocess.Popen([SEND, *[str(a) for a in arguments], port], stdout=subprocess.PIPE, text=True)


def stored(folder, store, site=SITE, name="stored"):
    path = os.path.join(folder, name + ".json")
    status = subprocess.run([TAPAUDIT, "report", "-q", "-s", site, "--store", store, "-f", "json", "-o", path],
                            capture_output=True, text=True)
    check(status.returncode in (0, 1, 3), "report --store", status.stderr)
    with open(path) as text:
        return json.load(text)


def main(tests):
    if sys.argv[1] == "--list":
        print(*[t for t in tests])
        return 0
    try:
        figures = tests[sys.argv[1]](sys.argv[2])
        if figures:
            print("figures", figures)
        return 0
    except (Failed, subprocess.SubprocessError, AssertionError) as failure:
        print(f"{type(failure).__name__}: {failure}", getattr(failure, "stderr", "") or "")
        return 1
