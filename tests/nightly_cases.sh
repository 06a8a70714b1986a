#!/bin/sh
# What a night may meet besides the usual: other strangers, captures that were cut short and come again, files that are
# refused, folders that are another's. tests/nightly_cases.sh [PROGRAM]
set -u
cd "$(dirname "$0")/.." || exit 2
T=$PWD/${1:-build/tapaudit}
HERE=$PWD
W=$PWD/build/nightly-cases
rm -rf "$W"
make -s build/release/tools/store_rows || exit 2
. tests/tools/kit.sh
export SOURCE_DATE_EPOCH=1795140000 NO_COLOR=1 LC_ALL=C.UTF-8 PYTHONDONTWRITEBYTECODE=1

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
	"$T" nightly -q -S "$W/signatures1" -s "$W/site.json" --spool spool --store s.db -o out --day "$(day "$number")" ${JOBS:+-j "$JOBS"} "$@"
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

# A door that was tried in vain and opens goes on as the same finding; that it got worse is said everywhere.
begin worse
make_capture spool/a.pcap 1 3600 10.9.0.7 10.1.0.1 '!3389'
make_capture spool/b.pcap 2 3600 10.9.0.7 10.1.0.1 3389
make_capture spool/c.pcap 3 3600 10.9.0.7 10.1.0.1 '!3389'
for number in 1 2 3; do nightly "$number"; done
has "worse, counted" "out/$(day 2)/summary.txt" "0 new, 1 continuing (1 worse), 0 fixed"
has "worse, summary" "out/$(day 2)/summary.txt" "[worse, was medium]"
is "worse, JSON" "$(field "out/$(day 2)/report.json" '[(f["severity"], f["history"]["severity_before"], f["history"]["state"]) for f in r["findings"]]')" \
	"[('high', 'medium', 'continuing')]"
has "worse, page" "out/$(day 2)/report.html" '<span class="tag strong">worse, was medium</span>'
has "worse, first screen" "out/$(day 2)/report.html" '1 that continues, but worse:'
has "worse, CSV" "out/$(day 2)/findings.csv" "continuing worse"
report --since "$(day 2)" --until "$(day 2)" >day.txt
has "worse, text" day.txt "continuing since $(day 1), worse, was medium"
has "worse, text counted" day.txt "1 continuing (1 worse), 0 fixed"
cp "out/$(day 2)/report.json" day.json
"$T" explain day.json "$(field day.json 'r["findings"][0]["id"]')" >explain.txt
has "worse, explained" explain.txt "continuing since $(day 1), was medium"
has "better" "out/$(day 3)/summary.txt" "0 new, 1 continuing, 0 fixed"
has "better, page" "out/$(day 3)/report.html" '<span class="tag">was high</span>'
lacks "better, first screen" "out/$(day 3)/report.html" "but worse"

# Who does more of the same is not fixed: from 16 ports of a pair on it is one finding, which stands for the single ones.
begin many_ports
triples() { # triples FIRST LAST: one stranger, so many ports
	for port in $(seq "$1" "$2"); do printf '10.9.0.7 10.1.0.1 %s ' "$port"; done
}
# shellcheck disable=SC2046 # each word is one
{
	make_capture spool/a.pcap 1 3600 $(triples 4000 4009)
	make_capture spool/b.pcap 2 3600 $(triples 4000 4039)
	make_capture spool/c.pcap 3 3600 $(triples 4000 4009)
	make_capture spool/d.pcap 4 3600 $(triples 4005 4014)
}
for number in 1 2 3 4; do nightly "$number"; done
has "ports folded go on" "out/$(day 2)/summary.txt" "0 new, 1 continuing, 0 fixed"
has "ports folded go on since the first" "out/$(day 2)/summary.txt" "continuing  $(day 1)"
for file in report.html report.json findings.csv; do cp "out/$(day 2)/$file" "folded-$file"; done
is "ports folded, JSON" "$(field folded-report.json '[(f["port"], f["port_ranges"], f["port_count"]) for f in r["findings"]]')" "[(None, [[4000, 4039]], 40)]"
is "ports single, JSON" "$(field "out/$(day 4)/report.json" '{(f["port_count"], len(f["port_ranges"])) for f in r["findings"]}')" "{(1, 0)}"
has "ports folded, page" folded-report.html "tcp 4000-4039 (40 ports)"
has "ports folded, page's draft" folded-report.html '"ports": [[4000, 4039]]'
has "ports folded, CSV" folded-findings.csv ",4000-4039,40"
report --since "$(day 2)" --until "$(day 2)" >day.txt
has "ports folded, text" day.txt "tcp 4000-4039 (40 ports)"
"$T" explain folded-report.json "$(field folded-report.json 'r["findings"][0]["id"]')" >explain.txt
has "ports folded, explained" explain.txt "tcp 4000-4039 (40 ports)"
tail -n +"$(grep -n '^{' explain.txt | head -1 | cut -d: -f1)" explain.txt >explained.json
is "ports folded, explain's draft" "$(field explained.json 'r["match"]["ports"]')" "[[4000, 4039]]"
# A draft names the ports that were seen, never all.
report --since "$(day 2)" --until "$(day 2)" --suggest-exceptions >drafts.json
is "ports folded, drafts" "$(field drafts.json '[e["match"]["ports"] for e in r]')" "[[[4000, 4039]]]"
has "single ports go on after a fold" "out/$(day 3)/summary.txt" "0 new, 10 continuing, 0 fixed"
is "single ports after a fold, since" "$(grep -c "^continuing  $(day 1)" "out/$(day 3)/summary.txt")" 10
has "other ports are new, closed ones fixed" "out/$(day 4)/summary.txt" "5 new, 5 continuing, 5 fixed"
# What nothing of a day could show is not fixed: the switch whose door was open is not seen on the second day. It goes on, since its
# first day, when it is; a door of a host that is seen every day is fixed when nobody goes through it any more.
begin unseen
make_capture spool/a.pcap 1 3600 10.9.0.7 10.1.1.9 23 10.9.0.7 10.1.0.1 22
make_capture spool/b.pcap 2 3600
make_capture spool/c.pcap 3 3600 10.9.0.7 10.1.1.9 23
make_capture spool/d.pcap 4 3600 10.9.0.8 10.1.1.9 80
for night in 1 2 3 4; do
	nightly $night
done
has "not to be seen, counted" "out/$(day 2)/summary.txt" "0 new, 0 continuing, 1 fixed, 1 not seen (nothing of the day could show what became of it)"
has "not to be seen, summary" "out/$(day 2)/summary.txt" "not seen    $(day 1)  high    unexpected"
is "not to be seen, JSON" "$(field "out/$(day 2)/report.json" '[[(f["message"].split(" of ")[0], f["since"]) for f in r["comparison"][list]] for list in ("fixed", "unseen")]')" \
	"[[('10.9.0.7 opened TCP port 22', '$(day 1)')], [('10.9.0.7 opened TCP port 23', '$(day 1)')]]"
has "not to be seen, page" "out/$(day 2)/report.html" '<a href="#unseen">1 more</a> was open before and not to be seen here'
has "not to be seen, page's list" "out/$(day 2)/report.html" "Open before; nothing here could show what became of them"
report --since "$(day 2)" --until "$(day 2)" >day.txt
has "not to be seen, text" day.txt "NOT SEEN: 1 (open before; nothing here could show what became of it)"
has "seen again" "out/$(day 3)/summary.txt" "0 new, 1 continuing, 0 fixed"
has "seen again, since when" "out/$(day 3)/summary.txt" "continuing  $(day 1)  high    unexpected"
has "seen, and gone" "out/$(day 4)/summary.txt" "1 new, 0 continuing, 1 fixed"

# A copy that was cut short is mended by the whole one, under its own name or another, and by one that went on growing.
# What is stored then is what is stored of the whole one alone.
E='10.9.0.7 10.1.0.1 3389 10.9.0.7 10.1.0.1 22 10.9.0.8 10.1.0.1 23'
begin mend-whole
make_capture spool/x.pcap 1 3600 $E
nightly 1
report -f json >"$W/whole.json"
dump() { # dump: edges, without the number of their segment
	"$HERE"/build/release/tools/store_rows s.db
}
dump >"$W/whole.rows"
like_whole() { # like_whole NAME
	dump >rows
	if cmp -s rows "$W/whole.rows"; then ok; else no "$1" "not the rows of the whole capture"; fi
}
begin mend-same
head -c 1500 "$W/mend-whole/spool/x.pcap" >spool/x.pcap && touch -d '1 hour ago' spool/x.pcap
nightly 1 2>cut.log
is "cut short" "$?: $(sed 's/.*frame/frame/' cut.log)" "2: frame 19; all before it was read; copy the file again, or use --accept-cut"
cp -p "$W/mend-whole/spool/x.pcap" spool/
"$T" nightly -S "$W/signatures1" -s "$W/site.json" --spool spool --store s.db -o out --day "$(day 1)" 2>mended.log
is "copied again" "$?: $(grep -v sandbox mended.log)" "1: tapaudit: warning: spool/x.pcap: goes on after what was taken of it; taken whole"
like_whole "copied again"
report -f json >again.json
if cmp -s again.json "$W/whole.json"; then ok; else no "copied again" "not the report of the whole capture"; fi
nightly 1 2>twice.log
is "copied again, one more run" "$?: $(cat twice.log)" "1: "
begin mend-other
head -c 1500 "$W/mend-whole/spool/x.pcap" >spool/x.pcap && touch -d '1 hour ago' spool/x.pcap
nightly 1 2>/dev/null
gzip -c "$W/mend-whole/spool/x.pcap" >spool/y.pcap.gz && touch -d '1 hour ago' spool/y.pcap.gz
nightly 1 2>other.log
is "copied under another name, cut one beside it" "$?: $(cat other.log)" "1: "
like_whole "copied under another name"
touch -d '2 hours ago' spool/x.pcap
nightly 1 2>other.log
is "the cut one again" "$?: $(cat other.log)" "1: "
like_whole "the cut one again"
# Two sensors of one store may see the same: neither's capture is the other's cut copy.
begin mend-sensors
head -c 1500 "$W/mend-whole/spool/x.pcap" >spool/x.pcap && touch -d '1 hour ago' spool/x.pcap
nightly 1 --sensor east 2>/dev/null
cp -p "$W/mend-whole/spool/x.pcap" spool/x.pcap
nightly 1 --sensor west 2>west.log
is "another sensor's beginning: east's is still cut" "$?: $(cat west.log)" "2: "
is "another sensor's beginning, kept" "$(python3 -c 'import sqlite3; print(sqlite3.connect("s.db").execute("SELECT count(*) FROM input WHERE packets > 0").fetchone()[0])')" 2
begin mend-both
head -c 1500 "$W/mend-whole/spool/x.pcap" >spool/x.pcap && touch -d '1 hour ago' spool/x.pcap
cp -p "$W/mend-whole/spool/x.pcap" spool/y.pcap
nightly 1 2>both.log
is "cut and whole at once" "$?: $(cat both.log)" "1: "
like_whole "cut and whole at once"
begin mend-growing
head -c 1454 "$W/mend-whole/spool/x.pcap" >spool/x.pcap && touch -d '1 hour ago' spool/x.pcap
nightly 1
cp -p "$W/mend-whole/spool/x.pcap" spool/x.pcap
nightly 1 2>growing.log
is "grown since it was taken" "$?: $(cat growing.log)" "1: "
like_whole "grown since it was taken"
# Another capture under the same name is another capture.
make_capture spool/x.pcap 2 7200 10.9.0.9 10.1.0.1 5900
nightly 2 2>another.log
is "another capture by that name" "$?: $(cat another.log) $(field "out/$(day 2)/report.json" 'r["capture"]["packets"]')" "1:  32"
# What was read together is read together again; where a part of it is gone, all stays as it was, and that is said.
begin mend-pair
make_capture spool/a.pcap 1 3600 10.9.0.7 10.1.0.1 3389
make_capture spool/b.pcap 1 3605 10.9.0.8 10.1.0.1 23
nightly 1
dump >whole.rows
rm s.db*
cp -p spool/b.pcap b.pcap
head -c 1500 b.pcap >spool/b.pcap && touch -d '1 hour ago' spool/b.pcap
nightly 1 2>/dev/null
cp -p b.pcap spool/b.pcap
mv spool/a.pcap a.pcap
nightly 1 2>gone.log
is "a part of it is gone" "$?: $(cat gone.log)" "2: tapaudit: spool/b.pcap: goes on after what was taken of it, but spool/a.pcap, which was read with it, is gone; put it back, or take both into another store"
mv a.pcap spool/renamed.pcap
nightly 1 2>back.log
is "and back under another name" "$?: $(cat back.log)" "1: "
dump | sort >rows
sort whole.rows >whole.sorted
if cmp -s rows whole.sorted; then ok; else no "mended with what was read with it" "not the rows of both"; fi

# Captures that come in late: what was open at their end goes on in those of the day after, which are read again.
begin late
python3 "$HERE/tests/tools/small_nights.py" open monday.pcap 1 86300 0
python3 "$HERE/tests/tools/small_nights.py" open spool/tuesday.pcap 2 10 1
touch -d '1 hour ago' monday.pcap spool/tuesday.pcap
nightly 2
is "the morning alone" "$(dump | awk '$6 == 6500 || $6 == 5000 { print $3, $7 }')" "10.1.0.1 none"
mv monday.pcap spool/
"$T" nightly -S "$W/signatures1" -s "$W/site.json" --spool spool --store s.db -o out --day "$(day 1)" 2>late.log
has "the evening comes late" late.log "$(day 2): captures of it were taken again; its report is made anew by nightly --day $(day 2)"
is "carried into what was taken before" "$(dump | sort | awk '$6 == 6500 { printf "%s %s ", $3, $7 }')" "10.1.0.3 handshake 10.1.0.3 carried "

# What was refused, or left for another time, stands in every report of that run and weighs on the grade.
begin refused
make_capture spool/good.pcap 1 3600
head -c 5000 /dev/urandom >spool/junk.pcap && touch -d '1 hour ago' spool/junk.pcap
: >spool/empty.pcap && touch -d '1 hour ago' spool/empty.pcap
echo notes >spool/README && touch -d '1 hour ago' spool/README
nightly 1 2>/dev/null
is "refused, status" $? 2
o=out/$(day 1)
for file in report.json report.html summary.txt junit.xml; do
	has "refused, $file" "$o/$file" "junk.pcap: not a capture"
	has "empty, $file" "$o/$file" "empty.pcap: empty; not taken"
done
is "refused, warnings" "$(field "$o/report.json" '[w.split(":")[0] for w in r["warnings"] if w.startswith("spool")]')" "['spool/empty.pcap', 'spool/junk.pcap']"
is "refused, inputs" "$(field "$o/report.json" '[(i["path"], i["status"]) for i in r["inputs"]]')" \
	"[('spool/good.pcap', 'complete'), ('spool/empty.pcap', 'empty'), ('spool/junk.pcap', 'foreign')]"
is "refused, grade" "$(field "$o/report.json" 'r["capture"]["health"]["grade"], r["capture"]["health"]["reasons"]')" \
	"('B', ['1 capture not read whole'])"
has "refused, error of a build server" "$o/junit.xml" '<error type="capture" message="spool/empty.pcap'
has "refused, first screen" "$o/report.html" '<p class="note"><b><a href="#capture">Not read</a>:</b> spool/junk.pcap: not a capture'
has "refused, health" "$o/report.html" "not all was read"
rm spool/junk.pcap spool/empty.pcap
make_capture spool/fresh.pcap 1 7200
touch spool/fresh.pcap
nightly 1
is "growing, status" $? 0
for file in report.json report.html summary.txt junit.xml; do
	has "growing, $file" "$o/$file" "fresh.pcap: may still be growing; left for the next run"
done
has "growing, skipped on a build server" "$o/junit.xml" '<skipped message="spool/fresh.pcap'
is "growing, status of the input" "$(field "$o/report.json" '[i["status"] for i in r["inputs"]]')" "['complete', 'growing']"
is "growing, grade" "$(field "$o/report.json" 'r["capture"]["health"]["grade"]')" A
is "reports keep their schema" "$(SCHEMA=$HERE/src/schema/report.schema.json; for f in out/*/report.json ../*/out/*/report.json; do
	python3 "$HERE/tests/tools/validate.py" "$SCHEMA" "$f" >schema.log 2>&1 || cat schema.log; done)" ""

# A capture cut short weighs on the grade of its day, also in later runs.
begin cut
make_capture x.pcap 1 3600
head -c 1500 x.pcap >spool/x.pcap && touch -d '1 hour ago' spool/x.pcap
nightly 1 2>/dev/null
nightly 1 2>/dev/null
has "cut, summary" "out/$(day 1)/summary.txt" "  not read whole: spool/x.pcap: cut short"
has "cut, grade" "out/$(day 1)/summary.txt" "capture health B, 19 packets"

# What --keep forgot is not called uncaptured, and its good report stays.
begin forgotten
for n in 1 2 3; do make_capture spool/$n.pcap $n 3600 10.9.0.7 10.1.0.1 3389; done
for n in 1 2 3; do nightly $n; done
cp "out/$(day 1)/report.json" kept.json
now=$(date -u -d "$(day 3)" +%s)
SOURCE_DATE_EPOCH=$now nightly 3 --keep 1
nightly 1 2>forgotten.log
is "forgotten" "$?: $(cat forgotten.log)" "2: tapaudit: $(day 1): what was captured on it was forgotten (--keep); a report of it stays as it is, and to judge it again its captures have to be taken into another store"
if cmp -s kept.json "out/$(day 1)/report.json"; then ok; else no "forgotten" "its report changed"; fi
is "forgotten, in the index" "$(grep -c 'nothing was captured' out/index.html)" 0
report --since "$(day 1)" --until "$(day 1)" >/dev/null 2>forgotten.log
is "forgotten, reported" "$?: $(cut -c-59 forgotten.log)" "2: tapaudit: $(day 1): what was captured on it was forgotten"
report --until "$(day 1)" | grep -qF "What was captured in this stretch was forgotten (--keep)." && ok || no "forgotten, a stretch" "not said"
nightly 1 --keep 0 2>keep.log
is "kept for no day" "$?: $(cat keep.log)" "2: tapaudit: --keep: \"0\" is not a number above 0"
# A day without captures is graded by nobody.
nightly 5
is "nothing captured, status" $? 3
has "nothing captured, summary" "out/$(day 5)/summary.txt" "capture health not observed, no packet was read"
is "nothing captured, grade" "$(field "out/$(day 5)/report.json" 'r["capture"]["health"]["grade"]')" None

# A folder of reports is one site's. One that is renamed is told where its history is.
begin sites
make_capture spool/1.pcap 1 3600
make_capture spool/2.pcap 2 3600
nightly 1
sed 's/"Month"/"Other"/' "$W/site.json" >other.json
other() { # other OUT
	"$T" nightly -q -S "$W/signatures1" -s other.json --spool spool --store s.db -o "$1" --day "$(day 2)"
}
other out 2>other.log
is "another site's folder" "$?: $(cat other.log)" "2: tapaudit: out: holds the reports of site \"Month\", not of \"Other\"; name another folder, or remove out/.site if the site was renamed"
is "another site's folder is left alone" "$(ls out)" "$(day 1)
index.html"
other out-other
has "another name, summary" "out-other/$(day 2)/summary.txt" "No day of Other was judged before; the store has days of Month. If this is that site under another name, its history begins anew;"
nightly 2
lacks "its own name" "out/$(day 2)/summary.txt" "under another name"

# An exception that is about to end says whether it is of any use.
begin expiring
make_capture spool/9.pcap 9 3600 10.9.0.8 10.1.0.1 8080
make_capture spool/10.pcap 10 3600
nightly 9
nightly 10
has "expiring and used" "out/$(day 9)/summary.txt" "expiring  EX-1, o, used"
has "expiring and unused" "out/$(day 10)/summary.txt" "expiring  EX-1, o, unused"
is "expiring, JSON" "$(field "out/$(day 9)/report.json" 'r["exceptions"][0]["state"], r["exceptions"][0]["used"]')" "('expiring', True)"
has "expiring, page" "out/$(day 9)/report.html" "expiring, used"
report --since "$(day 10)" --until "$(day 10)" | grep -q 'EX-1 *expiring, unused' && ok || no "expiring, text" "not said"

# The packets of each finding, linked from the report, for as long as the captures lie in the spool; what was written
# then stays.
begin evidence
make_capture spool/1.pcap 1 3600 10.9.0.7 10.1.0.1 3389 10.9.0.8 10.1.0.1 23
nightly 1 --evidence "proof of it"
is "evidence, status" $? 1
linked() { # linked PAGE: how many files it links, of how many links
	python3 -c 'import pathlib, re, sys, urllib.parse
page = pathlib.Path(sys.argv[1])
links = set(re.findall("href=\"([^\"#]*\\.pcapng)\"", page.read_text()))
print(sum((page.parent / urllib.parse.unquote(link)).is_file() for link in links), len(links))' "$1"
}
is "evidence, links" "$(linked "out/$(day 1)/report.html")" "2 2"
is "evidence, JSON" "$(field "out/$(day 1)/report.json" '[f["evidence"]["pcap"] == "proof of it/%s/%s.pcapng" % ("'"$(day 1)"'", f["id"]) for f in r["findings"]]')" "[True, True]"
"$T" flows -q -f csv "proof of it/$(day 1)"/*.pcapng >flows.csv
is "evidence, packets" "$(cut -d, -f4,6,7 flows.csv | sort | tr '\n' ' ')" \
	"10.9.0.7,10.1.0.1,3389 10.9.0.8,10.1.0.1,23 initiator,responder,responder_port "
gzip spool/1.pcap
report --since "$(day 1)" --until "$(day 1)" --spool spool --evidence again -f html -o page.html
is "evidence of a report, of a capture that was compressed since" "$(linked page.html)" "2 2"
is "evidence of a report, the same" "$(cat again/*.pcapng | wc -c)" "$(cat "proof of it/$(day 1)"/*.pcapng | wc -c)"
rm spool/1.pcap.gz
nightly 1 --evidence "proof of it"
is "evidence, kept" "$(linked "out/$(day 1)/report.html")" "2 2"
nightly 1 --evidence other
has "evidence, gone" "out/$(day 1)/summary.txt" "1 capture is no longer in the spool: of 2 findings there are no packets to show."
has "evidence, gone, page" "out/$(day 1)/report.html" "of 2 findings there are no packets to show."
report --evidence more >/dev/null 2>where.log
is "evidence from nowhere" "$?: $(cat where.log)" "2: tapaudit: report: --evidence needs --spool DIR, where the captures lie"

# The day's folder of reports is replaced as a whole: evidence there would go with it, so it is refused there.
begin evidence-place
make_capture spool/1.pcap 1 3600 10.9.0.7 10.1.0.1 3389
mkdir out
ln -s out alias
for place in out ./out/ alias "out/$(day 1)" "alias/$(day 2)/proof" out/.aside-1 "$PWD/out"; do
	mkdir -p "$(dirname "$place")"
	nightly 1 --evidence "$place" 2>place.log
	is "evidence in $place" "$?: $(cat place.log)" \
		"2: tapaudit: --evidence: $place: the day's report of -o out would take its place; name another folder, such as out/evidence"
done
is "evidence refused, nothing begun" "$(ls -A out | grep -v "$(day 2)")" ""
for place in out/evidence out-2; do
	nightly 1 --evidence $place
	nightly 1 --evidence $place
	is "evidence in $place, links" "$? $(linked "out/$(day 1)/report.html")" "1 1 1"
done

# What a run that was killed left half written goes with the next one, but not while another one writes there.
proof=$(basename "$(ls "out-2/$(day 1)"/*.pcapng)")
touch "out-2/$(day 1)/$proof.4711.tmp" "out-2/$(day 1)/notes.4711.tmp"
(
	flock -s 9
	nightly 1 --evidence out-2
) 9<"out-2/$(day 1)"
is "evidence aside, another writes" "$(ls "out-2/$(day 1)" | grep -c "^$proof.4711.tmp")" 1
nightly 1 --evidence out-2
is "evidence aside" "$(ls "out-2/$(day 1)" | tr '\n' ' ')" "$proof notes.4711.tmp "

# A name that would turn the text beside it is harmless on every page.
python3 -c 'import json, sys
site = json.load(open(sys.argv[1]))
site["name"] = "one\u202etwo <b>"
json.dump(site, open("turned.json", "w"))' "$W/site.json"
"$T" nightly -q -S "$W/signatures1" -s turned.json --spool spool --store t.db -o turned --day "$(day 1)"
has "a turned name in the index" turned/index.html "<h1>one?two &lt;b&gt;</h1>"
has "a turned name in the summary" "turned/$(day 1)/summary.txt" "one?two <b>, $(day 1)"
is "a turned name, nowhere" "$(grep -rlP '\xe2\x80\xae' turned)" ""

# On the first day of a history every finding is new, in each file and on each page.
begin first-day
make_capture spool/1.pcap 1 3600 10.9.0.7 10.1.0.1 3389 10.9.0.8 10.1.0.1 23
nightly 1
first=$(day 1)
is "first day, summary" "$(grep -c "^new  *$first " "out/$first/summary.txt")" 2
is "first day, JSON" "$(field "out/$first/report.json" '[(f["history"]["state"], f["history"]["since"]) for f in r["findings"]], r["comparison"]')" \
	"([('new', '$first'), ('new', '$first')], None)"
is "first day, CSV" "$(python3 -c 'import csv, sys
print([(row["state"], row["since"]) for row in csv.DictReader(open(sys.argv[1]))])' "out/$first/findings.csv")" "[('new', '$first'), ('new', '$first')]"
is "first day, page" "$(grep -c 'data-age="new"' "out/$first/report.html") $(grep -c 'data-age="open"' "out/$first/report.html")" "2 0"
has "first day, first screen" "out/$first/report.html" '<h2>New</h2><p class="big">2</p><p class="quiet">no earlier day to compare with</p>'
lacks "first day, nothing fixed" "out/$first/report.html" "<h2>Fixed</h2>"
report --since "$first" --until "$first" >first.txt
has "first day, text" first.txt "history 2 new, 0 continuing"

# Links in a spool are not followed, and that is said.
begin links
mkdir elsewhere
make_capture elsewhere/1.pcap 1 3600
make_capture spool/2.pcap 1 7200
ln -s ../elsewhere/1.pcap spool/one.pcap
ln -s . spool/loop
"$T" nightly -S "$W/signatures1" -s "$W/site.json" --spool spool --store s.db -o out --day "$(day 1)" 2>links.log
is "links, status" $? 0
is "links, told" "$(grep -v sandbox links.log | sort)" "tapaudit: warning: spool/loop: a symbolic link; not followed, move or bind what it leads to into the spool
tapaudit: warning: spool/one.pcap: a symbolic link; not followed, move or bind what it leads to into the spool"
for file in report.json report.html summary.txt junit.xml; do
	has "links, $file" "out/$(day 1)/$file" "spool/one.pcap: a symbolic link; not followed"
done
ln -s spool linked
"$T" nightly -q -S "$W/signatures1" -s "$W/site.json" --spool linked --store t.db -o out2 --day "$(day 1)" 2>/dev/null
has "a spool that is a link" "out2/$(day 1)/summary.txt" "24 packets"

# A host that the site file names otherwise is the same host: nothing is fixed by a name.
begin renamed
for n in 1 2 3; do make_capture spool/$n.pcap $n 3600 10.9.0.7 10.1.0.1 3389 10.1.0.3 10.1.0.1 22; done
named() { # named NAME NUMBER: judges a day while the server has that name
	python3 - "$W/site.json" "$1" >named.json <<'END'
import json, sys
site = json.load(open(sys.argv[1]))
site["systems"][0]["roles"]["server"] = [{"name": sys.argv[2], "addresses": ["10.1.0.1"]}] if sys.argv[2] else ["10.1.0.1"]
print(json.dumps(site))
END
	"$T" nightly -q -S "$W/signatures1" -s named.json --spool spool --store s.db -o out --day "$(day "$2")"
}
named "" 1
named old-name 2
has "named" "out/$(day 2)/summary.txt" "0 new, 2 continuing, 0 fixed"
named new-name 3
has "named otherwise" "out/$(day 3)/summary.txt" "0 new, 2 continuing, 0 fixed"
is "named otherwise, since when" "$(grep -c "^continuing  $(day 1) .*[^]]$" "out/$(day 3)/summary.txt")" 2

cd "$HERE" || exit 2
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
