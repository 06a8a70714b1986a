# A night is judged over all that its sensor saw, or not at all: what still waits in the spool, for whatever reason, is never left out of a report.
# Sourced by fleet.sh.
# shellcheck shell=bash

lake=pcaps/kvmnet2.site.json
good=pcaps/kvmnet2-good-day.pcapng bad=pcaps/kvmnet2-wrong-direction.pcap
lake_day=2026-11-18
lake_night() { # lake_night DATABASE STORE: what it says, and its status, in $W/DATABASE.said, and reports below $W/out-DATABASE
	rm -rf "$W/out-$1"
	"$P" nightly -s $lake --spool "$W/lake-$1" --store "$2" -o "$W/out-$1" --day $lake_day >"$W/$1.said" 2>&1
	echo "status $?" >>"$W/$1.said"
}
comes() { cp "$2" "$W/lake-$1/" && find "$W/lake-$1" -type f -exec touch -d '2 hours ago' {} +; } # comes DATABASE CAPTURE
# A day that is good and stored; then the capture that fails it comes.
new_lake() { # new_lake DATABASE
	"$P" store init --store "$(at "$1" x)"
	mkdir -p "$W/lake-$1"
	comes "$1" "$good"
	lake_night "$1" "$(at "$1" k-1)"
	is "$1: the good day" "$(tail -1 "$W/$1.said")" "status 0"
	comes "$1" "$bad"
}
not_judged() { # not_judged WHAT DATABASE WORDS
	is "$1: is not judged, says why and what waits" "$(tail -1 "$W/$2.said") $(grep -c "$lake_day is not judged, for not all that was seen is in the store yet: .*$3" "$W/$2.said") $(grep -c 'segments\{0,1\} ([0-9]* bytes) waits\{0,1\} safely in' "$W/$2.said")" "status 2 1 1"
	is "$1: no report" "$(ls "$W/out-$2" | grep -c $lake_day)" 0
}
as_audited() { # as_audited WHAT DATABASE CAPTURE..: the night's report says what one machine does of all captures
	what=$1 base=$2
	shift 2
	"$P" audit -q -s $lake -f json -o "$W/one.json" "$@" 2>/dev/null
	is "$what: its status" "$(tail -1 "$W/$base.said")" "status 1"
	is "$what: its report" "$(findings "$W/out-$base/$lake_day/report.json" uncounted)" "$(findings "$W/one.json" uncounted)"
}

# Somebody holds the spool for good. The other cases go on meanwhile.
new_lake held
exec 8>"$W/held-k-1.db.lock"
flock 8
lake_night held "$(at held k-1)" 8>&- &
held_night=$!

# A line that breaks whenever much is sent, while all that is asked is answered: with a day that is there, and with one of which nothing is.
new_lake broken
"$P" store init --store "$(at nothing x)"
mkdir -p "$W/lake-nothing"
comes nothing "$bad"
for base in broken nothing; do
	python3 tests/fleet/cutter.py "$W/port" "$(http_port 1)" 4000 8>&- &
	cutter=$!
	wait_for 5 test -s "$W/port"
	lake_night $base "$(at $base k-1 | sed "s/:$(http_port 1)\//:$(cat "$W/port")\//")"
	not_judged "a line that breaks, $base" $base "127.0.0.1:$(cat "$W/port"): "
	"$P" store send --store "$(at $base k-1 | sed "s/:$(http_port 1)\//:$(cat "$W/port")\//")" >"$W/sent" 2>&1
	is "store send says why, $base" "$? $(wc -l <"$W/sent") $(grep -c "^tapaudit: clickhouse 127.0.0.1:$(cat "$W/port"): " "$W/sent") $(grep -c '^[12] segments\{0,1\} waits\{0,1\}, [0-9]* bytes$' "$W/sent")" "2 2 1 1"
	kill "$cutter"
	wait "$cutter" 2>/dev/null
	rm -f "$W/port"
done
lake_night broken "$(at broken k-1)"
as_audited "after a line that broke" broken "$good" "$bad"
lake_night nothing "$(at nothing k-1)"
as_audited "the first night after a line that broke" nothing "$bad"

# Another process sends a backlog of another sensor from the same spool, over a slow line: the night waits for it and is judged over all.
new_lake slow
node_stop 1 KILL
"$P" nightly -q -s pcaps/dsview.site.json --spool "$W/dsview-1" --store "$(at slow k-1 | sed 's/sensor=k-1/sensor=d-1/')" -o "$W/out-slow-d" >/dev/null 2>&1
node_start 1
python3 tests/fleet/cutter.py "$W/port" "$(http_port 1)" 1000000000 0.2 8>&- &
cutter=$!
wait_for 5 test -s "$W/port"
"$P" store send -q --store "$(at slow k-1 | sed "s/sensor=k-1/sensor=d-1/; s/:$(http_port 1)\//:$(cat "$W/port")\//")" >"$W/sent" 2>&1 8>&- &
sender=$!
wait_for 5 sh -c "! flock -n '$W/slow-k-1.db.lock' true"
lake_night slow "$(at slow k-1)"
as_audited "while another one sends" slow "$good" "$bad"
is "while another one sends: it says so once" "$(grep -c "another process holds $W/slow-k-1.db and is sending; waiting" "$W/slow.said")" 1
wait "$sender"
is "and that one sent all" "$(cat "$W/sent")" "0 segments wait, 0 bytes"
kill "$cutter"
wait "$cutter" 2>/dev/null
rm -f "$W/port"

wait "$held_night"
not_judged "a spool that is held" held "another process holds $W/held-k-1.db and is sending"
is "it waited, and said so once" "$(grep -c 'is sending; waiting' "$W/held.said")" 1
flock -u 8
exec 8>&-
lake_night held "$(at held k-1)"
as_audited "after a spool that was held" held "$good" "$bad"

# What another sensor has in the same spool is not this one's: its day is judged, and is what it was.
"$P" store init --store "$(at others x)"
mkdir -p "$W/lake-others" "$W/many"
cp pcaps/dsview-scan.pcap "$W/many/" && touch -d '2 hours ago' "$W/many/dsview-scan.pcap"
comes others "$good"
lake_night others "$(at others k-1)"
node_stop 1 KILL
"$P" nightly -q -s pcaps/dsview.site.json --spool "$W/many" --store "$(at others k-1 | sed 's/sensor=k-1/sensor=d-1/')" -o "$W/out-others-d" >/dev/null 2>&1
node_start 1
python3 tests/fleet/cutter.py "$W/port" "$(http_port 1)" 4000 &
cutter=$!
wait_for 5 test -s "$W/port"
lake_night others "$(at others k-1 | sed "s/:$(http_port 1)\//:$(cat "$W/port")\//")"
is "a night beside another sensor's backlog" "$(tail -1 "$W/others.said") $(grep -c 'segments\{0,1\} ([0-9]* bytes) waits\{0,1\} safely in' "$W/others.said") $(ls "$W/out-others" | grep -c $lake_day)" "status 0 1 1" || cat "$W/others.said"
kill "$cutter"
wait "$cutter" 2>/dev/null
rm -f "$W/port"
