#!/bin/sh
# What the live sensor costs: packets of 64 bytes as fast as they can be sent through a veth pair, to `tapaudit live` and to
# `tcpdump -w /dev/null` in turn: tests/bench/live.sh [PACKETS [FLOWS [RUNS]]]. CPU is user and system time of the process while
# packets come, in ns a packet; medians of the runs. Needs the right to make network namespaces.
set -eu
cd "$(dirname "$0")/../.."
if [ "${1-}" != inside ]; then
	exec unshare -n "$0" inside "$@"
fi
shift
packets=${1:-5000000} flows=${2:-1000} runs=${3:-5}
W=$PWD/build/test/bench-live
mkdir -p "$W"
echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6
ip link add va type veth peer name vb
ip link set va up
ip link set vb up
sleep 0.3

cpu() { # cpu PID: hundredths of a second so far
	sed 's/.*) //' "/proc/$1/stat" | awk '{print $12 + $13}'
}

measure() { # measure NAME PID: what PID uses while packets are sent
	sleep 1
	before=$(cpu "$2")
	build/release/tools/live_send -f "$flows" -a -c "$packets" va >"$W/sent"
	sleep 0.6
	after=$(cpu "$2")
	rate=$(sed 's/.* s, \([0-9]*\) pps.*/\1/' "$W/sent")
	echo "$1 $(((after - before) * 10000000 / packets)) $rate" >>"$W/figures"
}

: >"$W/figures"
for _ in $(seq "$runs"); do
	# shellcheck disable=SC2086 # several options
	build/tapaudit live -q -i vb -s pcaps/cam.site.json -f json -o "$W/live.json" ${LIVE_OPTIONS-} &
	measure live $!
	kill -TERM $!
	wait $! || true
	python3 - "$W/live.json" "$packets" <<-'PY'
		import json, sys
		report = json.load(open(sys.argv[1]))["capture"]
		print(f"live: {report['packets']} of {sys.argv[2]} packets, {report['health']['dropped']} dropped")
	PY
	tcpdump -q -i vb -s 384 -B 65536 -w /dev/null 2>"$W/tcpdump" &
	measure tcpdump $!
	kill $!
	wait $! || true
	sed -n 's/^\([0-9]* packets \(captured\|dropped by kernel\)\)$/tcpdump: \1/p' "$W/tcpdump"
done
python3 - "$W/figures" <<'PY'
import statistics
import sys
figures = {}
for line in open(sys.argv[1]):
    name, cost, rate = line.split()
    figures.setdefault(name, []).append((int(cost), int(rate)))
for name, values in figures.items():
    print(f"{name}: median {statistics.median(v[0] for v in values):.0f} ns of CPU a packet; "
          f"{min(v[1] for v in values)} to {max(v[1] for v in values)} packets a second")
print(f"ratio {statistics.median(v[0] for v in figures['live']) / statistics.median(v[0] for v in figures['tcpdump']):.2f}")
PY
