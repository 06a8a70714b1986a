# Captures that come back whole or longer, and days that follow one another, on a server as in a file: the same reports to the byte, and what one
# machine says of the captures that are left. With the server, without, and by a sensor that lost its memory. Sourced by fleet.sh.
# shellcheck shell=bash

G=$W/grown
mkdir -p "$G"
# Each sensor is of a site of its own: for one site a capture counts once.
site() { # site NAME: the file of NAME's site
	[ -f "$G/$1.site.json" ] || python3 -c 'import json, sys; s = json.load(open("pcaps/kvmnet2.site.json")); s["name"] = "Site of " + sys.argv[1]; json.dump(s, sys.stdout)' "$1" >"$G/$1.site.json"
	echo "$G/$1.site.json"
}
gunzip -cf pcaps/kvmnet2-strangers.pcap.gz >"$G/any"
tcpdump -qr "$G/any" -w "$G/whole" 2>/dev/null
tcpdump -qr pcaps/kvmnet2-wrong-direction.pcap -w "$G/other" 2>/dev/null
packets=$(tcpdump -qr "$G/whole" 2>/dev/null | wc -l)
python3 tests/fleet/cut.py "$G/whole" "$G/third" 0 $((packets / 3))
python3 tests/fleet/cut.py "$G/whole" "$G/half" 0 $((packets / 2))
head -c "$(($(stat -c %s "$G/half") - 7))" "$G/half" >"$G/cut"
touch -d '2 hours ago' "$G"/*
day=$(tcpdump -r "$G/whole" -c 1 -tttt 2>/dev/null | cut -c1-10)

lay() { # lay FOLDER FILE:NAME..: the spool holds these and no others
	folder=$1
	shift
	rm -rf "$folder" && mkdir -p "$folder"
	for pair in "$@"; do cp -p "$G/${pair%%:*}" "$folder/${pair##*:}.pcap"; done
}
both() { # both NAME: a night of NAME's spool into the server's store and into a file; what each says, its own names aside
	for kind in server file; do
		store=$G/$1.db
		[ $kind = file ] || store=$(at grown "$1")
		"$P" nightly -s "$(site "$1")" --spool "$G/$1" --sensor "$1" --store "$store" -o "$G/out-$kind-$1" --day "$day" >"$G/said-$kind" 2>&1
		echo "status $?" >>"$G/said-$kind"
	done
}
alike() { # alike WHAT NAME CAPTURE..: both stores' reports are one, and that of a machine which is given CAPTURES
	what=$1 name=$2
	shift 2
	for kind in server file; do
		store=$G/$name.db
		[ $kind = file ] || store="$(reader grown)&sensor=$name"
		rm -f "$G/$kind.json"
		"$P" report -q -s "$(site "$name")" -f json -o "$G/$kind.json" --store "$store" 2>"$W/said"
	done
	[ -s "$G/file.json" ] && cmp -s "$G/server.json" "$G/file.json" && ok || { no "$what: server and file differ"; diff "$G/server.json" "$G/file.json" | head -10; }
	same_as_one "$what" "$(site "$name")" "$(reader grown)&sensor=$name" "$@"
}
said_alike() { # said_alike WHAT: both nights said the same and ended alike
	cmp -s "$G/said-server" "$G/said-file" && ok || { no "$1: server and file say otherwise"; diff "$G/said-server" "$G/said-file"; }
}
"$P" store init --store "$(at grown x)"

# Cut short, then whole under its own name; then, of another sensor, half of it and later all of it under another name.
lay "$G/s1" cut:a; both s1
said_alike "a capture that was cut"
alike "a capture that was cut" s1 "$G/cut"
lay "$G/s1" whole:a; both s1
said_alike "a capture that comes back whole"
alike "a capture that comes back whole" s1 "$G/whole"
lay "$G/s2" third:a other:b; both s2
alike "two captures that are read together" s2 "$G/third" "$G/other"
lay "$G/s2" third:a other:b half:c; both s2
said_alike "one of two that grew"
alike "one of two that grew" s2 "$G/half" "$G/other"
lay "$G/s2" whole:d other:b; both s2
said_alike "one that grew twice"
alike "one that grew twice" s2 "$G/whole" "$G/other"
lay "$G/s2" half:e; both s2
said_alike "a beginning of what is there"
alike "a beginning of what is there" s2 "$G/whole" "$G/other"
is "what was replaced is not seen by who reads all" "$(sql 1 "SELECT uniqExact(id) FROM grown.input WHERE sensor = 's2' AND attempt GLOBAL IN (SELECT argMax(attempt, version) FROM grown.segment GROUP BY sensor, segment)")" 2

# What was read with it is gone: nothing changes, and it is said.
lay "$G/s3" third:a other:b; both s3
lay "$G/s3" whole:c; both s3
said_alike "one of two, the other being gone"
alike "one of two, the other being gone" s3 "$G/third" "$G/other"

# Without a server: all of it waits, and follows in order.
lay "$G/s4" third:a other:b; both s4
node_stop 1 KILL; node_stop 2 KILL
lay "$G/s4" half:c other:b; both s4
lay "$G/s4" whole:d other:b; both s4
is "a capture that grows without a server" "$(grep -c 'goes on after what was taken of it; taken whole' "$G/said-server") $(grep -c '[2-9] segments ([0-9]* bytes) wait safely' "$G/said-server")" "1 1"
node_start 1 && node_start 2
is "what waited" "$("$P" store send --store "$(at grown s4)" 2>&1)" "0 segments wait, 0 bytes"
alike "a capture that grew without a server" s4 "$G/whole" "$G/other"

# A sensor that lost its memory learns from the server what it had taken.
lay "$G/s5" third:a other:b; both s5
rm -f "$W/grown-s5.db"*
lay "$G/s5" whole:c other:b; both s5
said_alike "one that grew, by who lost its memory"
alike "one that grew, by who lost its memory" s5 "$G/whole" "$G/other"

# Nor does it forget what was open: the second half of a capture goes on with the first one's connections, as in a file.
python3 tests/fleet/cut.py "$G/whole" "$G/begin" 0 40
python3 tests/fleet/cut.py "$G/whole" "$G/end" 40 100000
touch -d '2 hours ago' "$G/begin" "$G/end"
lay "$G/s6" begin:a; both s6
rm -f "$W/grown-s6.db"*
lay "$G/s6" end:b; both s6
for kind in server file; do
	store=$G/s6.db
	[ $kind = file ] || store="$(reader grown)&sensor=s6"
	"$P" report -q -s "$(site s6)" -f json -o "$G/$kind.json" --store "$store" 2>/dev/null
done
cmp -s "$G/server.json" "$G/file.json" && ok || { no "connections that go on, by who lost its memory"; diff "$G/server.json" "$G/file.json" | head -10; }
# Basis 4 is "carried".
is "connections that go on" "$(sql 1 "SELECT count() FROM grown.edge WHERE sensor = 's6' AND basis = 4")" 1

# Days in a row: findings that go on, that are fixed, and that nothing could show; a finding keeps its first day. As in a file, page by page.
for number in 1 2 3 4; do
	case $number in 1 | 4) of=pcaps/kvmnet2-wrong-direction.pcap ;; 2) of=pcaps/kvmnet2-strangers.pcap.gz ;; 3) of=empty ;; esac
	rm -rf "$G/days" && mkdir -p "$G/days"
	date=$(date -u -d "2026-11-1$number" +%Y-%m-%d)
	if [ "$of" != empty ]; then
		gunzip -cf "$of" >"$G/days-any"
		first=$(tcpdump -r "$G/days-any" -c 1 -tt 2>/dev/null | cut -d. -f1)
		tcpdump -qr "$G/days-any" -w "$G/days-plain" 2>/dev/null
		# Moved to the day by whole days, and on the second without the hosts of the findings.
		python3 tests/fleet/shift.py "$G/days-plain" "$G/days-moved" $((($(date -u -d "$date" +%s) - first / 86400 * 86400)))
		[ "$number" = 2 ] && tcpdump -qr "$G/days-moved" -w "$G/days/n.pcap" "net 203.0.113.0/24 or arp" 2>/dev/null || cp "$G/days-moved" "$G/days/n.pcap"
		touch -d '2 hours ago' "$G/days/n.pcap"
	fi
	for kind in server file; do
		store=$G/days.db
		[ $kind = file ] || store=$(at grown days)
		"$P" nightly -q -s "$(site days)" --spool "$G/days" --sensor days --store "$store" -o "$G/days-$kind" --day "$date" >"$G/said-$kind" 2>&1
		echo "status $?" >>"$G/said-$kind"
	done
	said_alike "night $number"
	for page in report.html report.json findings.csv summary.txt; do cmp -s "$G/days-server/$date/$page" "$G/days-file/$date/$page" && ok || { no "night $number: $page of server and file"; diff "$G/days-server/$date/$page" "$G/days-file/$date/$page" | cut -c1-200 | head -6; }; done
done
cmp -s "$G/days-server/index.html" "$G/days-file/index.html" && ok || no "all days, of server and file"
holds "findings that were not to be seen" grep -q '"unseen": \[{\|"not_seen": \[{\|not seen' "$G/days-server/2026-11-12/report.json" "$G/days-server/2026-11-12/summary.txt"
