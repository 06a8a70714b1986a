#!/bin/bash
# The live sensor with a fleet's store: one ClickHouse node of Debian's and a veth pair, in a network namespace that goes with the
# test. What is stored is held against what the sensor says, through kills and while the server is away. Skipped with a word
# where the server or namespaces are not there. `live_fleet.sh TEST..` runs these only. Last line: "N passed, M failed".
set -u
cd "$(dirname "$0")/.." || exit 2
if ! command -v clickhouse-server >/dev/null || ! unshare -n ip link add va type veth peer name vb 2>/dev/null; then
	echo "skipped: no clickhouse-server here, or network namespaces are not permitted"
	echo "0 passed, 0 failed"
	exit 0
fi
[ "${1-}" = inside ] || exec unshare -n "$0" inside "$@"
shift
. tests/fleet/servers.sh
fleet_data=$PWD/build/test/live-fleet/server
W=$PWD/build/test/live-fleet
rm -rf "$W"
mkdir -p "$W"
trap 'node_stop 1 KILL' EXIT
export TAPAUDIT_CLICKHOUSE_PASSWORD='secret of the fleet'
ip link set lo up
node_config 1
node_start 1 || { echo "0 passed, 1 failed"; exit 1; }
disown -a
LIVE_STORE="clickhouse://audit@127.0.0.1:$(http_port 1)/live" LIVE_SERVER_CONFIG=$fleet_data/1/config.xml \
	LIVE_SERVER_PID=$(cat "$fleet_data/1/pid") LIVE_SERVER_URL="http://127.0.0.1:$(http_port 1)/" \
	python3 tests/live_fleet_tests.py "$W" "$@"
