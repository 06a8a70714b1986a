# Who writes for whom: a sensor under another site's file is refused, sites are renamed, sensors moved and retired, and a capture counts once
# for a site. Every time the whole report is held against what one machine says of the same captures. Sourced by fleet.sh.
# shellcheck shell=bash

lakeside=pcaps/kvmnet2.site.json harbour=pcaps/dsview.site.json
"$P" store init --store "$(at owners x)"
write() { # write STORE SITE_FILE FOLDER [OPTIONS..]: what it says, and its status; a folder for reports of its own each time
	store=$1 site_file=$2 folder=$3
	shift 3
	rm -rf "$W/out-owners"
	"$P" nightly -s "$site_file" --spool "$folder" --store "$store" -o "$W/out-owners" "$@" >"$W/said" 2>&1
	echo "status $?" >>"$W/said"
}
refused() { # refused WHAT WORDS: one line that says so, and status 2
	[ "$(wc -l <"$W/said") $(tail -1 "$W/said") $(grep -c -- "$2" "$W/said")" = "2 status 2 1" ] && ok || { no "$1"; cat "$W/said"; }
}
store() { # store DATABASE ACTION..: what it says, and its status
	base=$1
	shift
	"$P" store "$@" --store "$(reader "$base")" >"$W/said" 2>&1
	echo "status $?" >>"$W/said"
}
both_stop() { node_stop 1 KILL; node_stop 2 KILL; }
both_start() { node_start 1 && node_start 2; }
named() { # named NAME FILE: FILE under another name of the site
	python3 -c 'import json, sys; s = json.load(open(sys.argv[2])); s["name"] = sys.argv[1]; json.dump(s, sys.stdout)' "$1" "$2" >"$W/named.site.json"
	echo "$W/named.site.json"
}
fleet_of() { # fleet_of DATABASE: sites and sensors as the fleet's report has them
	"$P" report -q -s "$W/owners-sites" -f json -o "$W/fleet.json" --store "$(reader "$1")" 2>"$W/said"
	python3 -c 'import json, sys
f = json.load(open(sys.argv[1]))
print([(s["name"], s["verdict"], s["sensors"], s["silent_sensors"], s["packets"]) for s in f["sites"]])
print([(s["name"], s["site"], s["state"]) for s in f["sensors"]])' "$W/fleet.json"
}
mkdir -p "$W/owners-sites"
cp "$lakeside" "$harbour" "$W/owners-sites/"
mkdir -p "$W/late"
cp pcaps/dsview-scan.pcap "$W/late/late.pcap"
touch -d '2 hours ago' "$W/late/late.pcap"

# A night under another site's file is refused, with the server and without; what is stored stays as it is.
for half in 1 2; do write "$(at owners "k-$half")" "$lakeside" "$W/kvmnet2-$half"; done
write "$(at owners d-1)" "$harbour" "$W/dsview-1"
same_as_one "before" "$lakeside" "$(reader owners)" pcaps/kvmnet2-wrong-direction.pcap
before=$(fleet_of owners)
for store in "$(at owners k-1)" "$(at owners k-1 2 | sed 's/spool=[^&]*/&.new/')"; do
	write "$store" "$harbour" "$W/late"
	refused "a night under another site's file" 'sensor k-1 writes for site "Lakeside laboratory", but the site file is of "Harbour data centre"'
	holds "how to go on is said" grep -q 'tapaudit store move "k-1" "Harbour data centre".*tapaudit store rename "Lakeside laboratory" "Harbour data centre"' "$W/said"
done
both_stop
write "$(at owners k-1)" "$harbour" "$W/late"
refused "a night under another site's file, without a server" 'sensor k-1 writes for site "Lakeside laboratory" as far as this machine knows, .* is away; run it again'
# On a new spool nobody knows; so it waits, and is not sent.
mistaken="$(at owners k-1 | sed 's/spool=[^&]*/&.lost/')"
write "$mistaken" "$harbour" "$W/late"
is "what waits, and where" "$(grep -c "segments\{0,1\} ([0-9]* bytes) waits\{0,1\} safely in $W/owners-k-1.db.lost; the next nightly, or .tapaudit store send., hands" "$W/said") $(tail -1 "$W/said")" "1 status 2"
both_start
"$P" store send --store "$mistaken" >"$W/said" 2>&1
echo "status $?" >>"$W/said"
refused "to send what was written for another site" "sensor k-1 writes for site \"Lakeside laboratory\", but what waits in $W/owners-k-1.db.lost was written for \"Harbour data centre\""
is "a fleet in which nothing was mistaken" "$(fleet_of owners)" "$before"
# The mistake is mended by saying so, by its right name: what waits is the right site's.
store owners move k-1 'Lakeside laboratory' --from 'Harbour data center'
refused "a site that nobody wrote for" '--from: no sensor ever wrote for a site "Harbour data center"; if that waits'
"$P" store move k-1 'Lakeside laboratory' --from 'Harbour data centre' --store "$(reader owners)" >"$W/said" 2>&1
is "to take back a mistake" "$? $(cat "$W/said")" '0 sensor k-1 writes for site "Lakeside laboratory" now; what it wrote for "Harbour data centre", or has waiting for it, is moved, too'
is "what waited" "$("$P" store send --store "$mistaken" 2>&1)" "0 segments wait, 0 bytes"
same_as_one "a mistake that was taken back" "$lakeside" "$(reader owners)" "$W/kvmnet2-1/a.pcap" "$W/kvmnet2-2/a.pcap" "$W/late/late.pcap"
same_as_one "the other site" "$harbour" "$(reader owners)" "$W/dsview-1/a.pcap"

# A site that is renamed keeps all that was written for it, by whomever; who waits with the old name is understood.
"$P" store init --store "$(at renamed x)"
write "$(at renamed k-1)" "$lakeside" "$W/kvmnet2-1" --day 2026-11-18
was=$(sql 1 "SELECT count() FROM renamed.day WHERE site = 'Lakeside laboratory'")
both_stop
write "$(at renamed k-2)" "$lakeside" "$W/kvmnet2-2"
both_start
lake=$(named 'Lake'"'"'s "new" house' "$lakeside")
write "$(at renamed k-1)" "$lake" "$W/late"
refused "a site file under another name" 'tapaudit store rename "Lakeside laboratory" "Lake'"'"'s "new" house"'
store renamed rename 'Lakeside laboratory' 'Lake'"'"'s "new" house'
is "to rename a site" "$(cat "$W/said")" 'site "Lakeside laboratory" is "Lake'"'"'s "new" house" now, with 1 sensor
status 0'
write "$(at renamed k-1)" "$lakeside" "$W/late"
refused "a site's former name" 'site "Lakeside laboratory" was renamed and is "Lake'"'"'s "new" house" now'
"$P" store send --store "$(at renamed k-2)" >"$W/said" 2>&1
store renamed rename 'Lakeside laboratory' 'Lake'"'"'s "new" house'
is "to rename it again, for who came later" "$(cat "$W/said")" 'site "Lakeside laboratory" is "Lake'"'"'s "new" house" now, with 2 sensors
status 0'
same_as_one "a site that was renamed" "$lake" "$(reader renamed)" "$W/kvmnet2-1/a.pcap" "$W/kvmnet2-2/a.pcap"
is "its history" "$was $(sql 1 "SELECT count() FROM renamed.day WHERE site = 'Lake\\'s \"new\" house'")" "1 1"
write "$(at renamed k-1)" "$lake" "$W/late"
same_as_one "a site that was renamed and goes on" "$lake" "$(reader renamed)" "$W/kvmnet2-1/a.pcap" "$W/kvmnet2-2/a.pcap" "$W/late/late.pcap"
write "$(at renamed k-1)" "$lake" "$W/kvmnet2-1"
is "what was given under the old name" "$(grep -c 'not taken' "$W/said")" 0
store renamed rename 'Lake'"'"'s "new" house' 'Lakeside laboratory'
same_as_one "a site that has its old name back" "$lakeside" "$(reader renamed)" "$W/kvmnet2-1/a.pcap" "$W/kvmnet2-2/a.pcap" "$W/late/late.pcap"
store renamed rename 'No such' 'Other'
refused "a site that is not there" 'no sensor writes for a site "No such"'
store owners rename 'Harbour data centre' 'Lakeside laboratory'
refused "two sites of one name" 'would make one site of two'

# A sensor that is moved writes for another site from then on; what it wrote before stays where it was.
store owners move d-1 'Lakeside laboratory'
is "to move a sensor" "$(cat "$W/said")" 'sensor d-1 writes for site "Lakeside laboratory" from now on; what it wrote before stays
status 0'
mkdir -p "$W/moved"
cp pcaps/dsview-strangers.pcap "$W/moved/m.pcap"
touch -d '2 hours ago' "$W/moved/m.pcap"
write "$(at owners d-1)" "$lakeside" "$W/moved"
same_as_one "where a moved sensor is" "$lakeside" "$(reader owners)" "$W/kvmnet2-1/a.pcap" "$W/kvmnet2-2/a.pcap" "$W/late/late.pcap" "$W/moved/m.pcap"
same_as_one "where it was" "$harbour" "$(reader owners)" "$W/dsview-1/a.pcap"
# Both at once, as the fleet's report reads them.
fleet_of owners >"$W/fleet.txt"
for name in kvmnet2 dsview; do
	"$P" report -q -s "$W/owners-sites" -f html,json -o "$W/owners-report" --store "$(reader owners)" 2>/dev/null
	"$P" report -q -s "pcaps/$name.site.json" -f html -o "$W/own.html" --store "$(reader owners)" 2>/dev/null
	cmp -s "$W/own.html" "$W/owners-report/sites/$name.html" && ok || no "$name: its page in the fleet's report, of a sensor that moved"
done
is "a sensor that moved" "$(grep -o "('d-1'[^)]*)" "$W/fleet.txt" | tr '\n' ' ')" "('d-1', 'Harbour data centre', 'writes') ('d-1', 'Lakeside laboratory', 'writes') "
write "$(at owners d-1)" "$lakeside" "$W/dsview-1"
same_as_one "captures of before it was moved do not come along" "$lakeside" "$(reader owners)" "$W/kvmnet2-1/a.pcap" "$W/kvmnet2-2/a.pcap" "$W/late/late.pcap" "$W/moved/m.pcap"
store owners move nobody 'Lakeside laboratory'
refused "a sensor that is not there" 'no sensor nobody ever wrote here'

# A capture counts once for a site, whoever gives it; for another site it counts there.
"$P" store init --store "$(at known x)"
write "$(at known w-1)" "$lakeside" "$W/kvmnet2-1"
mkdir -p "$W/copies"
cp -p "$W/kvmnet2-1/a.pcap" "$W/copies/b.pcap"
cp -p "$W/kvmnet2-2/a.pcap" "$W/copies/c.pcap"
write "$(at known w-2)" "$lakeside" "$W/copies"
is "a capture that another sensor of the site gave" "$(grep 'not taken' "$W/said")" "tapaudit: warning: 1 capture not taken, for the store has it already: $W/copies/b.pcap, from sensor w-1 of site \"Lakeside laboratory\""
same_as_one "a capture that another sensor gave, too" "$lakeside" "$(reader known)" "$W/kvmnet2-1/a.pcap" "$W/kvmnet2-2/a.pcap"
write "$(at known o-1)" "$(named Elsewhere "$lakeside")" "$W/copies"
is "nothing is left out for another site" "$(grep -c 'not taken' "$W/said")" 0
same_as_one "a capture that another site has, too" "$W/named.site.json" "$(reader known)" "$W/kvmnet2-1/a.pcap" "$W/kvmnet2-2/a.pcap"
same_as_one "the site that had it first" "$lakeside" "$(reader known)" "$W/kvmnet2-1/a.pcap" "$W/kvmnet2-2/a.pcap"
write "$(at known w-1)" "$lakeside" "$W/copies"
is "all of them are known" "$(grep -c '2 captures not taken, for the store has them already: .*/b.pcap, from sensor w-1 of site .*, and 1 more' "$W/said")" 1
write "$(at known w-1)" "$lakeside" "$W/copies"
is "which is said once" "$(grep -c 'not taken' "$W/said")" 0

# Who wrote once and is silent for so long that nothing of it is kept any more, is named all the same, until it is retired.
"$P" store init --store "$(at silent x)"
write "$(at silent k-1)" "$lakeside" "$W/kvmnet2-1"
write "$(at silent k-2)" "$lakeside" "$W/kvmnet2-2"
write "$(at silent k-2)" "$lakeside" "$W/kvmnet2-2" --keep 1
is "nothing is kept" "$(sql 1 'SELECT count() FROM silent.coverage') $(sql 1 'SELECT count() FROM silent.segment WHERE last_bucket > 0')" "0 0"
is "who is silent for long" "$(fleet_of silent | tail -1)" "[('k-1', 'Lakeside laboratory', 'silent'), ('k-2', 'Lakeside laboratory', 'silent')]"
store silent retire k-1
is "to retire a sensor" "$(cat "$W/said")" 'sensor k-1 is retired; what it wrote stays until it is forgotten
status 0'
is "who was retired" "$(fleet_of silent | tail -1)" "[('k-2', 'Lakeside laboratory', 'silent')]"
store silent retire k-9
refused "to retire nobody" 'no sensor k-9 ever wrote here'
cp -p "$W/late/late.pcap" "$W/moved/again.pcap"
write "$(at silent k-1)" "$harbour" "$W/late"
is "who writes again, for whomever" "$(fleet_of silent | tail -1)" "[('k-1', 'Harbour data centre', 'writes'), ('k-2', 'Lakeside laboratory', 'silent')]"

# A cluster that is not there is refused by whoever reads, and by whoever has nothing to send.
for command in "report -s $lakeside" "report -s $W/owners-sites" "store send"; do
	# shellcheck disable=SC2086
	"$P" $command --store "$(at owners k-1 | sed 's/cluster=fleet/cluster=nowhere/')" >"$W/said" 2>&1
	echo "status $?" >>"$W/said"
	refused "$command: a cluster that is not there" 'knows no cluster nowhere'
done

# What waits of before segments said their site: nobody but a night with a site file can send it.
"$P" store init --store "$(at before x)"
both_stop
write "$(at before k-1)" "$lakeside" "$W/kvmnet2-1"
write "$(at before k-2)" "$lakeside" "$W/kvmnet2-2"
both_start
python3 -c 'import sqlite3, sys
for path in sys.argv[1:]:
    db = sqlite3.connect(path)
    db.execute("UPDATE segment SET site = \"\"")
    db.execute("DELETE FROM belongs")
    db.commit()' "$W/before-k-1.db" "$W/before-k-2.db"
"$P" store send --store "$(at before k-1)" >"$W/said" 2>&1
echo "status $?" >>"$W/said"
refused "what waits for no site" "what waits in the spool does not say for which site; nightly or live, which have a site file, send it; [0-9]* segments\{0,1\} waits\{0,1\} safely in $W/before-k-1.db"
for half in 1 2; do write "$(at before "k-$half")" "$lakeside" "$W/kvmnet2-$half"; done
same_as_one "what waited for no site" "$lakeside" "$(reader before)" pcaps/kvmnet2-wrong-direction.pcap
is "whom it is for" "$(sql 1 'SELECT DISTINCT site FROM before.segment')" "Lakeside laboratory"

# A database that an earlier version made: who reads or writes says what to do, and afterwards all is as it was.
for column in input.beginning finding.place sensor.was sensor.version; do
	for i in 1 2; do for end in _local ''; do sql $i "ALTER TABLE before.${column%.*}$end DROP COLUMN ${column#*.}"; done; done
done
for command in "report -s $lakeside --store $(reader before)" "report -s $W/owners-sites --store $(reader before)" "nightly -s $lakeside --store $(at before k-1) -o $W/out-before"; do
	# shellcheck disable=SC2086
	"$P" $command >"$W/said" 2>&1
	echo "status $?" >>"$W/said"
	refused "${command%% *} of a database of an earlier version" 'tapaudit store init --store URL` makes'
done
is "to upgrade it" "$("$P" store init --store "$(reader before)" 2>&1)" ""
same_as_one "a database that was upgraded" "$lakeside" "$(reader before)" pcaps/kvmnet2-wrong-direction.pcap
write "$(at before d-1)" "$lakeside" "$W/late"
same_as_one "a database that was upgraded and goes on" "$lakeside" "$(reader before)" "$W/kvmnet2-1/a.pcap" "$W/kvmnet2-2/a.pcap" "$W/late/late.pcap"
