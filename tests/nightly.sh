#!/bin/sh
# A month of nights: each night's comparison exactly as the schedule has it, also where the matrix changes; captures given
# twice; two runs at once; kills at many moments. tests/nightly.sh [PROGRAM]
set -u
cd "$(dirname "$0")/.." || exit 2
T=$PWD/${1:-build/tapaudit}
NIGHTS=$PWD/tests/tools/make_nights.py
HERE=$PWD
ROWS=$PWD/build/release/tools/store_rows
W=$PWD/build/nightly
rm -rf "$W"
make -s "${ROWS#"$HERE"/}" || exit 2
. tests/tools/kit.sh
export SOURCE_DATE_EPOCH=1795140000 NO_COLOR=1 LC_ALL=C.UTF-8

day() { # day NUMBER: the date of a night, from 0
	date -u -d "2026-10-08 +$1 days" +%F
}

nightly() { # nightly STORE OUT NUMBER [option..]: judges a night under the matrix of its time
	store=$1 out=$2 number=$3
	shift 3
	matrix=1
	[ "$number" -lt 24 ] || matrix=2
	"$T" nightly -q -S signatures$matrix -s site.json --spool spool --store "$store" -o "$out" --settle 0 \
		--day "$(day "$number")" "$@"
}

report() { # report STORE: all that is stored, as JSON
	"$T" report -f json -S signatures2 -s site.json --store "$1"
}

python3 "$NIGHTS" make "$W" || exit 2
cd "$W" || exit 2

# The captures of a night lie in the spool when it has passed, as on a site; the first half one a night.
mkdir later
mv spool/* later/
number=0
while [ $number -lt 30 ]; do
	for capture in later/"$(day $number)"*; do
		[ ! -e "$capture" ] || mv "$capture" spool/
	done
	nightly s.db out $number 2>>errors
	status=$?
	# Every night finds something, save the one without captures.
	wanted=1
	[ $number != 8 ] || wanted=3
	is "exit status of night $number" $status $wanted
	number=$((number + 1))
done
is "nothing to complain of" "$(cat errors)" ""
rmdir later
if python3 "$NIGHTS" check "$W" >check.log; then ok; else no "comparisons" "$(cat check.log)"; fi
tail -1 check.log
# What the index counts is what no exception covers: new and continuing are all of it.
is "counts in the index" "$(sed -n 's/^<tr><td>.*<\/td><td[^>]*>[a-z]*<\/td>\(<td>.*\)/\1/p' out/index.html | sed 's/<[^>]*>/ /g' |
	awk '$1 != $2 + $3 { wrong++ } END { print NR, wrong + 0 }')" "29 0"
is "days in the index" "$(grep -c '<tr[^>]*><td>' out/index.html)" 30
# The silent day, and the day after it, say what they are; so does the index.
silent=$(day 8) after=$(day 9)
remark() { # remark DAY: what its three reports say first
	python3 -c 'import json, sys; print(*json.load(open(sys.argv[1]))["remarks"])' "out/$1/report.json"
	sed -n 's/^<p class="note"><b>Note:<\/b> \(.*\)<\/p>$/\1/p' "out/$1/report.html" | grep -i "captured\|earlier"
	sed -n 's/^  //p' "out/$1/summary.txt" | grep -i "captured\|earlier"
}
open=$(python3 -c 'import json, sys; print(sum(not f["exception"] for f in json.load(open(sys.argv[1]))["findings"]))' \
	"out/$(day 7)/report.json")
is "the silent day" "$(remark "$silent" | sort -u)" \
	"Nothing was captured on $silent. The $open findings of $(day 7), the last day with captures, are neither continuing nor fixed."
is "exceptions on the silent day" "$(grep '^exception' "out/$silent/summary.txt")" "exception   2026-10-25  expiring  EX-1, o, unused"
is "the day after it" "$(remark "$after" | sort -u)" \
	"Nothing was captured on $silent: held against $(day 7), the last day before with captures."
is "the first day" "$(remark "$(day 0)" | sort -u)" "No earlier day to compare with."
is "other days" "$(remark "$(day 20)")" ""
is "the silent day in the index" "$(grep -c "$silent.*inconclusive.*nothing was captured" out/index.html)" 1
is "silent days in the index" "$(grep -c '<td colspan="7">nothing was captured' out/index.html)" 1
is "files of a day" "$(ls out/2026-10-09 | tr '\n' ' ')" "findings.csv junit.xml report.html report.json summary.txt "
is "nothing left aside" "$(ls -A out | grep -c '^\.aside')" 0

# A day that is reported again is compared as its night was; its text says the same as its summary.
"$T" report -f json -S signatures1 -s site.json --store s.db --since "$after" --until "$after" >day.json
if cmp -s day.json "out/$after/report.json"; then ok; else no "a day reported again" "not its night's report"; fi
"$T" report -S signatures1 -s site.json --store s.db --since "$after" --until "$after" --verbose >day.txt
is "a day's text" "$(grep -c '^  state   new$' day.txt) $(grep -c '^  state   continuing since 20' day.txt) $(sed -n 's/^FIXED: \([0-9]*\) .*/\1/p' day.txt)" \
	"$(for state in new continuing fixed; do grep -c "^$state " "out/$after/summary.txt"; done | tr '\n' ' ' | sed 's/ $//')"
is "a day's text, first" "$(grep '^  history' day.txt)" \
	"  history $(grep -c '^new ' "out/$after/summary.txt") new, $(grep -c '^continuing ' "out/$after/summary.txt") continuing, $(grep -c '^fixed ' "out/$after/summary.txt") fixed since $(day 7)"

# Judged again from what is stored it is what it was; the files themselves, audited, say the same.
python3 "$NIGHTS" dump s.db >first.dump
nightly s.db out 29 2>>errors
python3 "$NIGHTS" dump s.db >again.dump
if cmp -s first.dump again.dump; then ok; else no "run twice" "the store changed"; fi

# The same captures once more, under other names and compressed otherwise: nothing counts twice.
report s.db >before.json
gzip -c spool/2026-10-09.pcap >spool/copy-1.pcap.gz
cp spool/2026-10-11-0.pcap spool/copy-2.pcap
gzip -dc spool/2026-10-14.pcap.gz >spool/copy-3.pcap
nightly s.db out 29 2>>errors
report s.db >after.json
if cmp -s before.json after.json; then ok; else no "captures given twice" "the report changed"; fi
rm spool/copy-*
gzip -c spool/2026-10-09.pcap >spool/copy-4.pcap.gz
nightly s.db out 29 2>>errors
is "one capture given twice, alone" "$?" 1
report s.db >after.json
if cmp -s before.json after.json; then ok; else no "one capture given twice, alone" "the report changed"; fi
rm spool/copy-4.pcap.gz
: >spool/empty.pcap
echo hello >spool/README
head -c 30 spool/2026-10-09.pcap >spool/stub.pcap
nightly s.db out 29 2>stub.log
is "a stub of a capture" "$?: $(cat stub.log)" "2: tapaudit: spool/stub.pcap: cut short: 6 of 16 bytes of a record at byte 24, after frame 0; all before it was read; copy the file again, or use --accept-cut"
# Half a capture stays half a capture: a second run, which finds it taken, must not end better than the first.
mkdir half && head -c 30000 "$HERE/pcaps/dsview-good-day.pcapng" >half/h.pcapng && touch -d '1 hour ago' half/h.pcapng
for run in first second; do
	"$T" nightly -q -S "$HERE/signatures" -s "$HERE/pcaps/dsview.site.json" --spool half --store half.db -o out-half --day 2026-11-18 >half.log 2>&1
	is "half a capture, $run run" $? 2
done
# Who may read the store and write nowhere near it reads it.
if [ "$(id -u)" = 0 ]; then
	mkdir shown && cp half.db shown/s.db && chmod 755 . shown && chmod 644 shown/s.db
	setpriv --reuid 65534 --regid 65534 --clear-groups "$T" report -q -S "$HERE/signatures" -s "$HERE/pcaps/dsview.site.json" --store shown/s.db >shown.log 2>&1
	is "a store that may only be read" "$? $(head -1 shown.log)" "2 PASS  Harbour data centre"
fi
rm spool/stub.pcap
echo hello >spool/hello.pcap
echo hello >spool/hallo.pcap
nightly s.db out 29 2>hello.log
is "no captures by the name of such" "$?: $(grep -c 'spool/h[ae]llo.pcap: ' hello.log)" "2: 2"
rm spool/empty.pcap spool/README spool/hello.pcap spool/hallo.pcap

# What changed a moment ago may still be written to.
cp -p spool/2026-10-09.pcap kept.pcap
touch spool/2026-10-09.pcap
"$T" nightly -S signatures2 -s site.json --spool spool --store s.db -o out --day "$(day 29)" 2>growing.log
is "a file that may be growing" "$?: $(cat growing.log)" \
	"1: tapaudit: warning: 1 file(s) of the spool may still be growing; left for the next run"
mv kept.pcap spool/2026-10-09.pcap

# Drafts of exceptions: one for each finding that has none, and nothing changes by it.
"$T" report -q -S signatures2 -s site.json --store s.db --since "$(day 29)" --suggest-exceptions >drafts.json
drafts=$(python3 -c 'import json; print(len(json.load(open("drafts.json"))))')
open=$(python3 -c 'import json, sys; print(sum(not f["exception"] for f in json.load(open(sys.argv[1]))["findings"]))' \
	"out/$(day 29)/report.json")
is "drafts of exceptions" "$drafts" "$open"

# Roles learnt from the store are those learnt from its captures.
mkdir learn
cp "$HERE"/pcaps/dsview-good-day.pcapng learn/
"$T" nightly -q -s "$HERE/pcaps/dsview.site.json" --spool learn --store learn.db -o out-learn --settle 0 \
	--day 2026-11-18 2>>errors
"$T" discover -q learn >files.json
"$T" discover -q --from-store learn.db >store.json
is "exit status of learning" "$?" 0
if cmp -s files.json store.json; then ok; else no "learning" "not the same roles as from files"; fi
"$T" discover -q --from-store learn.db learn 2>both-ways.log
is "files and a store" "$?: $(cat both-ways.log)" "2: tapaudit: discover: name captures, or a store with --from-store"

# What is wrong with a command is said before anything is touched.
refused() { # refused NAME "WHOLE LINE" COMMAND..
	name=$1 line=$2
	shift 2
	"$T" "$@" >/dev/null 2>refused.log
	is "$name" "$?: $(cat refused.log)" "2: tapaudit: $line"
}
refused "no store named" "nightly: --store DB is missing" nightly -s site.json --spool spool -o out
refused "no such spool" "nowhere: the spool is to be a folder: No such file or directory" \
	nightly -S signatures2 -s site.json --spool nowhere --store s.db -o out
refused "a spool that is a file" "site.json: the spool is to be a folder: Not a directory" \
	nightly -S signatures2 -s site.json --spool site.json --store s.db -o out
refused "no day" "--day: \"yesterday\" is no day such as 2026-11-18" \
	nightly -S signatures2 -s site.json --spool spool --store s.db -o out --day yesterday
refused "no number" "--settle: \"1h\" is not a number" \
	nightly -s site.json --spool spool --store s.db -o out --settle 1h
refused "no store named" "no store named; --store DB" report -S signatures2 -s site.json
refused "no such store" "nowhere.db: No such file or directory" \
	report -S signatures2 -s site.json --store nowhere.db
refused "no store of ours" "site.json: file is not a database" report -S signatures2 -s site.json --store site.json
refused "no time" "--since: \"monday\" is neither a day (2026-11-18) nor a time (2026-11-18T08:00:00Z)" \
	report -S signatures2 -s site.json --store s.db --since monday
refused "a span that runs backwards" "--since is not before --until" \
	report -S signatures2 -s site.json --store s.db --since 2026-11-02 --until 2026-11-01
is "a store that is not there is not made" "$(ls nowhere.db 2>&1 | grep -c 'No such file')" 1

# All at once, with several threads, in another order of days: the same ledger.
nightly all.db out-all 29 -j 4 2>>errors
python3 "$NIGHTS" dump all.db | grep -v '^day\|^finding' >all.dump
grep -v '^day\|^finding' first.dump >nights.dump
nightly one.db out-one 29 2>>errors
python3 "$NIGHTS" dump one.db >one.dump
python3 "$NIGHTS" dump all.db >four.dump
if cmp -s one.dump four.dump; then ok; else no "four threads" "not the same store as one"; fi
report all.db >all.json
if cmp -s before.json all.json; then ok; else no "all at once" "not the same report as night by night"; fi

# Nights more than a day apart are read at once: the same store still.
mkdir gaps
number=0
while [ $number -lt 30 ]; do
	cp spool/"$(day $number)"* gaps/ 2>/dev/null
	number=$((number + 2))
done
for threads in 1 4; do
	"$T" nightly -q -S signatures1 -s site.json --spool gaps --store gaps-$threads.db -o out-gaps-$threads --settle 0 \
		--day "$(day 28)" -j $threads 2>>errors
	python3 "$NIGHTS" dump gaps-$threads.db >gaps-$threads.dump
done
if cmp -s gaps-1.dump gaps-4.dump; then ok; else no "four threads, nights apart" "not the same store as one"; fi
if diff -r -q out-gaps-1 out-gaps-4 >/dev/null; then ok; else no "four threads, nights apart" "not the same reports"; fi

bases() { # bases STORE PORT: direction of the rows of a responder's port, by quarter hour
	"$ROWS" "$1" | sort | awk -v port="$2" '$6 == port { print $7, $3 }'
}

# A connection over midnight, taken in two runs: the second knows who opened it. So does one run that takes both.
over_midnight() { # over_midnight STORE
	"$T" nightly -q -S signatures1 -s site.json --spool midnight --store "$1" -o out-midnight --settle 0 \
		--day "$(day 3)" 2>>errors
}
mkdir midnight
cp carried/night.pcap midnight/
over_midnight two.db
cp carried/morning.pcap midnight/
over_midnight two.db
over_midnight together.db
wanted="handshake 10.1.0.3 carried 10.1.0.3 "
is "over midnight, in two runs" "$(bases two.db 6500 | tr '\n' ' ')" "$wanted"
is "over midnight, in one run" "$(bases together.db 6500 | tr '\n' ' ')" "$wanted"
rm midnight/night.pcap
over_midnight alone.db
is "the morning alone" "$(bases alone.db 6500 | tr '\n' ' ')" ""
is "the morning alone, by its first packet" "$(bases alone.db 5000 | tr '\n' ' ')" "none 10.1.0.1 "

# Two at the same time: one waits for the other.
nightly both.db out-both 29 2>>both.log &
nightly both.db out-both 29 2>>both.log
wait
python3 "$NIGHTS" dump both.db >both.dump
if cmp -s one.dump both.dump; then ok; else no "two at once" "not the same store as one"; fi

# Kept for 20 days only: no day before them is left, what is kept is as it was.
cp one.db keep.db
nightly keep.db out-keep 29 --keep 20 2>>errors
left=$("$T" report -S signatures2 -s site.json --store keep.db --until 2026-10-30 -f json | python3 -c 'import json, sys; print(json.load(sys.stdin)["capture"]["packets"])')
is "packets of expired days" "$left" 0
"$T" report -f json -S signatures2 -s site.json --store keep.db --since 2026-11-01 >kept.json
"$T" report -f json -S signatures2 -s site.json --store one.db --since 2026-11-01 >whole.json
if cmp -s kept.json whole.json; then ok; else no "days that are kept" "not as they were"; fi

# Killed at every kind of moment. The points are counted, not timed, so that they are the same on any machine: the calls
# that change files, of which a run that is left alone tells the number. Half of the kills at writes leave a torn write.
whole_reports() { # every day's folder holds all its files, each whole
	for folder in out-kill/2*; do
		[ -d "$folder" ] || continue
		for file in findings.csv junit.xml report.html report.json summary.txt; do
			[ -s "$folder/$file" ] || { echo "$folder lacks $file"; return; }
		done
		tail -c 20 "$folder/report.html" | grep -q '</html>' || { echo "$folder/report.html is cut"; return; }
		python3 -c 'import json, sys; json.load(open(sys.argv[1]))' "$folder/report.json" || return
	done
}
few() { # few STORE OUT [option..]: six nights, the last of them judged
	store=$1 out=$2
	shift 2
	"$T" nightly -q -S signatures1 -s site.json --spool few --store "$store" -o "$out" --settle 0 --day "$(day 5)" "$@"
}
killed() { # killed POINT [option..]: a run of few that dies there; what it was about to do goes to kills
	point=$1
	half=KILL_WHOLE
	[ $((point % 2)) = 0 ] || half=KILL_HALF
	shift
	rm -f last
	# Not by a function: the shell that waits for it would say that it was killed.
	{ env LD_PRELOAD="$W"/kill_at.so KILL_AT="$point" KILL_LOG="$W"/last $half=1 "$T" nightly -q -S signatures1 -s site.json \
		--spool few --store kill.db -o out-kill --settle 0 --day "$(day 5)" "$@"; } >>kill.log 2>&1
	[ $? -lt 128 ] || tail -1 last >>kills
}
if ${CC:-cc} -shared -fPIC -O1 -o kill_at.so "$HERE"/tests/tools/preload/kill_at.c -ldl 2>kill_at.log; then ok; else
	no "the tool that kills" "$(cat kill_at.log)"; fi
mkdir few
number=0
while [ $number -lt 6 ]; do
	cp -p spool/"$(day $number)"* few/
	number=$((number + 1))
done
few few.db out-few 2>>kill.log
python3 "$NIGHTS" dump few.db >few.dump
KILL_LOG=$W/calls LD_PRELOAD=$W/kill_at.so "$T" nightly -q -S signatures1 -s site.json --spool few --store counted.db \
	-o out-counted --settle 0 --day "$(day 5)" 2>>kill.log
points=$(wc -l <calls)
[ "$points" -gt 200 ] && ok || no "points to be killed at" "$points"
: >kills
# Every call of the reporting, and every so many of the others: each from nothing, then let run to its end.
logged=$(grep -c -- '-wal$' calls)
reports=$(grep -c 'out-' calls)
for point in $(awk -v every=$((logged / ${KILL_LOGGED:-25} + 1)) -v others=$(((points - logged - reports) / ${KILL_OTHERS:-12} + 1)) '
	/out-/ { print NR; next } /-wal$/ { if (n++ % every == 0) print NR; next } { if (m++ % others == 0) print NR }' calls); do
	rm -rf kill.db kill.db-wal kill.db-shm out-kill
	killed "$point"
	torn=$(whole_reports)
	few kill.db out-kill 2>>kill.log
	python3 "$NIGHTS" dump kill.db >kill.dump
	[ -z "$torn" ] && cmp -s few.dump kill.dump && diff -r -q out-few out-kill >/dev/null &&
		[ "$(ls -A out-kill | grep -c '^\.aside')" = 0 ] || {
		no "killed at call $point ($(sed -n "${point}p" calls))" "${torn:-not the same as undisturbed}"
		break
	}
done
# Killed again and again where it goes on, with two threads; the points drawn, but the same each time.
seed=7
chain=0
while [ $chain -lt ${KILL_CHAINS:-4} ]; do
	rm -rf kill.db kill.db-wal kill.db-shm out-kill
	link=0
	while [ $link -lt 6 ]; do
		seed=$(((seed * 1103515245 + 12345) % 2147483648))
		killed $((1 + seed / 65536 % points)) -j 2
		torn=$(whole_reports)
		[ -z "$torn" ] || no "killed again and again" "$torn"
		link=$((link + 1))
	done
	few kill.db out-kill -j 2 2>>kill.log
	python3 "$NIGHTS" dump kill.db >kill.dump
	cmp -s few.dump kill.dump && diff -r -q out-few out-kill >/dev/null || no "chain $chain" "not the same as undisturbed"
	chain=$((chain + 1))
done
# The tests above would pass if nothing had been killed, or only where it is harmless.
inside=$(grep -c -- '-wal$' kills)
reporting=$(grep -c 'out-' kills)
[ "$inside" -ge 20 ] && ok || no "kills within a transaction" "$inside, not 20"
[ "$reporting" -ge 10 ] && ok || no "kills while reporting" "$reporting, not 10"
[ "$(grep -c '^rename' kills)" -ge 2 ] && ok || no "kills before a rename" "$(grep -c '^rename' kills), not 2"
echo "$(wc -l <kills) runs killed at $points points: $inside within a transaction, $reporting while reporting"

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
