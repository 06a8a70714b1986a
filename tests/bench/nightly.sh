#!/bin/sh
# What taking a night into a store, judging, comparing and reporting it costs, next to auditing the same captures: 10 million
# packets over 100,000 edges in one file, in twelve, and over 5,000 edges as an office has them. Runs alternate; processor time (user and
# system) is what to compare, since the wall time is that of whatever else runs. Called by hand.
#   BENCH_ROUNDS=5   BENCH_DIVIDE=10: a tenth of the packets   BENCH_SITE=FILE   BENCH_PROGRAM=PROGRAM
set -eu
cd "$(dirname "$0")/../.."

program=${BENCH_PROGRAM:-build/tapaudit}
tools=${BENCH_TOOLS:-build/release/tools}
folder=${BENCH_FOLDER:-build/bench}/nightly
rounds=${BENCH_ROUNDS:-5}
packets=$((10000000 / ${BENCH_DIVIDE:-1}))
site=${BENCH_SITE:-pcaps/dsview.site.json}
day=2023-11-14 # of make_load's stamps
export SOURCE_DATE_EPOCH=1795140000
mkdir -p "$folder"

for tool in "$program" "$tools/make_load" "$tools/run_timed"; do
	[ -x "$tool" ] || { echo "nightly: $tool is missing; run: make all tools" >&2; exit 2; }
done

make_spools() {
	for edges in 100000 5000; do
		spool=$folder/$edges-$packets
		[ -d "$spool" ] || {
			rm -rf "$spool.part"
			mkdir "$spool.part"
			"$tools/make_load" -n "$packets" -f "$edges" -s 1 small "$spool.part/night.pcap"
			mv "$spool.part" "$spool"
		}
	done
	spool=$folder/rotated-$packets
	[ -d "$spool" ] || {
		rm -rf "$spool.part"
		mkdir "$spool.part"
		python3 - "$folder/100000-$packets/night.pcap" "$spool.part" <<'END'
import sys
RECORD, FILES = 16 + 64, 12
with open(sys.argv[1], "rb") as source:
    head = source.read(24)
    records = (source.seek(0, 2) - 24) // RECORD
    source.seek(24)
    for number in range(FILES):
        count = records // FILES + (records % FILES if number == FILES - 1 else 0)
        with open(f"{sys.argv[2]}/part-{number:02}.pcap", "wb") as out:
            out.write(head + source.read(count * RECORD))
END
		mv "$spool.part" "$spool"
	}
}

run_one() { # name, command
	name=$1
	shift
	line=$("$tools/run_timed" "$@")
	case ${line##* } in
	0 | 1 | 3) echo "$load $name $line" >>"$folder/runs" ;;
	*) echo "nightly: exit status ${line##* } from: $*" >&2; exit 2 ;;
	esac
}

make_spools
: >"$folder/runs"
for load in "100000-$packets" "rotated-$packets" "5000-$packets"; do
	cat "$folder/$load"/* >/dev/null
	round=0
	while [ "$round" -lt "$rounds" ]; do
		rm -rf "$folder/n.db" "$folder/n.db-wal" "$folder/n.db-shm" "$folder/out"
		run_one audit "$program" audit -q -s "$site" -o /dev/null "$folder/$load"
		run_one nightly "$program" nightly -q -s "$site" --spool "$folder/$load" --store "$folder/n.db" -o "$folder/out" \
			--settle 0 --day $day
		# A day is judged that holds nothing: what taking the night in costs by itself.
		rm -rf "$folder/i.db" "$folder/i.db-wal" "$folder/i.db-shm" "$folder/taken"
		run_one taking "$program" nightly -q -s "$site" --spool "$folder/$load" --store "$folder/i.db" -o "$folder/taken" \
			--settle 0 --day 2020-01-01
		# Nothing is new: judging the stored day, and its reports, alone.
		run_one judging "$program" nightly -q -s "$site" --spool "$folder/$load" --store "$folder/n.db" -o "$folder/out" \
			--settle 0 --day $day
		round=$((round + 1))
	done
	echo "$load size $(wc -c <"$folder/n.db")" >>"$folder/runs"
done
rm -rf "$folder"/[in].db "$folder"/[in].db-wal "$folder"/[in].db-shm "$folder"/[in].db.lock "$folder/out" "$folder/taken"

# Lines of "runs": load what wall cpu memory status; load size bytes.
awk '
function sorted(key, from,   n, i, j, t) {
	n = count[key]
	for (i = 1; i <= n; i++) list[i] = from[key, i]
	for (i = 2; i <= n; i++) for (j = i; j > 1 && list[j] < list[j - 1]; j--) { t = list[j]; list[j] = list[j - 1]; list[j - 1] = t }
	return n
}
function median(key, from,   n) { n = sorted(key, from); return n % 2 ? list[(n + 1) / 2] : (list[n / 2] + list[n / 2 + 1]) / 2 }
function least(key, from) { sorted(key, from); return list[1] }
$2 == "size" { bytes[$1] = $3; order[++loads] = $1; next }
{ key = $1 " " $2; wall[key, ++count[key]] = $3; cpu[key, count[key]] = $4; if ($5 > peak[key]) peak[key] = $5 }
END {
	printf "%-18s %-8s %12s %12s %12s %8s %12s\n", "night", "what", "cpu median", "cpu least", "wall median", "ratio", "memory MiB"
	for (l = 1; l <= loads; l++) {
		split("audit taking judging nightly", whats, " ")
		for (w = 1; w <= 4; w++) {
			key = order[l] " " whats[w]
			ratio = median(key, cpu) / median(order[l] " audit", cpu)
			printf "%-18s %-8s %12.3f %12.3f %12.3f %8.3f %12.1f\n", order[l], whats[w], median(key, cpu), least(key, cpu), median(key, wall), ratio, peak[key] / 1048576
			if (whats[w] == "taking" && ratio > 1.10) missed = 1
			if (whats[w] == "judging" && median(key, cpu) >= 1) missed = 1
		}
		printf "%-18s store of %.1f MB\n", order[l], bytes[order[l]] / 1e6
	}
	if (missed) print "missed: taking at most 1.10 of an audit, judging a stored day under a second"
	exit missed
}' "$folder/runs"
