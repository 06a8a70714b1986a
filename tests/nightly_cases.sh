#!/bin/sh
# What a night may meet besides the usual: other strangers, captures that were cut short and come again, files that are
# refused, folders that are another's. tests/nightly_cases.sh [PROGRAM]
set -u
cd "$(dirname "$0")/.." || exit 2
T=$PWD/${1:-build/tapaudit}
HERE=$PWD
W=$PWD/build/nightly-cases
rm -rf "$W"
passed=0
failed=0
export SOURCE_DATE_EPOCH=1795140000 NO_COLOR=1 LC_ALL=C.UTF-8 PYTHONDONTWRITEBYTECODE=1

ok() {
	passed=$((passed + 1))
}

no() { # no NAME WHAT
	failed=$((failed + 1))
	echo "FAIL $1: $2"
}

is() { # is NAME GOT WANTED
	if [ "$2" = "$3" ]; then ok; else no "$1" "\"$2\", not \"$3\""; fi
}

has() { # has NAME FILE TEXT
	if grep -qF -- "$3" "$2"; then ok; else no "$1" "$2 lacks \"$3\""; fi
}

lacks() { # lacks NAME FILE TEXT
	if grep -qF -- "$3" "$2"; then no "$1" "$2 has \"$3\""; else ok; fi
}

day() { # day NUMBER: as make_nights.py counts
	date -u -d "2026-10-08 +$1 days" +%F
}

make_capture() { # make_capture FILE DAY SECONDS [OPENER LISTENER PORT]..
	python3 "$HERE/tests/tools/small_nights.py" capture "$@"
	touch -d '1 hour ago' "$1"
}

nightly() { # nightly NUMBER [option..]: of the present folder
	number=$1
	shift
	"$T" nightly -q -S "$W/signatures1" -s "$W/site.json" --spool spool --store s.db -o out --day "$(day "$number")" "$@"
}

report() { # report [option..]
	"$T" report -q -S "$W/signatures1" -s "$W/site.json" --store s.db "$@"
}

begin() { # begin NAME: a folder of its own
	mkdir -p "$W/$1/spool"
	cd "$W/$1" || exit 2
}

field() { # field FILE EXPRESSION: of a report r
	python3 -c 'import json, sys; r = json.load(open(sys.argv[1])); print(eval(sys.argv[2]))' "$1" "$2"
}

python3 "$HERE/tests/tools/small_nights.py" site "$W" || exit 2

# Another stranger at the same door is one finding, by its id; that he is another is said everywhere.
begin strangers
make_capture spool/a.pcap 1 3600 10.9.0.7 10.1.0.1 3389
make_capture spool/b.pcap 2 3600 203.0.113.66 10.1.0.1 3389
make_capture spool/c.pcap 3 3600 203.0.113.66 10.1.0.1 3389
nightly 1
nightly 2
nightly 3
has "another stranger, counted" "out/$(day 2)/summary.txt" "0 new, 1 continuing (1 with a new peer), 0 fixed"
has "another stranger, summary" "out/$(day 2)/summary.txt" "[new peer: 203.0.113.66]"
is "another stranger, JSON" "$(field "out/$(day 2)/report.json" '[(f["history"]["state"], [p["address"] for p in f["history"]["new_peers"]], f["history"]["new_peer_count"]) for f in r["findings"]]')" \
	"[('continuing', ['203.0.113.66'], 1)]"
has "another stranger, first screen" "out/$(day 2)/report.html" '1 that continues, with a new peer:'
has "another stranger, page" "out/$(day 2)/report.html" '<span class="tag strong">new peer 203.0.113.66</span>'
has "another stranger, CSV" "out/$(day 2)/findings.csv" "continuing new-peer"
report --since "$(day 2)" --until "$(day 2)" >day.txt
has "another stranger, text" day.txt "continuing since $(day 1), new peer 203.0.113.66 today"
report --since "$(day 2)" --until "$(day 2)" -f json -o day.json
"$T" explain day.json "$(field day.json 'r["findings"][0]["id"]')" >explain.txt
has "another stranger, explained" explain.txt "continuing since $(day 1), not seen the day before: 203.0.113.66"
has "the same stranger" "out/$(day 3)/summary.txt" "0 new, 1 continuing, 0 fixed"
lacks "the same stranger, page" "out/$(day 3)/report.html" "new peer"
# Over both days he is one of two: whom a draft excuses, it names.
report --suggest-exceptions >drafts.json
is "drafts name who is excused" "$(field drafts.json 'sorted(e["match"]["initiator"] for e in r)')" "['10.9.0.7', '203.0.113.66']"

cd "$HERE" || exit 2
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
