#!/bin/bash
# What a fleet's report makes of sensors that are silent, astray, retired or not there yet, of two site files that give one name,
# and `discover` over a store of many sites. One ClickHouse node of Debian's, without a cluster. Skipped with a word where the
# server is not installed. Last line: "N passed, M failed".
set -u
cd "$(dirname "$0")/.." || exit 2
. tests/fleet/servers.sh
fleet_data=$PWD/build/test/fleet-sensors/server
W=$PWD/build/test/fleet-sensors
P=$PWD/build/tapaudit
for need in clickhouse-server curl tcpdump python3; do
	command -v "$need" >/dev/null || { echo "skipped: no $need here (make setup installs it)"; echo "0 passed, 0 failed"; exit 0; }
done
rm -rf "$W"
mkdir -p "$W/sites"
passed=0
failed=0
trap 'node_stop 1 KILL 2>/dev/null' EXIT
trap 'exit 2' INT TERM
export SOURCE_DATE_EPOCH=1795140000 TZ=UTC LC_ALL=C.UTF-8 TAPAUDIT_CLICKHOUSE_PASSWORD='secret of the fleet'

is() { # is WHAT HAVE WANT
	if [ "$2" = "$3" ]; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "FAIL $1:"; echo "  is     $2"; echo "  should $3"; fi
}

node_config 1
node_start 1 || { echo "0 passed, 1 failed"; exit 1; }
server=clickhouse://audit@127.0.0.1:$(http_port 1)
for database in sensors gaps; do "$P" store init --store "$server/$database" || exit 1; done
store=$server/sensors

# write SENSOR SITE DAYS CAPTURE [FILTER]: what is in CAPTURE, so many days later
write() {
	mkdir -p "$W/spool-$1"
	tcpdump -qr "pcaps/$4" -w "$W/one.pcap" ${5:+"$5"} 2>/dev/null
	python3 - "$W/one.pcap" "$W/spool-$1/$3.pcap" "$3" <<'PYTHON'
import struct, sys
data, out, at = open(sys.argv[1], "rb").read(), bytearray(), 24
out += data[:24]
while at < len(data):
    sec, part, kept, whole = struct.unpack("<IIII", data[at:at + 16])
    out += struct.pack("<IIII", sec + 86400 * int(sys.argv[3]), part, kept, whole) + data[at + 16:at + 16 + kept]
    at += 16 + kept
open(sys.argv[2], "wb").write(out)
PYTHON
	touch -d '2 hours ago' "$W/spool-$1/$3.pcap"
	"$P" nightly -q -s "pcaps/$2.site.json" --spool "$W/spool-$1" --store "$store?sensor=$1&spool=$W/$1.db" -o "$W/out-$1" >"$W/said" 2>&1
	[ $? != 2 ] || { echo "FAIL night of $1"; cat "$W/said"; failed=$((failed + 1)); }
}
write c-1 converge 0 converge-good-day.pcapng 'host 10.60.1.12'
write c-1 converge 1 converge-good-day.pcapng 'host 10.60.1.12'
write c-2 converge 0 converge-good-day.pcapng 'not host 10.60.1.12'
write c-3 converge 1 converge-good-day.pcapng 'not host 10.60.1.12'
write h-1 dsview 0 dsview-strangers.pcap 'host 10.10.1.11'
write h-1 dsview 1 dsview-strangers.pcap 'host 10.10.1.11'
write h-2 dsview 0 dsview-strangers.pcap 'not host 10.10.1.11'

cp pcaps/converge.site.json pcaps/dsview.site.json "$W/sites/"

# report OUT ARGUMENTS..: its status, and what one_site or fleet says of it
report() { out=$1; shift; "$P" report -q --store "$store" -f json -o "$out" "$@" 2>"$W/said"; echo $?; }
fleet() { python3 -c '
import json, sys
f = json.load(open(sys.argv[1]))
print(f["verdict"], f["reasons"])
for s in f["sites"]: print(s["name"], s["verdict"], s["reason"], s["error"], s["incomplete"], s["sensors"], s["silent_sensors"], s["findings"]["medium"] + s["findings"]["high"])
for s in f["sensors"]: print(s["name"], s["state"])' "$1"; }
one_site() { python3 -c '
import json, sys
r = json.load(open(sys.argv[1]))
print(r["verdict"], r["reasons"], [f["kind"] for f in r["findings"] if f["kind"] == "missing"])' "$1"; }

# The first day: all are there, and the one that began a day later is not silent.
is "the first day" "$(report "$W/first.json" -s "$W/sites" --until 2026-11-18)" 1
is "what is said of it" "$(fleet "$W/first.json")" "fail ['1 site fails']
Harbour data centre fail 4 findings at or above medium None None 2 0 4
Conference centre pass None None None 3 0 0
c-1 writes
c-2 writes
c-3 later
h-1 writes
h-2 writes"

# The second day: who is silent is said, what was found stands, and who would pass does not.
is "the second day" "$(report "$W/second.json" -s "$W/sites" --since 2026-11-19 --until 2026-11-19)" 1
is "what is said of it" "$(fleet "$W/second.json")" "fail ['1 site fails', '1 site is inconclusive']
Harbour data centre fail 2 findings at or above medium None sensor h-2 silent since 2026-11-18T09:15:00Z 2 1 2
Conference centre inconclusive sensor c-2 silent since 2026-11-18T09:15:00Z None sensor c-2 silent since 2026-11-18T09:15:00Z 3 1 0
c-1 writes
c-2 silent
c-3 writes
h-1 writes
h-2 silent"
for site in converge dsview; do
	report "$W/one.json" -s "$W/sites/$site.site.json" --since 2026-11-19 --until 2026-11-19 >"$W/status"
	is "$site by itself" "$(cat "$W/status") $(one_site "$W/one.json")" "$(case $site in
		converge) echo "3 inconclusive ['sensor c-2 silent since 2026-11-18T09:15:00Z'] []" ;;
		dsview) echo "1 fail ['2 findings at or above medium', 'sensor h-2 silent since 2026-11-18T09:15:00Z'] []" ;;
	esac)"
done
is "one sensor that was asked for alone" "$(store="$store?sensor=c-1" report "$W/one.json" -s "$W/sites/converge.site.json" --since 2026-11-19T00:00:00Z) $(one_site "$W/one.json")" "0 pass [] []"
"$P" report -q -s "$W/sites/converge.site.json" --store "$store" --since 2026-11-19T00:00:00Z -f html -o "$W/own.html" 2>"$W/said"
"$P" report -q -s "$W/sites" --store "$store" --since 2026-11-19T00:00:00Z -f html,text,csv -o "$W/all" 2>"$W/said"
cmp -s "$W/own.html" "$W/all/sites/converge.html"
is "its page, by itself and of the fleet" $? 0
is "what the text and the table say" "$(grep -c 'sensor c-2 silent since' "$W/all/fleet.txt") $(grep -c '^Conference.*inconclusive,sensor c-2 silent since' "$W/all/fleet.csv")" "1 1"

# A sensor that was taken down is held against nobody, unless it wrote.
is "a retired sensor" "$(report "$W/retired.json" -s "$W/sites" --since 2026-11-19 --until 2026-11-19 --retired c-2 --retired c-1) $(fleet "$W/retired.json" | grep 'Conf\|c-')" \
	"1 Conference centre pass None None None 3 0 0
c-1 writes
c-2 retired
c-3 writes"

is "a retired sensor that there is not" "$("$P" report -s "$W/sites" --store "$store" --until 2026-11-18 --retired c-7 -f json -o "$W/one.json" 2>&1)" "tapaudit: warning: --retired: the store knows no sensor c-7"
is "and of a file" "$("$P" report -s "$W/sites/converge.site.json" --store "$W/c-1.db" --retired c-1 2>&1)" "tapaudit: --retired: a file keeps no sensors of a fleet"
for option in --suggest-exceptions "--evidence $W/evidence" "--spool $W"; do
	is "a folder and ${option% *}" "$("$P" report -s "$W/sites" --store "$store" $option 2>&1) $?" "tapaudit: ${option% *}: is of one site's report; -s $W/sites is a folder 2"
done

# What a silent sensor may have seen is not missing; what is known to be no more is.
store=$server/gaps
write m-1 kvmnet2 1 kvmnet2-missing.pcap
is "alone" "$(report "$W/one.json" -s pcaps/kvmnet2.site.json --since 2026-11-19 --until 2026-11-19) $(one_site "$W/one.json")" "1 fail ['1 finding at or above medium'] ['missing', 'missing', 'missing']"
write m-2 kvmnet2 0 kvmnet2-good-day.pcapng
is "beside one that is silent" "$(report "$W/one.json" -s pcaps/kvmnet2.site.json --since 2026-11-19 --until 2026-11-19) $(one_site "$W/one.json")" \
	"3 inconclusive ['sensor m-2 silent since 2026-11-18T09:15:00Z'] []"
is "beside one that is no more" "$(report "$W/one.json" -s pcaps/kvmnet2.site.json --since 2026-11-19 --until 2026-11-19 --retired m-2) $(one_site "$W/one.json")" \
	"1 fail ['1 finding at or above medium'] ['missing', 'missing', 'missing']"

# A sensor for whose site there is no file, in a fleet that would pass.
store=$server/sensors
mkdir -p "$W/passing"
cp pcaps/converge.site.json "$W/passing/"
is "a sensor of no known site" "$(report "$W/astray.json" -s "$W/passing" --until 2026-11-18) $(fleet "$W/astray.json" | sed -n 1,2p)" \
	"3 inconclusive ['2 sensors write for sites that no file names, such as h-1, for \"Harbour data centre\"']
Conference centre pass None None None 3 0 0"
is "which wrote nothing of the time" "$(report "$W/astray.json" -s "$W/passing" --since 2026-11-20 --until 2026-11-20 --retired c-1 --retired c-2 --retired c-3) $(fleet "$W/astray.json" | sed -n 1p)" "3 inconclusive ['1 site is inconclusive']"
sed 's/"Conference centre"/"Nowhere"/' pcaps/converge.site.json >"$W/nowhere.json"
is "a site that nobody writes for" "$(report "$W/one.json" -s "$W/nowhere.json") $(one_site "$W/one.json")" "3 inconclusive ['no sensor writes for it', 'no bound product host was seen both sending and receiving unicast'] []"

# Two files that give one name are refused both, each with the other's; the third is judged.
cp pcaps/converge.site.json "$W/sites/twin.json"
is "two files of one name" "$(report "$W/twins.json" -s "$W/sites" --until 2026-11-18) $(fleet "$W/twins.json" | sed "s|$W/||g")" \
	"2 fail ['1 site fails', '2 sites were not judged']
Conference centre None None it gives its site the name \"Conference centre\", as sites/twin.json does: whose sensors write under that name cannot be told None 0 0 0
Conference centre None None it gives its site the name \"Conference centre\", as sites/converge.site.json does: whose sensors write under that name cannot be told None 0 0 0
Harbour data centre fail 4 findings at or above medium None None 2 0 4
c-1 writes
c-2 writes
c-3 later
h-1 writes
h-2 writes"
python3 tests/tools/check_schema.py src/schema/fleet.schema.json - "$W"/{first,second,retired,astray,twins}.json >"$W/said"
is "the published schema" $? 0

# Roles are worked out of one site's sensors.
discover() { "$P" discover -q --from-store "$@" -o "$W/draft.json" 2>"$W/said"; echo "$? $(cat "$W/said")"; }
drafted() { python3 -c '
import json, sys
d = json.load(open(sys.argv[1]))
print(d["name"], [s["signature"] for s in d["systems"]])' "$W/draft.json"; }
rm -f "$W/draft.json"
is "discover where there are several sites" "$(discover "$store")" "2 tapaudit: --from-store: it holds several sites; take one by --site NAME, or one sensor by &sensor=NAME in the address: \"Conference centre\", \"Harbour data centre\""
is "a site that there is not" "$(discover "$store" --site Here)" "2 tapaudit: --site: no sensor writes for \"Here\"; they write for \"Conference centre\", \"Harbour data centre\""
is "nothing was written" "$(ls "$W/draft.json" 2>&1 | grep -c 'No such')" 1
is "one that there is" "$(discover "$store" --site 'Harbour data centre')$(drafted)" "0 Harbour data centre ['avocent-dsview']"
is "the other" "$(discover "$store" --site 'Conference centre')$(drafted)" "0 Conference centre ['clearone-converge-pro']"
is "one sensor" "$(discover "$store?sensor=c-2")$(drafted)" "0 draft ['clearone-converge-pro']"
is "a store of one site" "$(discover "$server/gaps")$(drafted)" "0 draft ['minicom-kvmnet2']"
is "a site of captures" "$("$P" discover -q --site x pcaps/unmatched.pcap 2>&1)" "tapaudit: --site: it names a site of a store; --from-store DB"

# Retired in the store: what it saw counts, that it is silent does not.
rm "$W/sites/twin.json"
"$P" store retire c-2 --store "$store" >"$W/said"
is "before it was taken down" "$(report "$W/one.json" -s "$W/sites/converge.site.json" --until 2026-11-18) $(one_site "$W/one.json")" "0 pass [] []"
is "of the fleet" "$(report "$W/one.json" -s "$W/sites" --until 2026-11-18) $(fleet "$W/one.json" | grep 'Conf\|c-2')" "1 Conference centre pass None None None 3 0 0
c-2 writes"
is "afterwards" "$(report "$W/one.json" -s "$W/sites/converge.site.json" --since 2026-11-19 --until 2026-11-19) $(one_site "$W/one.json")" "0 pass [] []"
is "afterwards, of the fleet" "$(report "$W/one.json" -s "$W/sites" --since 2026-11-19 --until 2026-11-19) $(fleet "$W/one.json" | grep 'Conf\|c-2')" "1 Conference centre pass None None None 2 0 0"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
