"""Tests of `tapaudit live`, by name: tests/live.sh runs each in a namespace of its own."""
import calendar
import fcntl
import json
import os
import pty
import random
import re
import select
import signal
import socket
import struct
import subprocess
import sys
import threading
import time

from live_kit import (LOUD, SITE, TAPAUDIT, Failed, Sensor, check, main, pair, run, same, send, start_sending, stored, up,
                      wait_for)

SAMPLES = ["cam-wrong-direction", "cam-replicated", "converge-strangers", "converge-unanswered", "dsview-scan",
           "dsview-one-sided", "dsview-mid-stream", "kvmnet2-good-day", "wdm-good-day"]


def sample_site(path):
    """The site that belongs to a sample: its own, else its product's."""
    folder, name = os.path.split(path)
    name = name.split(".")[0]
    for site in (name, name.split("-")[0]):
        if os.path.exists(f"{folder}/{site}.site.json"):
            return f"{folder}/{site}.site.json"
    return SITE


def comparable(report):
    """All that has to be equal: everything but names of inputs and the report's own time."""
    report = dict(report, generated=None, inputs=[dict(i, path=None, fingerprint=None, format=None, sha256=None)
                                                  for i in report["inputs"]])
    return json.dumps(report, indent=1, sort_keys=True).split("\n")


def sample_paths(names):
    for name in names:
        for ending in (".pcap", ".pcapng"):
            if os.path.exists(f"pcaps/{name}{ending}"):
                yield f"pcaps/{name}{ending}"


def equal_to_offline(folder, paths):
    """The same packets, with the same stamps, live and by a capture file: every field of both reports."""
    pair()
    for path in paths:
        site = sample_site(path)
        capture = os.path.join(folder, "same.pcap")
        tcpdump = subprocess.Popen(["tcpdump", "-q", "-U", "-i", "vb", "-s", "384", "-B", "65536", "-w", capture,
                                    "--time-stamp-precision=nano"], stderr=subprocess.PIPE, text=True)
        tcpdump.stderr.readline()
        sensor = Sensor(folder, site=os.path.abspath(site))
        sent = send("-t", "50000", path)
        time.sleep(0.3)
        _, live = sensor.end()
        time.sleep(0.5)
        tcpdump.terminate()
        tcpdump.wait()
        offline = os.path.join(folder, "offline.json")
        subprocess.run([TAPAUDIT, "audit", "-q", "-s", site, "-f", "json", "-o", offline, capture], check=False)
        with open(offline) as text:
            wanted = comparable(json.load(text))
        same(f"{path}: packets", live["capture"]["packets"], sent)
        different = [f"{a} | {b}" for a, b in zip(comparable(live), wanted) if a != b][:8]
        check(comparable(live) == wanted, path, "live | offline:", *different)
        os.unlink(sensor.events_path)
    return f"{len(paths)} samples"


def test_samples(folder):
    return equal_to_offline(folder, list(sample_paths(SAMPLES)))


def packets_sent_by(name):
    with open("/proc/self/net/dev") as table:
        return next(int(line.split(":")[1].split()[9]) for line in table if line.strip().startswith(name + ":"))


def test_flood(folder):
    """As fast as it goes, each packet of 64 bytes: all arrive, all are counted, once."""
    pair()
    sensor = Sensor(folder)
    before = sensor.cpu_seconds()
    start = time.monotonic()
    sent = send("-f", 20000, "-a", "-c", 600000)
    rate = sent / (time.monotonic() - start)
    time.sleep(0.5)
    cpu = sensor.cpu_seconds() - before
    _, report = sensor.end()
    same("packets", report["capture"]["packets"], sent)
    same("accounted", sum(report["capture"]["accounting"].values()), sent)
    same("audited", report["capture"]["accounting"]["audited"], sent)
    same("dropped", report["capture"]["health"]["dropped"], 0)
    same("sent back", packets_sent_by("vb"), 0)
    return f"{rate:.0f} packets/s, {cpu / sent * 1e9:.0f} ns of CPU a packet"


def test_events(folder):
    """A proven finding within two seconds, a likely one after five, each once; then nothing but statistics."""
    pair()
    sensor = Sensor(folder, "--events-interval", 1)
    begin = time.time()
    send(LOUD)
    wait_for("a finding", lambda: sensor.events("finding"), 5)
    first = time.time() - begin
    wait_for("the likely one", lambda: any(f["finding"]["direction"]["confidence"] == "likely" for f in sensor.events("finding")), 10)
    likely = time.time() - begin
    check(first < 2.2, "proven after", first, "s")
    check(4.5 < likely < 8, "likely after", likely, "s")
    _, report = sensor.end()
    told = [e["finding"]["id"] for e in sensor.events("finding")]
    same("findings told, and once", sorted(told), sorted(f["id"] for f in report["findings"] if f["kind"] != "missing"))
    return f"proven after {first:.1f} s, likely after {likely:.1f} s"


def test_flap(folder):
    """Down and up, away and back: waited for, reported, and the gap is declared."""
    pair()
    sensor = Sensor(folder)
    send("-f", 100, "-c", 100)
    run("ip", "link", "set", "vb", "down")
    sensor.hear("interface-down")
    time.sleep(1)
    up("vb")
    sensor.hear("interface-up")
    sensor.hear("gap")
    send("-f", 100, "-c", 200)
    run("ip", "link", "del", "va")
    sensor.hear("interface-gone")
    time.sleep(1)
    pair()
    wait_for("the interface to be up again", lambda: sensor.notices("interface-back"))
    sensor.hear("gap", 2)
    send("-f", 100, "-c", 400)
    _, report = sensor.end()
    same("packets", report["capture"]["packets"], 700)
    check("2 stretches of time not watched" in (report["inputs"][0]["error"] or ""), report["inputs"][0])


def test_flap_workers(folder):
    """The same with two workers, who open the port anew."""
    pair()
    sensor = Sensor(folder, "--workers", 2)
    send("-f", 100, "-c", 100)
    run("ip", "link", "del", "va")
    sensor.hear("interface-gone")
    time.sleep(1)
    pair()
    sensor.hear("gap")
    time.sleep(1)
    send("-f", 100, "-c", 400)
    _, report = sensor.end()
    same("packets", report["capture"]["packets"], 500)


def test_workers(folder):
    """Two workers say what one says."""
    pair()
    reports = []
    for workers in (1, 2, 3):
        sensor = Sensor(folder, "--workers", workers)
        sent = send(LOUD)
        sent += send("-f", 2000, "-a", "-c", 20000)
        _, report = sensor.end()
        same("packets", report["capture"]["packets"], sent)
        reports.append((report["verdict"], report["capture"]["flows"], sorted(f["id"] for f in report["findings"])))
        os.unlink(sensor.events_path)
    same("two workers", reports[1], reports[0])
    same("three workers", reports[2], reports[0])


def test_tap(folder):
    """A port for each direction: put in order of time, the findings are those of one port."""
    pair()
    pair("wa", "wb")
    sensor = Sensor(folder, interfaces=("vb", "wb"))
    forth, back = os.path.join(folder, "forth.pcap"), os.path.join(folder, "back.pcap")
    run("tcpdump", "-q", "-r", LOUD, "-w", forth, "src host 10.50.0.5 or src host 10.50.1.20")
    run("tcpdump", "-q", "-r", LOUD, "-w", back, "not (src host 10.50.0.5 or src host 10.50.1.20)")
    one = subprocess.Popen([os.path.abspath("build/release/tools/live_send"), "-t", "2000", "va", forth])
    two = subprocess.Popen([os.path.abspath("build/release/tools/live_send"), "-t", "2000", "wa", back])
    one.wait()
    two.wait()
    time.sleep(0.5)
    _, report = sensor.end()
    same("packets", report["capture"]["packets"], 218)
    same("clock steps", report["capture"]["health"]["clock_steps"], 0)
    same("one-sided flows", report["capture"]["health"]["onesided_flows"], 0)
    check(report["findings"], "no findings")


def test_reload(folder):
    """Files are read again without losing a packet; wrong ones are refused with a line."""
    pair()
    site = os.path.join(folder, "site.json")
    with open(SITE) as text:
        good = text.read()
    with open(site, "w") as text:
        text.write(good)
    sensor = Sensor(folder, site=site)
    sending = start_sending("-f", 1000, "-a", "-p", 20000, "-c", 160000)
    for i in range(4):
        time.sleep(1)
        with open(site + ".new", "w") as text:
            text.write(good if i % 2 else good[:len(good) // 2])
        os.rename(site + ".new", site)
        sensor.signal(signal.SIGHUP)
        sensor.hear("reloaded" if i % 2 else "reload-refused", i // 2 + 1)
    sent = int(sending.communicate()[0].split()[0])
    _, report = sensor.end()
    same("packets", report["capture"]["packets"], sent)
    same("dropped", report["capture"]["health"]["dropped"], 0)
    refused = sensor.notices("reload-refused")
    check(all(site in n["text"] for n in refused), refused)


def test_reload_judges(folder):
    """What a changed site file brings about is told at once."""
    pair()
    site = os.path.join(folder, "site.json")
    with open(SITE) as text:
        good = json.load(text)
    with open(site, "w") as text:
        json.dump(good, text)
    sensor = Sensor(folder, site=site)
    send(LOUD)
    wait_for("findings", lambda: sensor.events("finding"))
    time.sleep(6)
    told = {e["finding"]["id"] for e in sensor.events("finding")}
    for f in [e["finding"] for e in sensor.events("finding")][:1]:
        good["exceptions"] = [{"id": "EX-1", "match": {"kind": f["kind"], "rule": f["rule"]}, "reason": "test", "owner": "test",
                               "expires": "2099-01-01"}]
    with open(site, "w") as text:
        json.dump(good, text)
    sensor.signal(signal.SIGHUP)
    sensor.hear("reloaded")
    _, report = sensor.end()
    check(any(f["exception"] == "EX-1" for f in report["findings"]), "nothing is excepted")
    check({f["id"] for f in report["findings"]} == told, "other findings than were told")


def test_reload_zone(folder):
    """The site's zone may change while it runs; one that is not known is refused with a line."""
    pair()
    site = os.path.join(folder, "site.json")
    with open(SITE) as text:
        files = json.load(text)

    def put(zone):
        files["timezone"] = zone
        with open(site, "w") as text:
            json.dump(files, text)

    def report_in(zone):
        if os.path.exists(sensor.report_path):
            os.unlink(sensor.report_path)
        sensor.signal(signal.SIGUSR1)
        wait_for("the report", lambda: os.path.exists(sensor.report_path))
        time.sleep(0.3)
        with open(sensor.report_path) as text:
            check(zone in text.read(), "the report's times are not of", zone)

    put("Europe/London")
    sensor = Sensor(folder, site=site, report="text")
    send(LOUD)
    time.sleep(0.5)
    report_in("Europe/London")
    put("Asia/Tokyo")
    sensor.signal(signal.SIGHUP)
    sensor.hear("reloaded")
    report_in("Asia/Tokyo")
    put("Mars/Base")
    sensor.signal(signal.SIGHUP)
    refused = sensor.hear("reload-refused")[0]["text"]
    check("Mars/Base" in refused, refused)
    report_in("Asia/Tokyo")
    sensor.signal(signal.SIGTERM)
    same("exit status", sensor.process.wait(20), 1)


def test_report_now(folder):
    """SIGUSR1 writes a report and goes on."""
    pair()
    sensor = Sensor(folder)
    send(LOUD)
    time.sleep(0.5)
    sensor.signal(signal.SIGUSR1)
    wait_for("the report", lambda: os.path.exists(sensor.report_path))
    time.sleep(0.3)
    now = sensor.report()
    send("-f", 10, "-c", 10)
    status, last = sensor.end()
    same("packets then", now["capture"]["packets"], 218)
    same("packets at the end", last["capture"]["packets"], 228)
    same("exit status", status, 1)


def stamps_of(path):
    """Of a capture with stamps in nanoseconds; a last record that was cut is none."""
    with open(path, "rb") as capture:
        bytes_ = capture.read()
    same("magic number", bytes_[:4], b"\x4d\x3c\xb2\xa1")
    stamps, at = [], 24
    while at + 16 <= len(bytes_):
        sec, nsec, caplen, _ = struct.unpack_from("<IIII", bytes_, at)
        at += 16 + caplen
        if at <= len(bytes_):
            stamps.append(sec * 10**9 + nsec)
    return stamps


def stamp(text):
    """Nanoseconds of a report's time."""
    whole, _, part = text.rstrip("Z").partition(".")
    return calendar.timegm(time.strptime(whole, "%Y-%m-%dT%H:%M:%S")) * 10**9 + int((part + "0" * 9)[:9])


def killed_run(folder, store, number, interval):
    """What was sent, and when the sensor was killed, while packets came."""
    capture = os.path.join(folder, f"sent{number}.pcap")
    tcpdump = subprocess.Popen(["tcpdump", "-q", "-U", "-i", "vb", "-s", "64", "-B", "65536", "-w", capture,
                                "--time-stamp-precision=nano"], stderr=subprocess.PIPE, text=True)
    tcpdump.stderr.readline()
    sensor = Sensor(folder, "--store", store, "--store-interval", interval, name=str(number))
    # Each packet is a flow of its own: nothing can hide in a sum.
    sending = start_sending("-f", 60000, "-p", 2000, "-c", 60000)
    time.sleep(random.uniform(2 * interval, 4 * interval))
    killed_ns = time.time_ns()
    sensor.kill()
    sending.terminate()
    sending.wait()
    # It gets a block of packets when that is full, or a second old.
    time.sleep(1.5)
    tcpdump.terminate()
    tcpdump.wait()
    return stamps_of(capture), killed_ns


def test_kill(folder):
    """Ten kills at random moments: all but the last interval before each is in the store, once; each gap is named."""
    pair()
    store = os.path.join(folder, "store.db")
    interval = 2
    random.seed(7)
    total, lost, kills = 0, [], []
    for i in range(10):
        stamps, killed_ns = killed_run(folder, store, i, interval)
        report = stored(folder, store)
        now = report["capture"]["packets"] - total
        total += now
        due = sum(1 for s in stamps if s <= killed_ns - interval * 10**9)
        check(due <= now <= len(stamps), f"kill {i}:", now, "packets are stored, due are", due, "of", len(stamps))
        # What is stored is the beginning of what was sent, whole, and no packet twice.
        last = max(stamp(entry["last"]) for entry in report["inputs"] if entry["last"])
        same(f"kill {i}: the last packet stored", last, stamps[now - 1])
        same("accounted", sum(report["capture"]["accounting"].values()), total)
        same("flows", report["capture"]["flows"], total)
        lost.append((killed_ns - last) / 1e9)
        kills.append(killed_ns)
    sensor = Sensor(folder, "--store", store, "--store-interval", 1, name="last")
    gap = sensor.hear("gap")[0]["text"]
    check("the program was not running" in gap, gap)
    _, last = sensor.end()
    report = stored(folder, store)
    same("packets after a quiet run", report["capture"]["packets"], total)
    gaps = [i["error"] for i in last["inputs"] if i["error"]]
    check(len(gaps) >= 1 and all("not running" in g for g in gaps), gaps)
    named = sorted(re.search(r"longest from (\S+) to \S+: the program was not running", i["error"])[1]
                   for i in report["inputs"] if i["error"])
    same("gaps named in the stored report", len(named), 10)
    for killed_ns, since in zip(kills, named):
        check(killed_ns - (interval + 1) * 10**9 <= stamp(since) <= killed_ns, "the gap from", since, "at the kill at", killed_ns)
    return f"{total} packets stored; the last one stored came {min(lost):.2f} to {max(lost):.2f} s before each kill, interval {interval} s"


def test_store_is_live(folder):
    """What is stored is what the last report says, field by field; nightly needs no captures."""
    pair()
    store = os.path.join(folder, "store.db")
    sensor = Sensor(folder, "--store", store, "--store-interval", 1)
    for _ in range(3):
        send(LOUD)
        time.sleep(1.3)
    _, live = sensor.end()
    report = stored(folder, store)
    for field in ("accounting", "packets", "flows", "edges"):
        same("stored " + field, report["capture"][field], live["capture"][field])
    nights = os.path.join(folder, "nights")
    today = time.strftime("%Y-%m-%d", time.gmtime())  # the site's zone is London's
    run("sh", "-c", f"{TAPAUDIT} nightly -q -s {SITE} --store {store} -o {nights} --day {today}; [ $? = 1 ]")
    with open(f"{nights}/{today}/report.json") as text:
        same("findings of the night", {f["id"] for f in json.load(text)["findings"]}, {f["id"] for f in live["findings"]})
    same("stored findings", {f["id"]: (f["packets"], f["flows"], f["outcome"]) for f in report["findings"]},
         {f["id"]: (f["packets"], f["flows"], f["outcome"]) for f in live["findings"]})


def test_quiet_start(folder):
    """Nothing comes for a while: no grade then, and no earlier day knows of the port. At the end all is told that the report has."""
    pair()
    store, metrics = os.path.join(folder, "store.db"), os.path.join(folder, "metrics")
    sensor = Sensor(folder, "--store", store, "--store-interval", 1, "--metrics", metrics, "--events-interval", 1)
    wait_for("a store written without packets", lambda: os.path.exists(metrics) and len(sensor.events("stats")) > 2)
    same("grades", [e["health"]["grade"] for e in sensor.events("health")], [None])
    with open(metrics) as text:
        check('tapaudit_health_grade{grade="A"} 0' in text.read(), "the metrics have a grade")
    send(LOUD)
    _, report = sensor.end()
    told = {e["finding"]["id"] for e in sensor.events("finding")} - {e["finding"]["id"] for e in sensor.events("withdrawn")}
    same("told", told, {f["id"] for f in report["findings"]})
    nights = os.path.join(folder, "nights")
    before = time.strftime("%Y-%m-%d", time.gmtime(time.time() - 2 * 86400))
    night = subprocess.run([TAPAUDIT, "nightly", "-q", "-s", SITE, "--store", store, "-o", nights, "--day", before], capture_output=True, text=True)
    same("a day before the first", (night.returncode, night.stderr), (3, ""))
    with open(f"{nights}/{before}/report.json") as text:
        same("its inputs", json.load(text)["inputs"], [])


def test_one_sensor(folder):
    """Two processes as one sensor would count twice: the second is refused; a night's run meanwhile is not, nor another sensor."""
    pair()
    store = os.path.join(folder, "store.db")
    sensor = Sensor(folder, "--store", store, "--store-interval", 1)
    command = [TAPAUDIT, "live", "-q", "-i", "vb", "-s", SITE, "--store", store, "--duration", "2", "-o", os.path.join(folder, "other")]
    got = subprocess.run(command, capture_output=True, text=True)
    check(got.returncode == 2 and "another process writes as sensor local" in got.stderr and got.stderr.count("\n") == 1,
          got.returncode, got.stderr)
    sent = send(LOUD)
    time.sleep(1.5)
    today = time.strftime("%Y-%m-%d", time.gmtime())
    run("sh", "-c", f"{TAPAUDIT} nightly -q -s {SITE} --store {store} -o {folder}/nights --day {today}; [ $? = 1 ]")
    got = subprocess.run([*command, "--sensor", "other"], capture_output=True, text=True)
    same("another sensor", got.returncode, 3)
    sensor.kill()
    sensor = Sensor(folder, "--store", store, "--store-interval", 1, name="again")
    sensor.end()
    same("packets", stored(folder, store)["capture"]["packets"], sent)


def test_clock(folder):
    """The system's clock is set forwards by an hour and back by two: every packet is still counted, once."""
    pair()
    tool = subprocess.Popen([os.path.abspath("build/release/tools/live_clock"), "vb", "9"], stdout=subprocess.PIPE, text=True)
    same("it says", tool.stdout.readline(), "listening\n")
    sent = send("-f", 500, "-a", "-p", 10000, "-c", 80000)
    said = tool.communicate(timeout=60)[0].split("\n")
    same("exit status", tool.returncode, 0)
    same("said", [line for line in said[:-2]], ["clock-step", "gap", "clock-step"])
    check(said[-2].startswith(f"packets {sent} rows {sent} accounted {sent} "), sent, said)


def test_slow_reader(folder):
    """Somebody who connects and never reads: not a packet is lost, and it ends in time."""
    pair()
    path = os.path.join(folder, "socket")
    server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    server.bind(path)
    server.listen(1)
    sensor = Sensor(folder, "--events", "unix:" + path, "--events-interval", 1, "--metrics", os.path.join(folder, "metrics"),
                    events=False)
    held, _ = server.accept()
    time.sleep(0.5)
    sent = send(LOUD)
    for _ in range(5):
        sent += send("-f", 3000, "-a", "-c", 60000)
        time.sleep(0.5)
    _, report = sensor.end()
    same("packets", report["capture"]["packets"], sent)
    same("dropped", report["capture"]["health"]["dropped"], 0)
    held.close()


def test_slow_lines(folder):
    """Plain lines into a pipe that nobody reads: it goes on, and says later how many were lost."""
    pair()
    report, site = os.path.join(folder, "report.json"), os.path.join(folder, "site.json")
    with open(site, "w") as text, open(SITE) as good:
        text.write(good.read())
    read_end, write_end = os.pipe()
    fcntl.fcntl(write_end, fcntl.F_SETPIPE_SZ, 4096)
    process = subprocess.Popen([TAPAUDIT, "live", "-i", "vb", "-s", site, "-f", "json", "-o", report], stdout=write_end,
                               stderr=subprocess.DEVNULL)
    os.close(write_end)
    time.sleep(1.5)
    with open(site, "w") as text:
        text.write("{")
    for _ in range(40):
        process.send_signal(signal.SIGHUP)
        time.sleep(0.02)
    sent = send(LOUD)
    time.sleep(1.2)
    process.send_signal(signal.SIGUSR1)
    wait_for("the report", lambda: os.path.exists(report), 5)
    time.sleep(0.5)
    with open(report) as text:
        same("packets", json.load(text)["capture"]["packets"], sent)
    process.send_signal(signal.SIGTERM)
    same("exit status", process.wait(20), 1)
    with os.fdopen(read_end) as lines:
        said = lines.read().split("\n")
    check(any("the sensor started" in line for line in said), said[:3])


def test_standard_output(folder):
    """Two things on standard output are one too many; what cannot be written is said at the start."""
    pair()
    command = [TAPAUDIT, "live", "-i", "vb", "-s", SITE, "--duration", "2"]
    got = subprocess.run([*command, "--events", "-"], capture_output=True, text=True)
    same("exit status", got.returncode, 3)
    for line in got.stdout.split("\n")[:-1]:
        same("schema", json.loads(line)["schema"], "tapaudit.event/1")
    check("the sensor stopped" in got.stdout, got.stdout)
    for options in (["--events", "-", "-o", "-"], ["-o", f"{folder}/none/x.json"], ["--metrics", f"{folder}/none/x"],
                    ["-o", f"{folder}/none/x.json", "--no-sandbox"]):
        begin = time.monotonic()
        got = subprocess.run([*command, *options], capture_output=True, text=True)
        check(got.returncode == 2 and got.stderr.count("\n") == 1, options, got.returncode, got.stderr)
        check(time.monotonic() - begin < 1.5, options, "was refused after", time.monotonic() - begin, "s")


def test_readers_away(folder):
    """A log where nobody listens is told; and when somebody does."""
    pair()
    log = os.path.join(folder, "log.sock")
    sensor = Sensor(folder, "--syslog", log)
    check("No such file" in sensor.hear("log-away")[0]["text"], sensor.notices("log-away"))
    reader = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    reader.bind(log)
    reader.settimeout(20)
    send(LOUD)
    check(reader.recv(4096).startswith(b"<"), "no message")
    sensor.hear("log-back")
    sensor.end()


def test_full_disk(folder):
    """A full disk: told once, capture goes on, and what waited is stored when there is room."""
    pair()
    disk = os.path.join(folder, "disk")
    os.mkdir(disk)
    run("mount", "-t", "tmpfs", "-o", "size=2m", "none", disk)
    store, ballast = os.path.join(disk, "store.db"), os.path.join(disk, "ballast")
    sensor = Sensor(folder, "--store", store, "--store-interval", 1)
    sent = send(LOUD)
    time.sleep(2.5)
    with open(ballast, "wb", buffering=0) as full:
        try:
            while full.write(b"\0" * 65536):
                pass
        except OSError:
            pass
    sent += send("-f", 4000, "-c", 4000)
    sensor.hear("store-failed")
    sent += send("-f", 4000, "-c", 4000)
    os.unlink(ballast)
    sensor.hear("store-back", seconds=30)
    _, report = sensor.end()
    same("packets", report["capture"]["packets"], sent)
    same("stored packets", stored(folder, store)["capture"]["packets"], sent)
    run("umount", disk)


def test_memory(folder):
    """Flows come and go; after a third of the time memory is what it is at the end."""
    pair()
    seconds, pps = int(os.environ.get("LIVE_SEC", "60")), 20000
    sensor = Sensor(folder, "--store", os.path.join(folder, "store.db"), "--store-interval", 5, "--memory", "256M",
                    "--evidence", os.path.join(folder, "evidence"), "--metrics", os.path.join(folder, "metrics"))
    sending = start_sending("-f", 5000, "-a", "-p", pps, "-c", seconds * pps)
    begin, kib = time.monotonic(), []
    for part in (1 / 6, 1 / 3, 2 / 3, 1):
        time.sleep(max(0, begin + seconds * part - (part == 1) - time.monotonic()))
        kib.append(sensor.memory_kib())
    sent = int(sending.communicate()[0].split()[0])
    cpu = sensor.cpu_seconds()
    _, report = sensor.end()
    same("packets", report["capture"]["packets"], sent)
    same("dropped", report["capture"]["health"]["dropped"], 0)
    check(kib[-1] - kib[1] < 12 * 1024, "grew from", kib[1], "to", kib[-1], "KiB")
    return (f"{sent} packets in {seconds} s; KiB after a sixth, a third, two thirds and the whole: {' '.join(str(k) for k in kib)}; "
            f"{cpu:.1f} s of CPU")


def test_rights(folder):
    """Without the right to capture: one line that says which one it is and how to give it."""
    pair()
    got = subprocess.run(["setpriv", "--bounding-set=-net_raw", "--inh-caps=-net_raw", TAPAUDIT, "live", "-i", "vb", "-s", SITE,
                          "--duration", "1"], capture_output=True, text=True)
    same("exit status", got.returncode, 2)
    same("lines", got.stderr.count("\n"), 1)
    check("CAP_NET_RAW" in got.stderr and "setcap" in got.stderr, got.stderr)
    for options, word in ((["-i", "nosuch"], "no such interface"), (["-i", "vb", "-i", "vb"], "twice"),
                          (["-i", "vb", "--filter", "port port"], "filter")):
        got = subprocess.run([TAPAUDIT, "live", "-s", SITE, "--duration", "1", *options], capture_output=True, text=True)
        check(got.returncode == 2 and word in got.stderr and got.stderr.count("\n") == 1, options, got.returncode, got.stderr)


def test_filter(folder):
    """The kernel drops what the filter does not admit; tags do not hide what it does."""
    pair()
    sensor = Sensor(folder, "--filter", "udp port 9000 and host 10.128.0.1")
    send("-f", 100, "-c", 1000)
    _, report = sensor.end()
    same("packets", report["capture"]["packets"], 10)
    same("filtered", report["capture"]["accounting"]["filtered"], 0)


def test_evidence(folder):
    """Packets of each finding that was told, in a folder that stays within its limit."""
    pair()
    evidence = os.path.join(folder, "evidence")
    sensor = Sensor(folder, "--evidence", evidence, "--evidence-limit", "16K")
    send(LOUD)
    told = wait_for("findings", lambda: sensor.events("finding"))
    files = wait_for("files", lambda: os.path.isdir(evidence) and os.listdir(evidence))
    time.sleep(6)
    sensor.end()
    check({f.split(".")[0] for f in files} <= {e["finding"]["id"] for e in sensor.events("finding")}, files, told)
    size = sum(os.path.getsize(os.path.join(evidence, f)) for f in os.listdir(evidence))
    check(0 < size <= 16384, "the folder holds", size, "bytes")
    for name in os.listdir(evidence):
        check(len(run("tcpdump", "-q", "-n", "-r", os.path.join(evidence, name)).split("\n")) > 1, name, "is empty")


def test_metrics(folder):
    """Prometheus' text, replaced whole; counters are what was sent."""
    pair()
    path = os.path.join(folder, "metrics")
    sensor = Sensor(folder, "--metrics", path)
    sent = send(LOUD)
    sensor.end()
    with open(path) as text:
        lines = dict(line.rsplit(" ", 1) for line in text.read().split("\n") if line and line[0] != "#")
    same("packets", int(lines["tapaudit_packets_total"]), sent)
    same("dropped", int(lines["tapaudit_dropped_total"]), 0)
    doors = {name.split('"')[1]: name.split('"')[3] for name in lines if name.startswith("tapaudit_sandbox_door{")}
    same("sandbox", int(lines["tapaudit_sandbox"]), 1)
    same("doors in health", sensor.events("health")[0]["sandbox"], doors)
    same("calls", doors["calls"], "shut")


def test_page(folder):
    """On a terminal a page, which gives the screen back when it is left."""
    pair()
    report = os.path.join(folder, "report.json")
    pid, fd = pty.fork()
    if pid == 0:
        os.execv(TAPAUDIT, [TAPAUDIT, "live", "-i", "vb", "-s", SITE, "-f", "json", "-o", report])
    seen = b""

    def read_some(seconds):
        nonlocal seen
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if select.select([fd], [], [], 0.1)[0]:
                try:
                    seen += os.read(fd, 65536)
                except OSError:
                    return

    read_some(2)
    send(LOUD)
    read_some(3)
    os.write(fd, b"q")
    read_some(3)
    _, status = os.waitpid(pid, 0)
    same("exit status", os.waitstatus_to_exitcode(status), 1)
    check(b"\033[?1049h" in seen and seen.rstrip().endswith(b"\033[?1049l"), "the screen was not given back", seen[-80:])
    check(b"wrong-direction" in seen, "no finding on the page")
    with open(report) as text:
        same("packets", json.load(text)["capture"]["packets"], 218)


def test_user(folder):
    """Root's rights are given up: another user, no capability, and the record is written all the same."""
    pair()
    state = os.path.join("/tmp", f"tapaudit-live-{os.getpid()}")
    os.mkdir(state)
    os.chown(state, 65534, 65534)
    try:
        sensor = Sensor(state, "--user", "nobody", "--store", os.path.join(state, "store.db"), "--store-interval", 1)
        with open(f"/proc/{sensor.process.pid}/status") as status:
            fields = dict(line.rstrip("\n").split(":\t", 1) for line in status if ":\t" in line)
        same("user", fields["Uid"].split(), ["65534"] * 4)
        same("capabilities", int(fields["CapEff"], 16) | int(fields["CapPrm"], 16), 0)
        same("no new privileges", fields["NoNewPrivs"], "1")
        sent = send(LOUD)
        time.sleep(2)
        run("ip", "link", "del", "va")
        sensor.hear("interface-gone")
        pair()
        sensor.hear("gap")
        sent += send(LOUD)
        _, report = sensor.end()
        same("packets", report["capture"]["packets"], sent)
    finally:
        run("rm", "-rf", state)


def long_missing(folder):
    """What is missing is told when its period is over, and cleared when it is seen again."""
    pair()
    with open(SITE) as text:
        site = json.load(text)
    site["systems"][0]["expect"] = {"manager-device-https": {"each": "system", "within": 60}}
    path = os.path.join(folder, "site.json")
    with open(path, "w") as text:
        json.dump(site, text)
    good = os.path.abspath("pcaps/cam-good-day.pcapng")
    sensor = Sensor(folder, site=path)
    send(good)
    begin = time.monotonic()
    missing = wait_for("the missing rule", lambda: [e for e in sensor.events("finding") if e["finding"]["kind"] == "missing"], 150)
    took = time.monotonic() - begin
    check(60 <= took, "told after", took, "s")
    same("rule", missing[0]["finding"]["rule"], "manager-device-https")
    send(good)
    cleared = wait_for("it to be cleared", lambda: sensor.events("cleared"), 10)
    same("cleared", [e["finding"]["id"] for e in cleared], [missing[0]["finding"]["id"]])
    sensor.end()
    return f"told after {took:.0f} s"


TESTS = {name[5:]: value for name, value in list(globals().items()) if name.startswith("test_")}

# The longest first, so that the others run beside them.
TESTS = {name: TESTS[name] for name in ["memory", "kill", *[t for t in TESTS if t not in ("memory", "kill")]]}

if __name__ == "__main__":
    if sys.argv[1] == "samples-all":
        TESTS["samples-all"] = lambda folder: equal_to_offline(folder, sorted(
            f"pcaps/{f}" for f in os.listdir("pcaps") if f.endswith((".pcap", ".pcapng"))))
    TESTS.update({"missing": long_missing} if sys.argv[1] == "missing" else {})
    sys.exit(main(TESTS))
