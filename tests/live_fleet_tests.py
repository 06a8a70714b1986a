"""Tests of `tapaudit live --store clickhouse://..` against a server: tests/live_fleet.sh starts it."""
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.request

from live_kit import LOUD, SITE, TAPAUDIT, Failed, Sensor, check, pair, run, same, send, stored, wait_for

STORE, URL = os.environ["LIVE_STORE"], os.environ["LIVE_SERVER_URL"]
server = {"pid": int(os.environ["LIVE_SERVER_PID"])}


def place(folder, sensor, every=0):
    """EVERY None: as a sensor sends where nobody says how often; 0: each writing at once."""
    return f"{STORE}?sensor={sensor}&spool={folder}/{sensor}.spool" + ("" if every is None else f"&every={every}")


def answers():
    try:
        return urllib.request.urlopen(URL, timeout=2).status == 200
    except OSError:
        return False


def server_stop():
    os.kill(server["pid"], signal.SIGKILL)
    wait_for("the server to be away", lambda: not answers())


def server_start(folder):
    log = open(os.path.join(folder, "server.out"), "a")
    server["pid"] = subprocess.Popen(["clickhouse-server", "--config-file=" + os.environ["LIVE_SERVER_CONFIG"]], stdout=log,
                                     stderr=log).pid
    wait_for("the server", answers, 40)


def sql(statement):
    return urllib.request.urlopen(URL, statement.encode(), timeout=30).read().decode().strip()


def inserts():
    return int(sql("SELECT value FROM system.events WHERE event = 'InsertQuery'"))


def compare(folder, store, live, *, flows=True):
    """What is stored is what the sensor's last report says."""
    report = stored(folder, store)
    for field in ("accounting", "packets", "flows", "edges") if flows else ("accounting", "packets"):
        same("stored " + field, report["capture"][field], live["capture"][field])
    if flows:
        same("stored findings", {f["id"]: (f["packets"], f["flows"], f["outcome"], f["message"]) for f in report["findings"]},
             {f["id"]: (f["packets"], f["flows"], f["outcome"], f["message"]) for f in live["findings"]})
    return report


def waits(folder, sensor):
    """States, and segments that they are of."""
    with sqlite3.connect(f"{folder}/{sensor}.spool", timeout=10) as spool:
        return spool.execute("SELECT count(*), count(DISTINCT segment) FROM segment").fetchone()


def test_store_is_live(folder):
    """Written many times, what is stored is what the last report says, field by field."""
    store = place(folder, "tap1")
    sensor = Sensor(folder, "--store", store, "--store-interval", 1, name="one")
    for _ in range(4):
        send(LOUD)
        time.sleep(1.2)
    between = stored(folder, store, name="between")["capture"]
    _, live = sensor.end()
    check(218 <= between["packets"] <= 4 * 218, "while it runs", between["packets"], "packets are stored")
    report = compare(folder, store, live)
    same("inputs", [(i["path"], i["packets"], i["format"]) for i in report["inputs"]], [("vb", 4 * 218, "live")])
    written = int(sql("SELECT count() FROM live.segment"))
    same("segments seen", int(sql("SELECT uniq(segment) FROM live.segment")), 1)
    check(written >= 4, "written", written, "times")


def test_away(folder):
    """The server dies while packets come, the sensor is killed and started meanwhile: what waits is sent, once."""
    store = place(folder, "tap2")
    sensor = Sensor(folder, "--store", store, "--store-interval", 1, name="two")
    sent = send(LOUD)
    time.sleep(2)
    server_stop()
    # Each packet is a flow of its own: nothing can hide in a sum.
    sent += send("-f", 20000, "-p", 4000, "-c", 20000)
    away = sensor.hear("store-away")[0]["text"]
    check("waits in the spool" in away, away)
    time.sleep(3)
    waiting = waits(folder, "tap2")
    check(waiting in ((1, 1), (2, 2)), "in the spool wait (states, segments)", waiting)
    sensor.kill()
    begin = time.monotonic()
    sensor = Sensor(folder, "--store", store, "--store-interval", 1, name="again")
    sensor.hear("store-away")
    started = time.monotonic() - begin
    check(started < 15, "it started after", started, "s")
    sent += send("-f", 1000, "-p", 4000, "-c", 4000)
    time.sleep(2)
    server_start(folder)
    sensor.hear("store-back", seconds=30)
    _, live = sensor.end()
    same("dropped", live["capture"]["health"]["dropped"], 0)
    same("packets stored", stored(folder, store)["capture"]["packets"], sent)
    same("waits", waits(folder, "tap2"), (0, 0))


def test_killed(folder):
    """Killed and started: the gap is named, nothing counts twice, and what was open stands."""
    store = place(folder, "tap3")
    sent = 0
    for i in range(3):
        sensor = Sensor(folder, "--store", store, "--store-interval", 1, name=f"kill{i}")
        if i > 0:
            gap = sensor.hear("gap")[0]["text"]
            check("the program was not running" in gap, gap)
        sent += send(LOUD) + send("-f", 500, "-a", "-c", 3000)
        time.sleep(2.2)
        sensor.kill()
        same(f"packets stored after kill {i}", stored(folder, store)["capture"]["packets"], sent)


def test_hanging(folder):
    """A server that takes connections and says nothing: capture goes on, and the sensor ends."""
    store = place(folder, "tap4")
    sensor = Sensor(folder, "--store", store, "--store-interval", 1, name="hang")
    sent = send(LOUD)
    time.sleep(1.5)
    os.kill(server["pid"], signal.SIGSTOP)
    for _ in range(4):
        sent += send("-f", 3000, "-a", "-c", 60000)
        time.sleep(1)
    os.kill(server["pid"], signal.SIGCONT)
    _, live = sensor.end(90)
    same("packets", live["capture"]["packets"], sent)
    same("dropped", live["capture"]["health"]["dropped"], 0)
    compare(folder, store, live)
    # It hangs when the sensor starts.
    os.kill(server["pid"], signal.SIGSTOP)
    begin = time.monotonic()
    sensor = Sensor(folder, "--store", store, "--store-interval", 1, name="hung", wait=False)
    wait_for("the sensor to start", lambda: sensor.notices("started"), 40)
    took = time.monotonic() - begin
    check(10 < took < 25, "it started after", took, "s")
    os.kill(server["pid"], signal.SIGCONT)
    sent = send(LOUD)
    sensor.hear("store-back")
    _, live = sensor.end(90)
    same("packets of the second run", live["capture"]["packets"], sent)


def test_quarter_hours(folder):
    """Quarter hours that turn, an hour's input in several, a clock set back, another run: as in a file, writing by writing."""
    tool = os.path.abspath("build/release/tools/live_puts")
    wanted = run(tool, os.path.join(folder, "puts.db"), "tap5").split("\n")
    got = run(tool, place(folder, "tap5"), "tap5").split("\n")
    for number, (a, b) in enumerate(zip(got, wanted)):
        same(f"what is stored after writing {number}", a, b)
    same("writings", len(got), len(wanted))
    check(len(got) > 10, got)


def test_quarter_hours_once(folder):
    """The same, sent once each is over: the same at the end of each run, and no segment but the last of a run is sent before."""
    tool = os.path.abspath("build/release/tools/live_puts")
    wanted = run(tool, os.path.join(folder, "puts6.db"), "tap6").strip().split("\n")
    got = run(tool, place(folder, "tap6", None), "tap6").strip().split("\n")
    ends = [line for line in wanted if line.startswith("end:")]
    same("stored at the ends of runs", [line for line in got if line.startswith("end:")], ends)
    same("runs", len(ends), 2)
    check(got != wanted, "before, the server knows less", got)
    written = sql("SELECT count(), uniq(segment), max(version) FROM live.segment WHERE sensor = 'tap6'").split("\t")
    # Quarter hours of the first run: 0, 1 (minutes 16 and 17), 2, 5, and 1 again as the clock is set back; of the second: 5.
    same("writings, segments, versions", written, ["6", "6", "1"])
    same("waits", waits(folder, "tap6"), (0, 0))
    # What waits goes together: fewer inserts than there are segments times tables, and the same is stored.
    before = inserts()
    got = run(tool, place(folder, "tap8", 86400), "tap8").strip().split("\n")
    same("stored at the ends of runs, sent together", [line for line in got if line.startswith("end:")], ends)
    same("segments, versions", sql("SELECT uniq(segment), max(version) FROM live.segment WHERE sensor = 'tap8'"), "6\t1")
    check(inserts() - before <= 4 * 7, "inserts", inserts() - before)


def test_held(folder):
    """What is not sent yet is safe in the spool: killed, it is all there once somebody sends; ended, it is sent at once."""
    store = place(folder, "tap7", None)
    sensor = Sensor(folder, "--store", store, "--store-interval", 1, name="held")
    sent = send(LOUD)
    time.sleep(2.5)
    same("packets stored while the quarter hour lasts", stored(folder, store)["capture"]["packets"], 0)
    waiting = waits(folder, "tap7")
    check(waiting[0] == waiting[1] <= 2, "in the spool wait (states, segments)", waiting)
    sensor.kill()
    said = run(TAPAUDIT, "store", "send", "-q", "--store", store)
    check("0 segments wait" in said, said)
    same("packets stored once they are sent", stored(folder, store)["capture"]["packets"], sent)
    # A server that is away is told of at a turn, and that it is back although nothing is sent yet.
    sensor = Sensor(folder, "--store", place(folder, "tap7", 4), "--store-interval", 1, name="turns")
    sent += send(LOUD)
    server_stop()
    sensor.hear("store-away", seconds=30)
    server_start(folder)
    sensor.hear("store-back", seconds=30)
    same("packets stored by then", stored(folder, store)["capture"]["packets"], sent - 218)
    sensor.kill()
    sensor = Sensor(folder, "--store", store, "--store-interval", 1, name="last")
    same("what a start sends", stored(folder, store)["capture"]["packets"], sent)
    sent += send(LOUD)
    _, live = sensor.end()
    same("packets stored at the end", stored(folder, store)["capture"]["packets"], sent)
    check(live["capture"]["packets"] > 0, live["capture"])


def test_renamed_while_away(folder):
    """The site is renamed, then the server is away when the sensor starts under the new name: all is captured, and sent to that name."""
    store = place(folder, "tap9")
    names = "North campus", "North II"
    sites = []
    for number, name in enumerate((*names, "Nowhere")):
        sites.append(f"{folder}/named{number}.site.json")
        with open(SITE) as given, open(sites[-1], "w") as out:
            json.dump({**json.load(given), "name": name}, out)
    sensor = Sensor(folder, "--store", store, "--store-interval", 1, site=sites[0], name="before")
    sent = send(LOUD)
    time.sleep(1.5)
    sensor.end()
    run(TAPAUDIT, "store", "rename", "--store", STORE, *names)
    server_stop()
    sensor = Sensor(folder, "--store", store, "--store-interval", 1, site=sites[1], name="renamed")
    away = sensor.hear("store-away")[0]["text"]
    check(f'knows sensor tap9 as one of site "{names[0]}"' in away, away)
    sent += send(LOUD)
    time.sleep(2)
    server_start(folder)
    sensor.hear("store-back", seconds=30)
    sent += send(LOUD)
    sensor.end()
    same("packets stored", stored(folder, store, site=sites[1])["capture"]["packets"], sent)
    same("waits", waits(folder, "tap9"), (0, 0))
    # A site that it never was of is nobody's: it waits, and the server says why.
    server_stop()
    sensor = Sensor(folder, "--store", store, "--store-interval", 1, site=sites[2], name="wrong")
    send(LOUD)
    time.sleep(2)
    sensor.end()
    server_start(folder)
    got = subprocess.run([TAPAUDIT, "store", "send", "--store", store], capture_output=True, text=True)
    check(got.returncode == 2 and 'was written for "Nowhere"' in got.stderr and got.stderr.count("\n") == 1, got.stderr)
    same("packets stored for it", stored(folder, store, site=sites[1])["capture"]["packets"], sent)


def test_wrong(folder):
    """What cannot work is refused with a line, before anything is captured."""
    for store, word in ((place(folder, "a", "soon"), "every=soon"), (place(folder, "a", 86401), "seconds from 0 to 86400"),
                        (f"{STORE}none?sensor=a&spool={folder}/a.spool", "store init"), (f"{STORE}?spool={folder}/a.spool", "sensor="),
                        (f"{STORE}?sensor=a", "spool=")):
        got = subprocess.run([TAPAUDIT, "live", "-i", "vb", "-s", SITE, "--duration", "1", "--store", store], capture_output=True,
                             text=True)
        check(got.returncode == 2 and word in got.stderr and got.stderr.count("\n") == 1, store, got.returncode, got.stderr)
    got = subprocess.run([TAPAUDIT, "live", "-i", "vb", "-s", SITE, "--duration", "1", "--store", place(folder, "a"), "--sensor",
                          "b"], capture_output=True, text=True)
    check(got.returncode == 2 and "names sensor a" in got.stderr, got.stderr)


def main():
    folder, passed, failed = sys.argv[1], 0, 0
    pair()
    run(TAPAUDIT, "store", "init", "--store", STORE)
    for name, test in [(n, t) for n, t in globals().items() if n.startswith("test_") and (not sys.argv[2:] or n[5:] in sys.argv[2:])]:
        try:
            if not answers():
                server_start(folder)
            test(folder)
            passed += 1
            print("ok  ", name[5:], flush=True)
        except (Failed, subprocess.SubprocessError, OSError) as failure:
            failed += 1
            print(f"FAIL {name[5:]}: {type(failure).__name__}: {failure}", getattr(failure, "stderr", "") or "", flush=True)
    try:
        os.kill(server["pid"], signal.SIGKILL)
    except ProcessLookupError:
        pass
    print(f"{passed} passed, {failed} failed")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
