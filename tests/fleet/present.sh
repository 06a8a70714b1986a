#!/bin/bash
# The fleet's statements on a present ClickHouse, chDB from npm behind its HTTP interface: present.sh FOLDER, where fleet.sh left its captures.
# Status 77: not to be had here. The number of checks goes to FOLDER/present.passed.
set -u
W=$1
P=build/tapaudit
home=build/chdb
command -v node >/dev/null && command -v npm >/dev/null || { echo "skipped: a present ClickHouse needs node and npm"; exit 77; }
if [ ! -d "$home/node_modules/chdb" ]; then
	mkdir -p "$home"
	(cd "$home" && timeout 600 npm install --no-audit --no-fund --silent chdb >npm.log 2>&1) || { echo "skipped: npm has no chdb for this machine: $(tail -1 "$home/npm.log")"; rm -rf "$home"; exit 77; }
fi
rm -rf "$home/data" && mkdir -p "$home/data"
port=$((31000 + $$ % 2000))
node tests/fleet/bridge.js "$PWD/$home" "$PWD/$home/data" "$port" >"$home/log" 2>&1 &
bridge=$!
trap 'kill "$bridge" 2>/dev/null' EXIT
for _ in $(seq 100); do grep -q ready "$home/log" && break; kill -0 "$bridge" 2>/dev/null || break; sleep 0.1; done
grep -q ready "$home/log" || { echo "skipped: chDB does not run here: $(tail -1 "$home/log")"; exit 77; }
U="clickhouse://default@127.0.0.1:$port/present?"
"$P" store init --store "$U" && "$P" store init --store "$U" || exit 1
for name in kvmnet2 wdm; do
	for half in 1 2; do
		for store in "$U&sensor=$name-$half&spool=$W/present-$name-$half.db" "$W/present-$name.db"; do
			"$P" nightly -q -s "pcaps/$name.site.json" --spool "$W/$name-$half" --sensor "$name-$half" --store "$store" -o "$W/present-out-$name" >"$W/said" 2>&1
			[ $? != 2 ] || { cat "$W/said"; exit 1; }
		done
	done
	# A quarter hour in two segments, which the server has to add up.
	mkdir -p "$W/present-$name-3"
	for part in "$W/overlap-$name/3/c.pcap" "$W/overlap-$name/d.pcap"; do
		cp -p "$part" "$W/present-$name-3/"
		for store in "$U&sensor=$name-3&spool=$W/present-$name-3.db" "$W/present-$name.db"; do
			"$P" nightly -q -s "pcaps/$name.site.json" --spool "$W/present-$name-3" --sensor "$name-3" --store "$store" -o "$W/present-out-$name" >"$W/said" 2>&1
			[ $? != 2 ] || { cat "$W/said"; exit 1; }
		done
	done
	"$P" report -s "pcaps/$name.site.json" --store "$U" -f json -o "$W/present-a.json"
	"$P" report -s "pcaps/$name.site.json" --store "$W/present-$name.db" -f json -o "$W/present-b.json"
	cmp "$W/present-a.json" "$W/present-b.json" || { diff "$W/present-a.json" "$W/present-b.json" | head; exit 1; }
	# Of one site of several it drafts what it does of that site's file.
	site=$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["name"])' "pcaps/$name.site.json")
	"$P" discover --from-store "$U" --site "$site" -q -o "$W/present-site.json"
	one=$?
	"$P" discover --from-store "$W/present-$name.db" -q -o "$W/present-draft.json"
	[ "$one" = $? ] && sed -i "s/\"$site\"/\"draft\"/" "$W/present-site.json" && cmp "$W/present-site.json" "$W/present-draft.json" || exit 1
done
"$P" report -s "$W/sites" --store "$U" -f json -o "$W/present-fleet.json"
grep -q '"schema": "tapaudit.fleet/1"' "$W/present-fleet.json" || exit 1
# Sites and sensors, and rows that nobody reads.
"$P" store rename --store "$U" 'Hospital thin clients' 'Clinic' >/dev/null && "$P" store move --store "$U" wdm-3 'Lakeside laboratory' --from Clinic >/dev/null &&
	"$P" store retire --store "$U" wdm-2 >/dev/null && "$P" store tidy --store "$U" || exit 1
"$P" nightly -q -s pcaps/wdm.site.json --spool "$W/wdm-1" --store "$U&sensor=wdm-1&spool=$W/present-wdm-1.db" -o "$W/present-out-wdm" >"$W/said" 2>&1
grep -q 'site "Hospital thin clients" was renamed and is "Clinic" now' "$W/said" || { cat "$W/said"; exit 1; }
sed 's/Hospital thin clients/Clinic/' pcaps/wdm.site.json >"$W/present-clinic.json"
"$P" audit -q -s "$W/present-clinic.json" -f json -o "$W/present-one.json" "$W/wdm-1" "$W/wdm-2"
"$P" report -q -s "$W/present-clinic.json" --store "$U" -f json -o "$W/present-two.json"
python3 -c 'import json, sys
one, two = (json.load(open(p)) for p in sys.argv[1:])
assert one["findings"] and [f["id"] for f in one["findings"]] == [f["id"] for f in two["findings"]] and one["capture"]["packets"] == two["capture"]["packets"], "renamed and moved"' "$W/present-one.json" "$W/present-two.json" || exit 1
grep -q . "$home/log" && [ "$(grep -vc ready "$home/log")" = 0 ] || { cat "$home/log"; exit 1; }
echo 7 >"$W/present.passed"
