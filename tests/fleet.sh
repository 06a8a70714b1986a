#!/bin/bash
# A fleet's store on real servers: two ClickHouse nodes of Debian's, a shard each, started and stopped here on loopback ports, and a
# present ClickHouse as a library where npm has it. Several sensors write, one report is judged over all, and servers die, break
# off and run full in between. Skipped with a word where the server is not installed. Last line: "N passed, M failed".
set -u
cd "$(dirname "$0")/.." || exit 2
. tests/fleet/servers.sh
P=${FLEET_PROGRAM:-build/tapaudit}
W=$(mktemp -d) || exit 2
passed=0
failed=0
export SOURCE_DATE_EPOCH=1795140000 TZ=UTC LC_ALL=C.UTF-8 TAPAUDIT_CLICKHOUSE_PASSWORD='secret of the fleet'
cleanup() { servers_stop 2>/dev/null; [ -z "${bridge:-}" ] || kill "$bridge" 2>/dev/null; mountpoint -q "$W/full" 2>/dev/null && umount "$W/full"; rm -rf "$W"; }
trap cleanup EXIT
trap 'exit 2' INT TERM

ok() { passed=$((passed + 1)); }
no() { failed=$((failed + 1)); echo "FAIL $*"; }
is() { [ "$2" = "$3" ] && ok || { no "$1: is not as it should be"; echo "  is     $2"; echo "  should $3"; }; }
holds() { what=$1; shift; "$@" && ok || no "$what"; }

for need in clickhouse-server java curl tcpdump; do
	command -v "$need" >/dev/null || { echo "skipped: no $need here (make setup installs it)"; echo "0 passed, 0 failed"; exit 0; }
done

# Sites, their captures, and how each one's packets are shared out over sensors.
sites="kvmnet2:kvmnet2-wrong-direction.pcap:10.30.1.7 dsview:dsview-strangers.pcap:10.10.1.11 converge:converge-good-day.pcapng:10.60.3.5 wdm:wdm-unanswered.pcap:10.70.8.31"
mkdir -p "$W/sites"
for entry in $sites; do
	IFS=: read -r name capture host <<<"$entry"
	cp "pcaps/$name.site.json" "$W/sites/"
	mkdir -p "$W/$name-1" "$W/$name-2"
	tcpdump -qr "pcaps/$capture" -w "$W/$name-1/a.pcap" "host $host" 2>/dev/null
	tcpdump -qr "pcaps/$capture" -w "$W/$name-2/a.pcap" "not host $host" 2>/dev/null
done
find "$W" -name '*.pcap' -exec touch -d '2 hours ago' {} +

at() { echo "clickhouse://audit@127.0.0.1:$(http_port "${3:-1}")/$1?cluster=fleet&sensor=$2&spool=$W/$1-$2.db"; } # at DATABASE SENSOR [NODE]
night() { # night STORE SITE FOLDER [OPTIONS..]: what it says, and its status
	store=$1 site=$2 folder=$3
	shift 3
	"$P" nightly -q -s "pcaps/$site.site.json" --spool "$folder" --store "$store" -o "$W/out-$site" "$@" >"$W/said" 2>&1
	echo "status $?" >>"$W/said"
}
seen() { # seen DATABASE: packets of whole attempts, by coverage and by edges
	sql 1 "SELECT sum(packets), sum(audited) FROM $1.coverage WHERE attempt GLOBAL IN (SELECT argMax(attempt, version) FROM $1.segment GROUP BY sensor, segment)"
	sql 1 "SELECT sum(packets_out + packets_in) FROM $1.edge WHERE attempt GLOBAL IN (SELECT argMax(attempt, version) FROM $1.segment GROUP BY sensor, segment)"
}
# What stands in a report, evidence and inputs aside; "uncounted" also without numbers of packets and of rules' flows.
findings() { # findings REPORT [uncounted]
	python3 - "$@" <<'PYTHON'
import json, sys
report = json.load(open(sys.argv[1]))
keep = ("id kind reason severity system rule initiator responder peers peer_count proto port direction outcome flows packets bytes "
        "first last message impact exception host").split()
rule = "id state flows packets missing_hosts unanswered_hosts".split()
if "uncounted" in sys.argv:
    keep, rule = [k for k in keep if k not in ("packets", "bytes")], [k for k in rule if k not in ("packets", "flows")]
    report["capture"].update(accounting=None, flows=None)
print(json.dumps([{k: f[k] for k in keep} for f in report["findings"]], indent=1))
print(json.dumps([[s["name"], s["verdict"], [[r[k] for k in rule] for r in s["rules"]]] for s in report["systems"]], indent=1))
print(report["capture"]["accounting"], report["capture"]["flows"], report["edges"], report["verdict"])
PYTHON
}

# The fleet's report on SITE is what one machine says of CAPTURES; "uncounted" in front as findings takes it.
same_as_one() { # same_as_one WHAT [uncounted] SITE_FILE STORE CAPTURE..
	what=$1 uncounted=
	shift
	[ "$1" != uncounted ] || { uncounted=uncounted; shift; }
	site_file=$1 of=$2
	shift 2
	rm -f "$W/one.json" "$W/all.json"
	"$P" audit -q -s "$site_file" -f json -o "$W/one.json" "$@" 2>/dev/null
	"$P" report -q -s "$site_file" -f json -o "$W/all.json" --store "$of" 2>"$W/said"
	findings "$W/one.json" $uncounted >"$W/one.txt" && findings "$W/all.json" $uncounted >"$W/all.txt" && [ -s "$W/one.txt" ] && cmp -s "$W/one.txt" "$W/all.txt" && ok || {
		no "$what: the fleet says otherwise than one machine"
		cat "$W/said"
		diff "$W/one.txt" "$W/all.txt" | head -20
	}
}
same_sites() { # same_sites WHAT DATABASE: each site of $sites, whose whole captures its two sensors share
	for entry in $sites; do
		IFS=: read -r name capture host <<<"$entry"
		same_as_one "$1, $name" "pcaps/$name.site.json" "$(reader "$2")" "pcaps/$capture"
	done
}
rows_of() { # rows_of DATABASE [CONDITION]: of all tables that hold what was seen
	for table in edge host coverage anomaly input span chain file; do sql 1 "SELECT count() FROM $1.$table ${2:+WHERE $2}"; done | tr '\n' ' '
}
tidied() { # tidied DATABASE: nothing is left to be done
	for i in 1 2; do sql $i "SELECT count() FROM system.mutations WHERE database = '$1' AND is_done = 0"; done | sort -u | grep -qx 0
}
tidy() { # tidy DATABASE: afterwards it holds what is read, and no more
	visible=$(rows_of "$1" "attempt GLOBAL IN (SELECT argMax(attempt, version) FROM $1.segment GROUP BY sensor, segment)")
	is "to tidy $1" "$("$P" store tidy --store "$(reader "$1")" 2>&1)" ""
	holds "$1 is tidy in the end" wait_for 20 tidied "$1"
	is "rows of $1" "$(rows_of "$1")" "$visible"
}
reader() { echo "clickhouse://audit@127.0.0.1:$(http_port "${2:-1}")/$1?cluster=fleet"; } # reader DATABASE [NODE]

servers_start || { echo "0 passed, 1 failed"; exit 1; }
# Parts that stand alone: `fleet.sh PART..` runs these only.
parts='owners grown outages waiting'
echo 'secret of the fleet' >"$W/password"
for part in "$@"; do . "tests/fleet/$part.sh"; done
[ $# = 0 ] || { servers_stop 2>/dev/null; echo "$passed passed, $failed failed"; [ "$failed" = 0 ]; exit; }

# Tables on both nodes, from one; made twice they are as they were; without them a clear line.
"$P" report -s pcaps/wdm.site.json --store "$(at audit x)" >"$W/said" 2>&1
is "a database without tables" "$? $(grep -c 'tapaudit store init --store URL' "$W/said")" "2 1"
for i in 1 2; do "$P" store init --store "$(at audit x)" || no "store init, time $i"; done
is "tables on each node" "$(sql 1 'SELECT count() FROM system.tables WHERE database = '"'audit'") $(sql 2 'SELECT count() FROM system.tables WHERE database = '"'audit'")" "24 24"
is "a wrong password" "$(TAPAUDIT_CLICKHOUSE_PASSWORD=wrong "$P" store init --store "$(at audit x)" 2>&1 | grep -c 'status ')" 1
is "a password in the address" "$("$P" store init --store clickhouse://a:b@127.0.0.1/x 2>&1 | grep -c 'password_file=FILE')" 1
echo 'secret of the fleet' >"$W/password"
is "a password from a file" "$(TAPAUDIT_CLICKHOUSE_PASSWORD=wrong "$P" store init --store "$(at audit x)&password_file=$W/password" 2>&1)" ""

# TLS: the server's own port, and others in front of it, whose certificates are of another name, expired, or of an authority that is not asked.
certificates=$fleet_data/certificates
tls() { # tls PORT AUTHORITY: where
	echo "clickhouse://audit@127.0.0.1:$1/audit?cluster=fleet&https=yes&sensor=wdm-tls&spool=$W/tls.db&ca=$certificates/$2.pem"
}
tls_refused() { # tls_refused PORT AUTHORITY WORDS
	"$P" store init --store "$(tls "$1" "$2")" >"$W/said" 2>&1
	is "TLS: $3" "$? $(wc -l <"$W/said") $(grep -c "$3" "$W/said")" "2 1 1"
}
if [ -f "$certificates/expired.pem" ]; then
	is "TLS with the right authority" "$("$P" store init --store "$(tls "$(https_port 1)" ca)" 2>&1)" ""
	tls_refused "$(https_port 1)" other 'unable to get local issuer certificate'
	tls_refused "$(https_port 1)" nobody 'error setting certificate file'
	is "TLS with the system's authorities" "$("$P" store init --store "$(tls "$(https_port 1)" ca | sed 's/&ca=.*//')" 2>&1 | grep -c 'unable to get local issuer certificate')" 1
	for kind in elsewhere expired; do
		python3 tests/fleet/tls_front.py "$W/port-$kind" "$certificates/$kind.pem" "$certificates/$kind.key" "$(http_port 1)" &
		fronts="${fronts:-} $!"
		wait_for 5 test -s "$W/port-$kind"
	done
	tls_refused "$(cat "$W/port-elsewhere")" ca "does not match\|no alternative certificate subject name matches target host name '127.0.0.1'"
	tls_refused "$(cat "$W/port-expired")" ca 'certificate has expired'
	# A writer that is refused keeps what it has, and sends it once the certificate is right.
	night "$(tls "$(cat "$W/port-expired")" ca)" wdm "$W/wdm-2"
	is "a night that a wrong certificate refuses" "$(tail -1 "$W/said") $(grep -c expired "$W/said")" "status 2 1"
	# shellcheck disable=SC2086
	kill $fronts
	night "$(tls "$(https_port 2)" ca)" wdm "$W/wdm-2"
	is "the same night, under a right one" "$(sql 1 "SELECT sum(packets) FROM audit.coverage")" "$(tcpdump -qr "$W/wdm-2/a.pcap" 2>/dev/null | wc -l)"
	for table in edge host coverage anomaly input span segment file chain sensor; do
		for i in 1 2; do sql $i "TRUNCATE TABLE audit.${table}_local"; done
	done
fi

# All sensors write, each through its own node; the report of each site is that of one machine with the whole capture.
node=1
for entry in $sites; do
	IFS=: read -r name capture host <<<"$entry"
	for half in 1 2; do
		night "$(at audit "$name-$half" "$node")" "$name" "$W/$name-$half"
		grep -q 'status [013]' "$W/said" && ok || { no "night of $name-$half"; cat "$W/said"; }
		node=$((3 - node))
	done
	"$P" audit -q -s "pcaps/$name.site.json" -f json -o "$W/one.json" "pcaps/$capture" 2>/dev/null
	"$P" report -s "pcaps/$name.site.json" -f json -o "$W/all.json" --store "clickhouse://audit@127.0.0.1:$(http_port 1)/audit?cluster=fleet" 2>"$W/said"
	findings "$W/one.json" >"$W/one.txt"
	findings "$W/all.json" >"$W/all.txt"
	if cmp -s "$W/one.txt" "$W/all.txt"; then ok; else no "$name: the fleet says otherwise than one machine"; diff "$W/one.txt" "$W/all.txt" | head -20; fi
done
holds "rows on both shards" [ "$(sql 1 'SELECT count() FROM audit.edge_local')" -gt 0 ]
holds "rows on the other shard" [ "$(sql 2 'SELECT count() FROM audit.edge_local')" -gt 0 ]
whole=$(seen audit)

# Sensors of one site that see the same packets, one of which writes a quarter hour in two segments: what stands in the report is what one
# machine says of all their captures, numbers of packets aside, and rules' flows: one that is open where a sensor's captures are cut counts in both. The first sees all; the second one host; the third the others, in two nights.
overlap="kvmnet2:kvmnet2-strangers.pcap.gz:10.30.1.7 dsview:dsview-scan.pcap:10.10.1.11 wdm:wdm-rogue-push.pcap:10.70.8.31 converge:converge-missing.pcap:10.60.1.12"
"$P" store init --store "$(at overlap x)"
for entry in $overlap; do
	IFS=: read -r name capture host <<<"$entry"
	many=$W/overlap-$name
	mkdir -p "$many/1" "$many/2" "$many/3"
	gunzip -cf "pcaps/$capture" >"$many/whole"
	tcpdump -qr "$many/whole" -w "$many/1/a.pcap" 2>/dev/null
	tcpdump -qr "$many/whole" -w "$many/2/b.pcap" "host $host" 2>/dev/null
	tcpdump -qr "$many/whole" -w "$many/others" "not host $host" 2>/dev/null
	count=$(tcpdump -qr "$many/others" 2>/dev/null | wc -l)
	# Not from the first packet on: one that begins as another does would be taken for a cut copy of it.
	python3 tests/fleet/cut.py "$many/others" "$many/3/c.pcap" 1 $((count / 2))
	python3 tests/fleet/cut.py "$many/others" "$many/d.pcap" $((count / 2)) "$count"
	touch -d '2 hours ago' "$many"/*/*.pcap "$many/d.pcap"
	for sensor in 1 2 3 3; do
		for store in "$(at overlap "$name-$sensor" $((1 + sensor % 2)))" "$many/file.db"; do night "$store" "$name" "$many/$sensor" --sensor "$name-$sensor"; done
		[ "$sensor" = 3 ] && cp -p "$many/d.pcap" "$many/3/"
	done
	"$P" audit -q -s "pcaps/$name.site.json" -f json -o "$W/one.json" "$many"/[123] 2>/dev/null
	"$P" report -s "pcaps/$name.site.json" -f json,html -o "$W/all" --store "clickhouse://audit@127.0.0.1:$(http_port 1)/overlap?cluster=fleet" 2>"$W/said"
	findings "$W/one.json" uncounted >"$W/one.txt"
	findings "$W/all/report.json" uncounted >"$W/all.txt"
	if [ -s "$W/one.txt" ] && cmp -s "$W/one.txt" "$W/all.txt"; then ok; else no "$name: sensors that overlap say otherwise than one machine"; diff "$W/one.txt" "$W/all.txt" | head -20; fi
	# The same nights in a file: the same report, to the byte.
	"$P" report -q -s "pcaps/$name.site.json" -f json -o "$W/file.json" --store "$many/file.db" 2>/dev/null
	cmp -s "$W/file.json" "$W/all/report.json" && ok || { no "$name: the server adds up otherwise than a file"; diff "$W/file.json" "$W/all/report.json" | head -20; }
	mv "$W/all" "$W/all-$name"
done
holds "a quarter hour of several segments" [ "$(sql 1 "SELECT count() FROM (SELECT sensor, bucket FROM overlap.coverage GROUP BY sensor, bucket HAVING uniq(attempt) > 1)")" -ge 4 ]
# A site's page in the fleet's report, read as one of many, and its own report: the same.
"$P" report -s "$W/sites" --store "clickhouse://audit@127.0.0.1:$(http_port 2)/overlap?cluster=fleet" -f html,json -o "$W/overlap-report" 2>"$W/said"
for entry in $overlap; do
	name=${entry%%:*}
	cmp -s "$W/all-$name/report.html" "$W/overlap-report/sites/$name.html" && ok || no "$name: its page in the fleet's report is not its own report"
done

# The report over all of them.
mkdir -p "$W/report"
echo '{"schema": "tapaudit.site/1", "name": ' >"$W/sites/broken.site.json"
"$P" report -s "$W/sites" --store "clickhouse://audit@127.0.0.1:$(http_port 2)/audit?cluster=fleet" -f text,json,html,csv -o "$W/report" 2>"$W/said"
is "a fleet's report with a broken site file" $? 2
python3 - "$W" >"$W/fleet.txt" <<'PYTHON'
import csv, json, sys
w = sys.argv[1]
fleet = json.load(open(w + "/report/fleet.json"))
rows = list(csv.DictReader(open(w + "/report/fleet.csv", newline="")))
print(fleet["schema"], fleet["verdict"], [(s["name"], s["verdict"], bool(s["error"]), s["sensors"], s["silent_sensors"]) for s in fleet["sites"]])
print([(s["name"], s["site"], s["silent"], s["astray"]) for s in fleet["sensors"]])
print(len(rows) == len(fleet["sites"]), all(r["site"] == (s["name"] or "") for r, s in zip(rows, fleet["sites"])))
print(fleet["findings"] >= len(fleet["newest"]) > 0, fleet["rules"][0]["sites"] >= 1)
PYTHON
diff tests/fleet/fleet.expected "$W/fleet.txt" >"$W/diff" && ok || { no "the fleet's report"; cat "$W/diff"; }
for name in kvmnet2 dsview converge wdm; do holds "own report of $name" [ -s "$W/report/sites/$name.html" ]; done
holds "links to them" grep -q 'href="sites/wdm.html"' "$W/report/fleet.html"
rm "$W/sites/broken.site.json"

# A site that nobody writes for, a sensor of no site, one that wrote nothing of the time asked for, one that sees half of what there is, and one whose
# capture is cut: each is said.
mkdir -p "$W/odd" "$W/odd-cut" "$W/odd-half" "$W/odd-sites"
"$P" store init --store "$(at odd x)"
head -c 3000 "$W/wdm-2/a.pcap" >"$W/odd-cut/a.pcap"
cp pcaps/dsview-one-sided.pcap "$W/odd-half/a.pcap"
touch -d '2 hours ago' "$W"/odd-*/a.pcap
night "$(at odd wdm-1)" wdm "$W/wdm-1"
night "$(at odd wdm-cut)" wdm "$W/odd-cut"
night "$(at odd lost)" converge "$W/converge-1"
night "$(at odd half)" dsview "$W/odd-half"
cp pcaps/wdm.site.json pcaps/dsview.site.json pcaps/kvmnet2.site.json "$W/odd-sites/"
"$P" report -s "$W/odd-sites" --store "$(at odd x)" -f text,json,csv -o "$W/odd-report" 2>"$W/said"
is "a fleet's report with a capture that was cut" $? 2
odd() { # odd REPORT: what is odd in it
	python3 -c 'import json, sys
f = json.load(open(sys.argv[1]))
print([(s["name"], s["sensors"], s["incomplete"], s["reason"] if not s["sensors"] else None) for s in f["sites"] if s["incomplete"] or not s["sensors"]])
print([(s["name"], s["state"], s["grade"], bool(s["health"])) for s in f["sensors"]], f["summary"])' "$1"
}
odd "$W/odd-report/fleet.json" >"$W/odd.txt"
"$P" report -s "$W/odd-sites" --store "$(at odd x)" --since 2031-01-01 --until 2031-01-02 -f json -o "$W/odd-late.json" 2>"$W/said"
is "a time of which nothing was written" $? 3
odd "$W/odd-late.json" >>"$W/odd.txt"
diff tests/fleet/odd.expected "$W/odd.txt" >"$W/diff" && ok || { no "what is odd in a fleet"; cat "$W/diff"; }

# A shard that is away: sites that it has sensors of are named and not judged, the others are as they were; writers wait.
"$P" store init --store "$(at away x)"
away_sites=$(for name in kvmnet2 dsview converge wdm; do [ "$(sql 1 "SELECT max(cityHash64(arrayJoin(['$name-1', '$name-2'])) % 2)")" = 1 ] && echo "$name"; done)
clean_report() { "$P" report -s "$W/sites" --store "clickhouse://audit@127.0.0.1:$(http_port 1)/audit?cluster=fleet" -f json -o "$1" 2>"$W/said"; }
clean_report "$W/both.json"
node_stop 2 KILL
clean_report "$W/one-shard.json"
is "a fleet's report with a shard away" "$? $(grep -c 'a shard is away' "$W/said")" "2 $(echo "$away_sites" | wc -w)"
python3 - "$W/both.json" "$W/one-shard.json" "$W/sites" $away_sites <<'PYTHON' && ok || no "what is said of the sites of a shard that is away"
import json, sys
both, one = (json.load(open(p)) for p in sys.argv[1:3])
away = {"%s/%s.site.json" % (sys.argv[3], name) for name in sys.argv[4:]}
assert 0 < len(away) < 4, away
assert {s["file"] for s in one["sites"] if s["error"]} == away
assert all("a shard is away" in s["error"] and s["verdict"] is None for s in one["sites"] if s["error"])
assert [s for s in both["sites"] if s["file"] not in away] == [s for s in one["sites"] if not s["error"]]
assert {s["name"] for s in one["sensors"]} == {s["name"] for s in both["sensors"]}
assert one["summary"]["sensors"]["away"] > 0 and one["summary"]["sites"]["not_judged"] == len(away)
PYTHON
"$P" report -s pcaps/wdm.site.json --store "$(at audit x)" >"$W/out.txt" 2>"$W/said"
is "a site's own report with a shard away" "$? $(wc -l <"$W/said") $(grep -c 'Code: 279' "$W/said")" "2 1 1"
is "which node, and what to do" "$(grep -c "a shard is away (127.0.0.1:$(tcp_port 2)); try again when it is back" "$W/said")" 1
night "$(at away wdm-1)" wdm "$W/wdm-1"
"$P" store send -q --store "$(at away wdm-1)" >"$W/said" 2>&1
is "segments that wait for a shard" "$? $(sed -n 2p "$W/said" | cut -d' ' -f1-3) $(grep -c 'Code: 279' "$W/said")" "2 1 segment waits, 1"
node_start 2
"$P" store send -q --store "$(at away wdm-1)" >"$W/said" 2>&1
is "segments that waited for a shard" "$? $(cat "$W/said")" "0 0 segments wait, 0 bytes"
wdm_site=$(python3 -c 'import json; print(json.load(open("pcaps/wdm.site.json"))["name"])')
is "whom they were written for, whoever sends them" "$(sql 1 'SELECT DISTINCT site FROM away.segment'), $(sql 1 'SELECT DISTINCT site FROM away.sensor')" "$wdm_site, $wdm_site"
# All of these against the published schema, and the schema against them.
python3 tests/tools/check_schema.py src/schema/fleet.schema.json - "$W"/{both,one-shard,odd-late,odd-report/fleet,report/fleet}.json >"$W/said"
[ $? = 0 ] && passed=$((passed + $(tail -1 "$W/said" | cut -d' ' -f1))) || { no "the schema of a fleet's report"; cat "$W/said"; }
clean_report "$W/both-again.json"
cmp -s "$W/both.json" "$W/both-again.json" && ok || no "the report once the shard is back"

# The same again counts once: the same files, copies of them, and a segment that is sent three times.
night "$(at audit wdm-1)" wdm "$W/wdm-1"
mkdir "$W/again" && cp -p "$W/wdm-1/a.pcap" "$W/again/b.pcap"
night "$(at audit wdm-1)" wdm "$W/again"
is "captures that are given again" "$(seen audit)" "$whole"
same_as_one "captures that are given again" pcaps/wdm.site.json "$(reader audit)" pcaps/wdm-unanswered.pcap
# Nor is it counted twice when the sensor has lost what it knew and brings it with another: the server knows.
"$P" store init --store "$(at lost x)"
night "$(at lost wdm-1)" wdm "$W/wdm-1"
rm -f "$W/lost-wdm-1.db"*
mkdir "$W/more" && cp -p "$W/wdm-1/a.pcap" "$W/more/b.pcap" && cp -p "$W/wdm-2/a.pcap" "$W/more/c.pcap"
night "$(at lost wdm-1)" wdm "$W/more"
is "captures that are given with others by who forgot them" "$(seen lost | tr '\n\t' '  ' | cut -d' ' -f1)" "$(tcpdump -qr pcaps/wdm-unanswered.pcap 2>/dev/null | wc -l)"
same_as_one "captures that are given with others by who forgot them" pcaps/wdm.site.json "$(reader lost)" "$W/wdm-1/a.pcap" "$W/wdm-2/a.pcap"
"$P" store init --store "$(at thrice x)"
for i in 1 2 3; do
	rm -f "$W/thrice-dsview-2.db"*
	[ "$i" = 1 ] || sql 1 'INSERT INTO thrice.input_local SELECT * FROM thrice.input_local WHERE 0' >/dev/null
	# The sensor believes that its captures are new, as one does whose state was lost while the server was away.
	node_stop 1 KILL; night "$(at thrice dsview-2)" dsview "$W/dsview-2"; node_start 1
	"$P" store send -q --store "$(at thrice dsview-2)" >/dev/null
	[ "$i" = 1 ] && once=$(seen thrice)
done
is "a segment that is sent three times" "$(seen thrice)" "$once"
same_as_one "a segment that is sent three times" pcaps/dsview.site.json "$(reader thrice)" "$W/dsview-2/a.pcap"
is "its three tries are there" "$(sql 1 'SELECT max(version), count() FROM thrice.segment WHERE rows > 1' | tr '\t' ' ')" "3 3"

# A segment that is written again and reaches elsewhere is not where it was: a live sensor's does so when what was open is the next one's.
last=$(sql 1 "SELECT max(last_bucket) FROM thrice.segment")
until=$(date -u -d "@$(((last + 1) * 900))" +%Y-%m-%dT%H:%M:%SZ)
packets_until() { "$P" report -q -s pcaps/dsview.site.json --store "$(at thrice dsview-2)" --until "$until" -f json -o "$W/moved.json" 2>"$W/said"; python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["capture"]["packets"])' "$W/moved.json"; }
was=$(packets_until)
sql 1 "INSERT INTO thrice.segment (attempt, sensor, segment, version, first_bucket, last_bucket, site, rows) SELECT 1, sensor, segment, 99, $last + 1, $last + 1, any(site), 0 FROM thrice.segment GROUP BY sensor, segment"
sleep 1
is "what a segment no longer holds" "$((was > 0)) $(packets_until)" "1 0"

# Servers that die in mid-insert, and connections that break: what was not confirmed waits, and in the end all is there once.
"$P" store init --store "$(at hard x)"
for entry in $sites; do
	IFS=: read -r name capture host <<<"$entry"
	for half in 1 2; do
		( sleep "0.$((RANDOM % 15 + 5))"; kill -KILL "$(cat "$fleet_data/1/pid")" 2>/dev/null ) &
		killer=$!
		night "$(at hard "$name-$half")" "$name" "$W/$name-$half"
		wait "$killer" 2>/dev/null
		node_stop 1 KILL
		night "$(at hard "$name-$half")" "$name" "$W/$name-$half"
		grep -q 'status 2' "$W/said" && ok || { no "a night without server is trouble"; cat "$W/said"; }
		node_start 1
	done
done 2>/dev/null
for entry in $sites; do
	name=${entry%%:*}
	for half in 1 2; do "$P" store send -q --store "$(at hard "$name-$half")" >"$W/said" 2>&1; is "nothing of $name-$half waits" "$(cat "$W/said")" "0 segments wait, 0 bytes"; done
done
is "totals after servers that died" "$(seen hard)" "$whole"
same_sites "after servers that died" hard
tidy hard
same_sites "after servers that died, tidied" hard
"$P" store init --store "$(at cut x)"
for entry in $sites; do
	name=${entry%%:*}
	for half in 1 2; do
		for bytes in 300 3000 30000; do
			python3 tests/fleet/cutter.py "$W/port" "$(http_port 1)" "$bytes" &
			cutter=$!
			wait_for 5 test -s "$W/port"
			night "clickhouse://audit@127.0.0.1:$(cat "$W/port")/cut?cluster=fleet&sensor=$name-$half&spool=$W/cut-$name-$half.db" "$name" "$W/$name-$half"
			kill "$cutter"; wait "$cutter" 2>/dev/null; rm -f "$W/port"
		done
		"$P" store send -q --store "clickhouse://audit@127.0.0.1:$(http_port 1)/cut?cluster=fleet&sensor=$name-$half&spool=$W/cut-$name-$half.db" >/dev/null
	done
done
is "totals after connections that broke" "$(seen cut)" "$whole"
same_sites "after connections that broke" cut
tidy cut
same_sites "after connections that broke, tidied" cut
# An attempt that a server takes half of, for certain: it has lost a table.
"$P" store init --store "$(at half x)"
night "$(at half wdm-1)" wdm "$W/wdm-1"
for i in 1 2; do sql $i 'DROP TABLE half.span_local'; done
mkdir "$W/halves" && cp -p "$W/wdm-2/a.pcap" "$W/halves/b.pcap"
for i in 1 2; do
	night "$(at half wdm-1)" wdm "$W/halves"
	is "a server that takes half, try $i" "$(tail -1 "$W/said") $(grep -c '1 segment .*waits safely in ' "$W/said") $(sql 1 "SELECT uniqExact(attempt) FROM half.coverage")" "status 2 1 $((i + 1))"
done
"$P" store init --store "$(at half x)"
is "what waited for the other half" "$("$P" store send -q --store "$(at half wdm-1)")" "0 segments wait, 0 bytes"
same_as_one "a server that took half" pcaps/wdm.site.json "$(reader half)" "$W/wdm-1/a.pcap" "$W/wdm-2/a.pcap"
is "tries that it knows of" "$(sql 1 'SELECT countIf(version = 0), countIf(version = 1) FROM half.segment' | tr '\t' ' ')" "2 2"
tidy half
is "what is left" "$(sql 1 'SELECT uniqExact(attempt) FROM half.coverage')" 2
same_as_one "a server that took half, tidied" pcaps/wdm.site.json "$(reader half)" "$W/wdm-1/a.pcap" "$W/wdm-2/a.pcap"

# A disk that is full refuses the new and keeps what waits.
if [ "$(id -u)" = 0 ] && mkdir -p "$W/full" && mount -t tmpfs -o size=160k none "$W/full" 2>/dev/null; then
	"$P" store init --store "$(at full x)"
	U="clickhouse://audit@127.0.0.1:$(http_port 1)/full?cluster=fleet&sensor=wdm-2&spool=$W/full/spool.db"
	dd if=/dev/zero of="$W/full/ballast" bs=1k count=200 2>/dev/null
	night "$U" wdm "$W/wdm-2"
	grep -q 'spool.*full\|disk' "$W/said" && grep -q 'status 2' "$W/said" && ok || { no "a full disk"; cat "$W/said"; }
	is "nothing of it counts" "$(seen full | tr '\n\t' '  ')" "0 0 0 "
	rm "$W/full/ballast"
	mount -o remount,size=64m "$W/full"
	night "$U" wdm "$W/wdm-2"
	is "afterwards it does" "$(sql 1 "SELECT sum(packets) FROM full.coverage")" "$(sql 1 "SELECT sum(packets) FROM audit.coverage WHERE sensor = 'wdm-2'")"
	same_as_one "a disk that was full" pcaps/wdm.site.json "$(reader full)" "$W/wdm-2/a.pcap"
	umount "$W/full"
fi

# A sensor whose clock is a day off: what is the latest is said by the server, and a report names what it saw when.
if command -v faketime >/dev/null; then
	"$P" store init --store "$(at clock x)"
	for day in '+1d' '-1d'; do
		rm -f "$W/clock-wdm-2.db"*
		faketime -f "$day" "$P" nightly -q -s pcaps/wdm.site.json --spool "$W/wdm-2" --store "$(at clock wdm-2)" -o "$W/out-clock" >"$W/said" 2>&1
	done
	is "a clock that is wrong by a day" "$(sql 1 "SELECT sum(packets) FROM clock.coverage WHERE attempt GLOBAL IN (SELECT argMax(attempt, version) FROM clock.segment GROUP BY sensor, segment)")" "$(sql 1 "SELECT sum(packets) FROM audit.coverage WHERE sensor = 'wdm-2'")"
	same_as_one "a clock that is wrong by a day" pcaps/wdm.site.json "$(reader clock)" "$W/wdm-2/a.pcap"
fi
for part in $parts; do . "tests/fleet/$part.sh"; done
servers_stop 2>/dev/null

# The same statements on a present server.
tests/fleet/present.sh "$W" || { status=$?; [ "$status" = 77 ] || no "a present ClickHouse"; }
[ ! -f "$W/present.passed" ] || passed=$((passed + $(cat "$W/present.passed")))
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
