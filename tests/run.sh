#!/bin/sh
# Every test, one step after the other; the last line adds them up: "N passed, M failed".
# A step's own last line "N passed, M failed", or Criterion's closing line, says how many it was; without either a step
# counts as one.
set -u
cd "$(dirname "$0")/.." || exit 2
mkdir -p build/test
passed=0
failed=0
jobs=$(nproc 2>/dev/null || echo 2)

count() { # count FILE STATUS: adds what the step's output says
	plain=$(grep -E '^[0-9]+ passed, [0-9]+ failed' "$1" | tail -1)
	criterion=$(sed 's/\x1b\[[0-9;]*m//g' "$1" | grep -E 'Tested: [0-9]+ \| Passing: [0-9]+ \| Failing: [0-9]+' | tail -1)
	if [ -n "$plain" ]; then
		good=$(echo "$plain" | sed -E 's/^([0-9]+) passed.*/\1/')
		bad=$(echo "$plain" | sed -E 's/.* ([0-9]+) failed.*/\1/')
	elif [ -n "$criterion" ]; then
		good=$(echo "$criterion" | sed -E 's/.*Passing: ([0-9]+).*/\1/')
		tested=$(echo "$criterion" | sed -E 's/.*Tested: ([0-9]+).*/\1/')
		bad=$((tested - good))
	else
		good=1
		bad=0
		[ "$2" = 0 ] || { good=0; bad=1; }
	fi
	# A step that failed without counting a failure still failed.
	[ "$2" = 0 ] || [ "$bad" -gt 0 ] || bad=1
	passed=$((passed + good))
	failed=$((failed + bad))
}

step() { # step NAME COMMAND..
	name=$1
	shift
	start=$(date +%s)
	"$@" >"build/test/$name.log" 2>&1
	status=$?
	count "build/test/$name.log" "$status"
	took=$(($(date +%s) - start))
	if [ "$status" = 0 ]; then
		printf 'ok   %-16s %5s tests %4ss\n' "$name" "$good" "$took"
	else
		printf 'FAIL %-16s %5s passed, %s failed, %ss; the end of build/test/%s.log:\n' "$name" "$good" "$bad" "$took" "$name"
		grep -v '^  CC\|^  LINK\|^  TOOL' "build/test/$name.log" | tail -40 | sed 's/^/     /'
	fi
}

step build make -s -j"$jobs" all tools
step floors tests/floors.sh
step banned tests/banned.sh
step unit make -s -j"$jobs" unit
step unit-asan make -s -j"$jobs" BUILD=asan SAN=address,undefined OPT=-O1\ -g unit
step cut-road make -s -j"$jobs" BUILD=asan SAN=address,undefined OPT=-O1\ -g cut-road
step fuzz-brief make -s -j"$jobs" fuzz-brief
step signatures tests/signatures.sh
step samples tests/samples.sh
step report-schema tests/report_schema.sh
step event-schema tests/event_schema.sh
step golden tests/golden.sh
step threads tests/threads.sh
step command-line tests/command_line.sh
step sandbox tests/sandbox.sh
step man tests/man.sh
step nightly tests/nightly.sh
step nightly-cases tests/nightly_cases.sh
step live tests/live.sh
step service tests/service.sh
step fleet tests/fleet.sh
step fleet-sensors tests/fleet_sensors.sh
step live-fleet tests/live_fleet.sh
step systemd tests/systemd.sh
step real-captures tests/real_captures.sh
step conformance tests/conformance/conformance.sh
step report-readers tests/report_readers.sh
step flood tests/flood.sh
step health python3 tests/tools/health.py build/tapaudit
step browser tests/browser.sh
step fleet-browser tests/fleet_browser.sh

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
