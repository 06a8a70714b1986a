#!/bin/sh
# What the live sensor costs: packets of 64 bytes as fast as they can be sent through a veth pair, to `tapaudit live` and to
# `tcpdump -w /dev/null` in turn, then to nobody: tests/bench/live.sh [PACKETS [FLOWS [RUNS]]]; with the defaults two to three
# minutes. CPU is user and system time of all threads while packets come, in ns a packet; medians of the runs. Exit status 1:
# a packet was dropped or counted wrongly. Needs the right to make network namespaces.
set -eu
cd "$(dirname "$0")/../.."
if [ "${1-}" != inside ]; then
	exec unshare -n "$0" inside "$@"
fi
shift
packets=${1:-4000000} flows=${2:-1000} runs=${3:-5}
W=$PWD/build/test/bench-live
mkdir -p "$W"
echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6
ip link add va type veth peer name vb
ip link set va up
ip link set vb up
sleep 0.3

cpu() { # cpu PID: ns so far, of all threads; 0: nobody
	cat /proc/"$1"/task/*/schedstat 2>/dev/null | awk '{sum += $1} END {printf "%.0f\n", sum}'
}

measure() { # measure NAME PID: what PID uses while packets are sent
	sleep 1
	before=$(cpu "$2")
	build/release/tools/live_send -f "$flows" -a -c "$packets" va >"$W/sent"
	sleep 0.6
	echo "$1 $before $(cpu "$2") $(sed 's/.* s, \([0-9]*\) pps.*/\1/' "$W/sent")" >>"$W/figures"
}

: >"$W/figures"
: >"$W/counts"
for _ in $(seq "$runs"); do
	# shellcheck disable=SC2086 # several options
	build/tapaudit live -q -i vb -s pcaps/cam.site.json -f json -o "$W/live.json" ${LIVE_OPTIONS-} &
	measure live $!
	kill -TERM $!
	wait $! || true
	python3 - "$W/live.json" >>"$W/counts" <<-'PY'
		import json, sys
		report = json.load(open(sys.argv[1]))["capture"]
		print("live", report["packets"], report["accounting"]["audited"], report["health"]["dropped"])
	PY
	tcpdump -q -i vb -s 384 -B 65536 -w /dev/null 2>"$W/tcpdump" &
	measure tcpdump $!
	kill $!
	wait $! || true
	sed -n 's/^\([0-9]*\) packets captured$/\1/p;s/^\([0-9]*\) packets dropped by kernel$/\1/p' "$W/tcpdump" |
		xargs echo tcpdump >>"$W/counts"
	measure nobody 0
done
python3 - "$W" "$packets" <<'PY'
import statistics
import sys
folder, packets = sys.argv[1], int(sys.argv[2])
figures, wrong = {}, 0
for line in open(folder + "/figures"):
    name, before, after, rate = line.split()
    figures.setdefault(name, []).append(((int(after) - int(before)) / packets, int(rate)))
counts = [line.split() for line in open(folder + "/counts")]
for name, values in figures.items():
    costs, rates = [v[0] for v in values], [v[1] for v in values]
    cost = f"median {statistics.median(costs):.1f} ns of CPU a packet ({min(costs):.1f} to {max(costs):.1f}); " if max(costs) else ""
    print(f"{name}: {cost}sent {min(rates)} to {max(rates)} packets a second, median {statistics.median(rates):.0f}")
for name, *values in counts:
    got, dropped = int(values[0]), int(values[-1])
    if dropped or name == "live" and (got != packets or int(values[-2]) != packets):
        wrong += name == "live"
        print(f"{name}: {' '.join(values)} of {packets} (packets, audited, dropped)")
print(f"live: {sum(1 for c in counts if c[0] == 'live') - wrong} of {sum(1 for c in counts if c[0] == 'live')} runs of {packets} "
      "packets with every packet counted, none dropped")
print(f"ratio {statistics.median(v[0] for v in figures['live']) / statistics.median(v[0] for v in figures['tcpdump']):.2f}")
sys.exit(1 if wrong else 0)
PY
