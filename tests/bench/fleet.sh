#!/bin/bash
# What a fleet's store takes and gives, on two ClickHouse nodes started here: nights of many sensors written by the program's own way, their
# size, and how long the report over 1, 10, 100, 1,000 sites of a night each takes. Called by hand; results go to build/bench/fleet/result.
#   FLEET_AGAIN=1: only the reports, over what was written before
#   FLEET_SENSORS=1000  FLEET_DAYS=10  FLEET_EDGES=84 (rows of edges a sensor and hour)  FLEET_WRITERS=2  FLEET_ROUNDS=3
# 1,000 sensors, 10 days of 84 x 24 rows are 20 million.
set -eu
cd "$(dirname "$0")/../.."
. tests/fleet/servers.sh
fleet_data=$PWD/build/bench/fleet/servers
sensors=${FLEET_SENSORS:-1000} days=${FLEET_DAYS:-10} edges=${FLEET_EDGES:-84} writers=${FLEET_WRITERS:-2} rounds=${FLEET_ROUNDS:-3}
program=${BENCH_PROGRAM:-build/tapaudit}
tools=${BENCH_TOOLS:-build/release/tools}
maker=$tools/make_fleet
timed=$tools/run_timed
out=build/bench/fleet
export TAPAUDIT_CLICKHOUSE_PASSWORD='secret of the fleet'
for tool in "$program" "$maker" "$timed" clickhouse-server; do
	command -v "$tool" >/dev/null || { echo "fleet: $tool is missing; run: make all tools, .ci/setup fleet" >&2; exit 2; }
done
trap 'set +e; servers_stop 2>/dev/null' EXIT
if [ -z "${FLEET_AGAIN:-}" ]; then
	rm -rf "$out"
	mkdir -p "$out"
	servers_start
else
	for i in 1 2; do node_config $i && node_start $i; done
fi
place="clickhouse://audit@127.0.0.1:$(http_port 1)/bench?cluster=fleet"
[ -n "${FLEET_AGAIN:-}" ] || "$program" store init --store "$place"

server_cpu() { # seconds of both nodes so far
	awk '{s += $14 + $15} END {printf "%.2f", s / 100}' "/proc/$(cat "$fleet_data/1/pid")/stat" "/proc/$(cat "$fleet_data/2/pid")/stat"
}
minus() { awk -v a="$1" -v b="$2" 'BEGIN {printf "%.2f", a - b}'; }

say() { echo "$*" | tee -a "$out/result"; }
say "$(date -u +%F), $(nproc) cores, $(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -1), load $(cut -d' ' -f1 /proc/loadavg); clickhouse-server $(dpkg-query -W -f '${Version}' clickhouse-server)"
fill() {
	each=$((sensors / writers))
	before=$(server_cpu)
	begin=$(date +%s.%N)
	pids=""
	for i in $(seq "$writers"); do
		mkdir -p "$out/sites.$i"
		count=$each
		[ "$i" -lt "$writers" ] || count=$((sensors - each * (writers - 1)))
		# A writer to each node in turn, so that both are asked and both hand on.
		TAPAUDIT_SPOOL=$out/spool.$i "$maker" -f $((each * (i - 1))) -n "$count" -d "$days" -e "$edges" "$out/sites.$i" \
			"clickhouse://audit@127.0.0.1:$(http_port $((1 + i % 2)))/bench?cluster=fleet" >"$out/writer.$i" 2>&1 &
		pids="$pids $!"
	done
	for pid in $pids; do wait "$pid" || { cat "$out"/writer.*; exit 1; }; done
	took=$(minus "$(date +%s.%N)" "$begin")
	rows=$((sensors * days * edges * 24))
	say "written: $rows rows of edges, $((sensors * days)) nights, $writers writers, $took s, $(awk -v r=$rows -v t="$took" 'BEGIN {printf "%.0f", r / t}') rows/s," \
		"$(awk -v n=$((sensors * days)) -v t="$took" 'BEGIN {printf "%.1f", n / t}') nights/s; servers $(minus "$(server_cpu)" "$before") s of processor"
}
[ -n "${FLEET_AGAIN:-}" ] || fill

# What it takes on disk, once parts are merged as they come to rest.
sleep 20
say "table, rows and bytes on disk of a sensor's night"
for i in 1 2; do sql $i "SELECT table, sum(rows), sum(bytes_on_disk) FROM system.parts WHERE active AND database = 'bench' GROUP BY table FORMAT TSV"; done |
	awk -v n=$((sensors * days)) '{r[$1] += $2; b[$1] += $3} END {for (t in r) {printf "%s\t%.1f\t%.0f\n", t, r[t] / n, b[t] / n; all += b[t]; rows += r[t]}
	printf "all\t%.1f\t%.0f\n", rows / n, all / n}' | sort | tee -a "$out/result"
say "parts: $(for i in 1 2; do sql $i "SELECT count() FROM system.parts WHERE active AND database = 'bench'"; done | tr '\n' ' ')"

say "report of a night: sites, rows of edges, wall, program's processor time, servers', memory (medians of $rounds)"
for count in 1 10 100 1000; do
	[ "$count" -le "$sensors" ] || continue
	rm -rf "$out/of.$count"
	mkdir -p "$out/of.$count"
	find "$out"/sites.* -name '*.json' | sort | sed -n "1,${count}p" | xargs cp -t "$out/of.$count"
	for _ in $(seq "$rounds"); do
		before=$(server_cpu)
		line=$("$timed" "$program" report -q -s "$out/of.$count" --store "$place" --since 2026-11-18 --until 2026-11-18 -f json -o "$out/report.json")
		[ "${line##* }" != 2 ] || { echo "fleet: the report fails" >&2; exit 2; }
		echo "$line $(minus "$(server_cpu)" "$before")"
	done >"$out/runs"
	sort -n "$out/runs" | awk -v count="$count" -v rows=$((count * edges * 24)) '{wall[NR] = $1; cpu[NR] = $2; memory[NR] = $3; server[NR] = $5}
		END {m = int((NR + 1) / 2); printf "%d\t%d\t%.2f s\t%.2f s\t%.2f s\t%.0f MB\n", count, rows, wall[m], cpu[m], server[m], memory[m] / 1e6}' | tee -a "$out/result"
done
line=$("$timed" "$program" report -q -s "$out/of.$((sensors < 1000 ? sensors : 1000))" --store "$place" -f json -o "$out/report.json")
say "report of all $days days: $line (wall, processor time, memory, status)"
