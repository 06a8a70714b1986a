#!/bin/sh
# What an audit costs, next to libpcap's empty loop on the same file. Makes the workloads once, runs every program in turn,
# five rounds, and prints medians of the wall time, the ratio to the empty loop and the peak of memory beyond the mapping.
#   BENCH_DIVIDE=10   workloads a tenth as large        BENCH_ROUNDS=5   BENCH_WORKLOADS="small imix"
#   BENCH_SITE=FILE   the site file to audit against (default: the first one under pcaps/)
set -eu
cd "$(dirname "$0")/../.."

program=${BENCH_PROGRAM:-build/tapaudit}
tools=${BENCH_TOOLS:-build/release/tools}
folder=${BENCH_FOLDER:-build/bench}
rounds=${BENCH_ROUNDS:-5}
divide=${BENCH_DIVIDE:-1}
wanted=${BENCH_WORKLOADS:-small many imix flood scan}
site=${BENCH_SITE:-$(find pcaps -name '*site*.json' 2>/dev/null | sort | head -1)}
mkdir -p "$folder"

for tool in "$program" "$tools/make_load" "$tools/pcap_loop" "$tools/run_timed"; do
	[ -x "$tool" ] || { echo "bench: $tool is missing; run: make all tools" >&2; exit 2; }
done
[ -n "$site" ] || { echo "bench: no site file under pcaps/; name one: BENCH_SITE=FILE" >&2; exit 2; }

# name: kind, packets, flows
workload() {
	case $1 in
	small) echo "small 10000000 100000" ;;
	many) echo "small 10000000 5000000" ;;
	imix) echo "imix 4000000 100000" ;;
	flood) echo "flood 2000000 1" ;;
	scan) echo "scan 2000000 1" ;;
	*) echo "bench: no workload \"$1\"; there are: small many imix flood scan" >&2; return 2 ;;
	esac
}

# Attacks are met with the memory of a small box.
options() {
	case $1 in
	flood | scan) echo "--memory 256M" ;;
	esac
}

# Made under another name first, so that a run that was broken off leaves no half file behind.
make_file() {
	file=$folder/$1-$divide.pcap
	shape=$(workload "$1") || exit 2
	# shellcheck disable=SC2086
	set -- $shape
	[ -s "$file" ] || {
		"$tools/make_load" -n $(($2 / divide)) -f "$3" -s 1 "$1" "$file.part"
		mv "$file.part" "$file"
	}
	cat "$file" >/dev/null
}

run_one() { # name, wanted exit statuses, command
	name=$1
	allowed=$2
	shift 2
	line=$("$tools/run_timed" "$@")
	case " $allowed " in
	*" ${line##* } "*) echo "$current $name $line" >>"$folder/runs" ;;
	*) echo "bench: exit status ${line##* } from: $*" >&2; exit 2 ;;
	esac
}

: >"$folder/runs"
for current in $wanted; do
	make_file "$current"
	round=0
	while [ "$round" -lt "$rounds" ]; do
		run_one pcap_loop 0 "$tools/pcap_loop" "$file"
		# shellcheck disable=SC2086
		run_one tapaudit "0 1 3" "$program" audit -q -s "$site" -o /dev/null $(options "$current") "$file"
		! command -v tcpdump >/dev/null || run_one tcpdump 0 tcpdump -r "$file" -w /dev/null
		round=$((round + 1))
	done
	echo "$current $("$tools/pcap_loop" "$file" | cut -d' ' -f1)" >>"$folder/runs"
done

# Lines of "runs": workload program wall cpu bytes status; workload packets.
awk -v out="$folder/result.json" '
function median(key,   n, i, j, t, list) {
	n = count[key]
	for (i = 1; i <= n; i++) list[i] = wall[key, i]
	for (i = 2; i <= n; i++) for (j = i; j > 1 && list[j] < list[j - 1]; j--) { t = list[j]; list[j] = list[j - 1]; list[j - 1] = t }
	return n % 2 ? list[(n + 1) / 2] : (list[n / 2] + list[n / 2 + 1]) / 2
}
NF == 2 { packets[$1] = $2; order[++workloads] = $1; next }
{ key = $1 " " $2; wall[key, ++count[key]] = $3; if ($5 > peak[key]) peak[key] = $5 }
END {
	split("pcap_loop tapaudit tcpdump", programs, " ")
	printf "%-8s %-10s %10s %12s %8s %12s\n", "load", "program", "seconds", "ns a packet", "ratio", "memory MiB"
	printf "{\"schema\": \"tapaudit.bench/1\", \"results\": [" > out
	for (w = 1; w <= workloads; w++) for (p = 1; p <= 3; p++) {
		key = order[w] " " programs[p]
		if (!count[key]) continue
		m = median(key); ratio = m / median(order[w] " pcap_loop")
		printf "%-8s %-10s %10.3f %12.1f %8.2f %12.1f\n", order[w], programs[p], m, m * 1e9 / packets[order[w]], ratio, peak[key] / 1048576
		printf "%s\n  {\"load\": \"%s\", \"program\": \"%s\", \"packets\": %d, \"runs\": %d, \"median_seconds\": %.4f, \"ratio\": %.3f, \"peak_bytes\": %d}", sep, order[w], programs[p], packets[order[w]], count[key], m, ratio, peak[key] > out
		sep = ","
	}
	print "\n]}" > out
}' "$folder/runs"
