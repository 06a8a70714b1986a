#!/bin/sh
# The sample captures are what their generator writes, every one is told in pcaps/README.md and run by tests/golden/TESTLIST,
# dissects cleanly, and is judged as tests/golden/VERDICTS says, with filters that select the proof; together they show every
# rule of every matrix.
# --update rewrites pcaps/ from the generator.
set -u
cd "$(dirname "$0")/.." || exit 2
generator=build/release/tools/make_samples
made=build/samples
passed=0
failed=0

good() {
	passed=$((passed + 1))
}

bad() { # bad WORDS..
	failed=$((failed + 1))
	echo "FAIL $*"
}

check() { # check WORDS COMMAND..: one check; WORDS say what is wrong when COMMAND fails
	words=$1
	shift
	if "$@" >/dev/null 2>&1; then good; else bad "$words"; fi
}

[ -x $generator ] || make -s $generator || exit 2
rm -rf $made
mkdir -p $made
$generator $made || exit 2
if [ "${1:-}" = --update ]; then
	rm -f pcaps/*.pcap*
	cp $made/* pcaps/
	echo "wrote $(find $made -type f | wc -l) captures to pcaps/"
	exit 0
fi

for file in "$made"/*; do
	name=$(basename "$file")
	check "$name: pcaps/ has other bytes than the generator writes, or none" cmp "$file" "pcaps/$name"
	check "$name: pcaps/README.md does not tell it" grep -qF "\`$name\`" pcaps/README.md
	check "$name: no golden run reads it" grep -qF "pcaps/$name" tests/golden/TESTLIST
done
for file in pcaps/*.pcap*; do
	check "$file: no generator writes it" test -e "$made/$(basename "$file")"
done
for file in pcaps/*.site.json; do
	check "$file: pcaps/README.md does not tell it" grep -qF "\`$(basename "$file")\`" pcaps/README.md
	check "$file: no golden run reads it" grep -qF "$file" tests/golden/TESTLIST
done

# One file after the other in one run. Left out: the cut file, which cannot be merged, and the two halves of the split tap;
# all their packets are in good days.
if command -v tshark >/dev/null && command -v mergecap >/dev/null; then
	find "$made" -type f ! -name '*truncated*' ! -name '*split-tap*' | sort | xargs mergecap -a -w "$made/all.pcapng"
	tshark -r "$made/all.pcapng" -o ip.check_checksum:TRUE -o tcp.check_checksum:TRUE -o udp.check_checksum:TRUE \
		-o tcp.analyze_sequence_numbers:FALSE \
		-Y '_ws.malformed or ip.checksum.status == 0 or tcp.checksum.status == 0 or udp.checksum.status == 0' \
		>"$made/malformed.txt" 2>/dev/null
	if [ -s "$made/malformed.txt" ]; then
		bad "malformed packets or wrong checksums:"
		head -5 "$made/malformed.txt"
	else
		good
	fi
	rm -f "$made/all.pcapng" "$made/malformed.txt"
else
	echo "skipped: no tshark, so nobody looked for malformed packets"
fi

count() { # count SCRIPT: runs it, prints its failures, adds what its last line counts
	name=$(basename "$1" .py)
	python3 "$1" >"build/$name.txt" 2>&1
	status=$?
	grep -v '^ok' "build/$name.txt" | sed '$d'
	counted=$(sed -n '$s/^\([0-9]*\) passed, \([0-9]*\) failed$/\1 \2/p' "build/$name.txt")
	if [ -n "$counted" ]; then
		passed=$((passed + ${counted% *}))
		failed=$((failed + ${counted#* }))
	else
		bad "$1: exit status $status: $(tail -1 "build/$name.txt")"
	fi
}

count tests/tools/sample_verdicts.py
count tests/tools/sample_filters.py
count tests/tools/matrix_coverage.py
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
