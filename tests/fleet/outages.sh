# What may go wrong between a sensor and its server, each time to the end: the whole report is what one machine says of all captures. Sourced by fleet.sh.
# shellcheck shell=bash

# A spool that is full refuses what comes and keeps what waits, and says so; afterwards all of it is there, once.
"$P" store init --store "$(at spool x)"
small() { echo "$(at spool "$1")&spool_bytes=$2"; }
mkdir -p "$W/spool-a" "$W/spool-b"
cp -p "$W/kvmnet2-1/a.pcap" "$W/spool-a/a.pcap"
cp -p "$W/kvmnet2-1/a.pcap" "$W/spool-b/a.pcap"
cp -p "$W/kvmnet2-2/a.pcap" "$W/spool-b/b.pcap"
node_stop 1 KILL
night "$(small k-1 3000)" kvmnet2 "$W/spool-a"
is "a night that waits in a small spool" "$(tail -1 "$W/said") $(grep -c '1 segment ([0-9]* bytes) waits safely' "$W/said")" "status 2 1"
night "$(small k-1 3000)" kvmnet2 "$W/spool-b"
is "a night for which there is no room" "$(tail -1 "$W/said") $(grep -c 'full with [0-9]* bytes; what waits there is kept, this was not taken' "$W/said") $(grep -c '1 segment ([0-9]* bytes) waits safely' "$W/said")" "status 2 1 1"
node_start 1
is "what waited" "$("$P" store send -q --store "$(small k-1 3000)")" "0 segments wait, 0 bytes"
same_as_one "what had room" pcaps/kvmnet2.site.json "$(reader spool)" "$W/kvmnet2-1/a.pcap"
night "$(small k-1 3000)" kvmnet2 "$W/spool-b"
same_as_one "what had none, and room later" uncounted pcaps/kvmnet2.site.json "$(reader spool)" "$W/kvmnet2-1/a.pcap" "$W/kvmnet2-2/a.pcap"
is "its packets" "$(sql 1 'SELECT sum(packets) FROM spool.coverage')" "$(tcpdump -qr pcaps/kvmnet2-wrong-direction.pcap 2>/dev/null | wc -l)"

# A sensor that stamps its packets a day late or early: its rows lie on that day, in each report that reaches there, and in no other.
"$P" store init --store "$(at stamps x)"
for off in -86400 86400; do
	mkdir -p "$W/stamps$off"
	python3 tests/fleet/shift.py "$W/wdm-2/a.pcap" "$W/stamps$off/a.pcap" "$off"
	touch -d '2 hours ago' "$W/stamps$off/a.pcap"
	night "$(at stamps "wdm$off")" wdm "$W/stamps$off"
done
night "$(at stamps wdm-1)" wdm "$W/wdm-1"
same_as_one "stamps that are wrong by a day" pcaps/wdm.site.json "$(reader stamps)" "$W/wdm-1/a.pcap" "$W/stamps-86400/a.pcap" "$W/stamps86400/a.pcap"
seen_on() { date -u -d "@$(($(tcpdump -r "$1" -c 1 -tt 2>/dev/null | cut -d. -f1)))" +%Y-%m-%d; }
for capture in "$W/wdm-1/a.pcap" "$W/stamps-86400/a.pcap" "$W/stamps86400/a.pcap"; do
	day=$(seen_on "$capture")
	"$P" report -q -s pcaps/wdm.site.json --store "$(reader stamps)" --since "$day" --until "$day" -f json -o "$W/day.json" 2>/dev/null
	is "packets of $day" "$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["capture"]["packets"])' "$W/day.json")" "$(tcpdump -qr "$capture" 2>/dev/null | wc -l)"
done

# A password that is wrong, or whose file is not there, is one line; what was taken waits.
"$P" store init --store "$(at secret x)"
echo wrong >"$W/wrong-password"
night "$(at secret wdm-1)&password_file=$W/none" wdm "$W/wdm-1"
is "a password file that is not there" "$(wc -l <"$W/said") $(tail -1 "$W/said") $(grep -c "password_file=$W/none: cannot be read" "$W/said")" "2 status 2 1"
night "$(at secret wdm-1)&password_file=$W/wrong-password" wdm "$W/wdm-1"
is "a wrong password in a file" "$(wc -l <"$W/said") $(tail -1 "$W/said")" "2 status 2"
TAPAUDIT_CLICKHOUSE_PASSWORD=wrong night "$(at secret wdm-1)&password_file=$W/password" wdm "$W/wdm-1"
is "the right one in a file" "$(tail -1 "$W/said")" "status 3"
same_as_one "by a password from a file" pcaps/wdm.site.json "$(reader secret)" "$W/wdm-1/a.pcap"

# A server that answers and does not take what was seen: no report is made, for it would be without what waits.
"$P" store init --store "$(at deaf x)"
night "$(at deaf converge-1)" converge "$W/converge-1"
for i in 1 2; do
	sql $i 'RENAME TABLE deaf.edge_local TO deaf.edge_kept'
	sql $i 'CREATE TABLE deaf.edge_local AS deaf.edge_kept ENGINE = MergeTree PARTITION BY intDiv(bucket, 96) ORDER BY (sensor, bucket, attempt) SETTINGS parts_to_delay_insert = 0, parts_to_throw_insert = 0'
done
mkdir -p "$W/deaf"
cp -p "$W/converge-1/a.pcap" "$W/deaf/a.pcap"
cp -p "$W/converge-2/a.pcap" "$W/deaf/b.pcap"
day=$(seen_on "$W/converge-2/a.pcap")
rm -rf "${W:?}/out-converge/$day"
night "$(at deaf converge-1)" converge "$W/deaf" --day "$day"
is "a night that a server does not take" "$(tail -1 "$W/said") $(grep -c "$day is not judged, for not all that was seen is in the store yet: .*Code: 252" "$W/said") $(grep -c 'segments\{0,1\} ([0-9]* bytes) waits\{0,1\} safely' "$W/said") $(ls "$W/out-converge" | grep -c "$day")" "status 2 1 1 0"
for i in 1 2; do sql $i 'DROP TABLE deaf.edge_local' && sql $i 'RENAME TABLE deaf.edge_kept TO deaf.edge_local'; done
is "what it takes later" "$("$P" store send -q --store "$(at deaf converge-1)")" "0 segments wait, 0 bytes"
same_as_one "a server that took nothing for a while" uncounted pcaps/converge.site.json "$(reader deaf)" "$W/converge-1/a.pcap" "$W/converge-2/a.pcap"
