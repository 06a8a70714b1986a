#!/bin/sh
# What taking a night into a store, judging, comparing and reporting it costs, next to auditing the same captures: 10 million
# packets over 100,000 edges in one file, in twelve, and over 5,000 edges as an office has them. All packets are spread over the 24 hours of
# a day, each flow is within one quarter hour (a row an edge), and all listeners are bound, so that every edge is judged and
# thousands of them are findings; what each night is stands before its figures. "lasting": flows that last all day, a
# row for each quarter hour of each, which no floor speaks of. Runs alternate; processor time (user and system) is what to
# compare, since the wall time is that of whatever else runs. Called by hand.
#   BENCH_ROUNDS=5   BENCH_DIVIDE=10: a tenth of the packets   BENCH_SITE=FILE   BENCH_PROGRAM=PROGRAM   BENCH_LASTING=1
set -eu
cd "$(dirname "$0")/../.."

program=${BENCH_PROGRAM:-build/tapaudit}
tools=${BENCH_TOOLS:-build/release/tools}
folder=${BENCH_FOLDER:-build/bench}/nightly
rounds=${BENCH_ROUNDS:-5}
packets=$((10000000 / ${BENCH_DIVIDE:-1}))
site=${BENCH_SITE:-$folder/site.json}
day=2023-11-14 # of make_load's stamps
export SOURCE_DATE_EPOCH=1795140000
mkdir -p "$folder"
# All hosts of make_load, its listeners as hosts of the product.
cat >"$folder/site.json" <<'END'
{"schema": "tapaudit.site/1", "name": "Bench", "systems": [{"name": "bench", "signature": "avocent-dsview",
  "roles": {"server": ["10.255.0.1"], "kvm-switch": ["10.200.0.0/22"], "client": ["10.0.0.0/16"]}}]}
END

for tool in "$program" "$tools/make_load" "$tools/run_timed"; do
	[ -x "$tool" ] || { echo "nightly: $tool is missing; run: make all tools" >&2; exit 2; }
done

make_spools() {
	for night in day-100000 day-5000 ${BENCH_LASTING:+lasting-100000}; do
		spool=$folder/$night-$packets
		[ -d "$spool" ] || {
			rm -rf "$spool.part"
			mkdir "$spool.part"
			"$tools/make_load" -n "$packets" -f "${night#*-}" -s 1 "${night%-*}" "$spool.part/night.pcap"
			mv "$spool.part" "$spool"
		}
	done
	spool=$folder/rotated-day-$packets
	[ -d "$spool" ] || {
		rm -rf "$spool.part"
		mkdir "$spool.part"
		python3 - "$folder/day-100000-$packets/night.pcap" "$spool.part" <<'END'
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

# What the night is: when, which edges, how many findings.
describe() {
	"$program" audit -q -s "$site" -f json -o "$folder/what.json" "$folder/$1" || [ $? = 1 ]
	python3 - "$folder/what.json" "$1" <<'END'
import json, sys
report = json.load(open(sys.argv[1]))
edges = ", ".join(f"{count} {verdict}" for verdict, count in report["edges"].items() if count)
times = sorted(entry[name] for entry in report["inputs"] for name in ("first", "last"))
print(f"{sys.argv[2]}: {times[0][:19]} to {times[-1][:19]}, edges: {edges}; {len(report['findings'])} findings")
END
	rm "$folder/what.json"
}

make_spools
: >"$folder/runs"
for load in "day-100000-$packets" "rotated-day-$packets" "day-5000-$packets" ${BENCH_LASTING:+"lasting-100000-$packets"}; do
	cat "$folder/$load"/* >/dev/null
	describe "$load"
	round=0
	while [ "$round" -lt "$rounds" ]; do
		rm -rf "$folder/n.db" "$folder/n.db-wal" "$folder/n.db-shm" "$folder/out"
		# Watching alone: a site that none of it concerns. What taking is held against.
		run_one watching "$program" audit -q -s pcaps/dsview.site.json -o /dev/null "$folder/$load"
		run_one audit "$program" audit -q -s "$site" -o /dev/null "$folder/$load"
		run_one nightly "$program" nightly -q -s "$site" --spool "$folder/$load" --store "$folder/n.db" -o "$folder/out" \
			--settle 0 --day $day
		# A day is judged that holds nothing: what taking the night in costs by itself.
		rm -rf "$folder/i.db" "$folder/i.db-wal" "$folder/i.db-shm" "$folder/taken"
		run_one taking "$program" nightly -q -s "$site" --spool "$folder/$load" --store "$folder/i.db" -o "$folder/taken" \
			--settle 0 --day 2020-01-01
		# The stored day, without a report to speak of; and with the five of a night, in which nothing is new.
		run_one judging "$program" report -q -s "$site" --store "$folder/n.db" -f junit -o /dev/null
		run_one again "$program" nightly -q -s "$site" --spool "$folder/$load" --store "$folder/n.db" -o "$folder/out" \
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
	printf "%-24s %-8s %12s %12s %12s %8s %12s\n", "night", "what", "cpu median", "cpu least", "wall median", "ratio", "memory MiB"
	for (l = 1; l <= loads; l++) {
		split("watching taking audit judging again nightly", whats, " ")
		for (w = 1; w <= 6; w++) {
			key = order[l] " " whats[w]
			ratio = median(key, cpu) / median(order[l] " watching", cpu)
			printf "%-24s %-8s %12.3f %12.3f %12.3f %8.3f %12.1f\n", order[l], whats[w], median(key, cpu), least(key, cpu), median(key, wall), ratio, peak[key] / 1048576
			if (order[l] ~ /^lasting/) continue
			if (whats[w] == "taking" && ratio > 1.10) missed = 1
			if (whats[w] == "judging" && median(key, cpu) >= 1) missed = 1
		}
		printf "%-24s store of %.1f MB\n", order[l], bytes[order[l]] / 1e6
	}
	if (missed) print "missed: taking at most 1.10 of watching, judging a stored day under a second"
	exit missed
}' "$folder/runs"
