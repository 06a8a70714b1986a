#!/bin/bash
# What live sensors' days cost a fleet's store, on two ClickHouse nodes started here: segments, rows, bytes and the servers' processor time a
# sensor-day, by how often it sends; 0: every writing at once. Called by hand; results go to build/bench/fleet-live/result.
#   FLEET_SENSORS=2  FLEET_MINUTES=1440  FLEET_EDGES=84  FLEET_EVERY="900 3600 21600 0": seconds between sendings
set -eu
cd "$(dirname "$0")/../.."
. tests/fleet/servers.sh
fleet_data=$PWD/build/bench/fleet-live/servers
sensors=${FLEET_SENSORS:-2} minutes=${FLEET_MINUTES:-1440} edges=${FLEET_EDGES:-84}
program=${BENCH_PROGRAM:-build/tapaudit}
maker=${BENCH_TOOLS:-build/release/tools}/live_day
out=build/bench/fleet-live
export TAPAUDIT_CLICKHOUSE_PASSWORD='secret of the fleet'
for tool in "$program" "$maker" clickhouse-server; do
	command -v "$tool" >/dev/null || { echo "fleet_live: $tool is missing; run: make all tools, .ci/setup fleet" >&2; exit 2; }
done
trap 'set +e; servers_stop 2>/dev/null' EXIT
rm -rf "$out"
mkdir -p "$out"
servers_start

server_cpu() { # seconds of both nodes so far
	awk '{s += $14 + $15} END {printf "%.2f", s / 100}' "/proc/$(cat "$fleet_data/1/pid")/stat" "/proc/$(cat "$fleet_data/2/pid")/stat"
}
say() { echo "$*" | tee -a "$out/result"; }
both() { for i in 1 2; do sql $i "$1"; done | awk '{s += $1; t += $2} END {printf "%.0f %.0f\n", s, t}'; }
say "$(date -u +%F), $(nproc) cores, load $(cut -d' ' -f1 /proc/loadavg); $sensors sensors, $minutes minutes, $edges edges an hour"
say "how, writings, segments confirmed, rows, bytes on disk, of servers' processor time (all for one sensor's minutes), wall s in all"
for every in ${FLEET_EVERY:-900 3600 21600 0}; do
	place="clickhouse://audit@127.0.0.1:$(http_port 1)/every$every?cluster=fleet"
	"$program" store init --store "$place"
	before=$(server_cpu)
	line=$(TAPAUDIT_SPOOL=$out/spool.$every "$maker" -n "$sensors" -m "$minutes" -e "$edges" "$place&every=$every")
	cpu=$(awk -v a="$(server_cpu)" -v b="$before" 'BEGIN {printf "%.2f", a - b}')
	segments=$(sql 1 "SELECT count() FROM every$every.segment")
	sleep 10
	read -r rows bytes <<<"$(both "SELECT sum(rows), sum(bytes_on_disk) FROM system.parts WHERE active AND database = 'every$every'")"
	echo "$line" | awk -v n="$sensors" -v every="$every" -v segments="$segments" -v rows="$rows" -v bytes="$bytes" -v cpu="$cpu" \
		'{printf "every=%d\t%.0f\t%.0f\t%.0f\t%.0f\t%.2f s\t%s\n", every, $3 / n, segments / n, rows / n, bytes / n, cpu / n, $(NF - 1)}' | tee -a "$out/result"
done
