#!/bin/sh
# The command line as a user meets it: exit statuses, whole error lines, files that appear whole or not at all.
set -u
cd "$(dirname "$0")/.." || exit 2
T=build/tapaudit
W=build/command-line
rm -rf "$W"
mkdir -p "$W"
. tests/tools/kit.sh
GOOD=pcaps/kvmnet2-good-day.pcapng
BAD=pcaps/kvmnet2-wrong-direction.pcap
SITE=pcaps/kvmnet2.site.json
export NO_COLOR=1 SOURCE_DATE_EPOCH=1795140000 LC_ALL=C.UTF-8

# runs NAME STATUS "WHOLE LAST LINE OF STANDARD ERROR" COMMAND..
runs() {
	name=$1 status=$2 line=$3
	shift 3
	"$@" >"$W/out" 2>"$W/err" </dev/null
	got=$?
	last=$(tail -1 "$W/err")
	if [ "$got" != "$status" ]; then
		no "$name" "exit status $got, not $status: $last"
	elif [ "$last" != "$line" ]; then
		no "$name" "said \"$last\", not \"$line\""
	else
		ok
	fi
}

# holds NAME TEXT FILE: the file has this text.
holds() {
	if grep -qF -- "$2" "$3"; then ok; else no "$1" "$3 lacks \"$2\""; fi
}

runs "a good day passes" 0 "" $T audit -q -s $SITE $GOOD
holds "verdict first" "PASS  Lakeside laboratory" "$W/out"
runs "violations fail" 1 "" $T audit -q -s $SITE $BAD
runs "fail-on above all passes" 1 "" $T audit -q --fail-on high -s $SITE $BAD
runs "a site that was not there is inconclusive" 3 "" $T audit -q -s pcaps/wdm.site.json $GOOD
runs "no command" 2 "Exit status: 0 pass, 1 fail, 2 trouble, 3 inconclusive." $T
runs "unknown command" 2 "tapaudit: no such command: adit; tapaudit --help lists them" $T adit
runs "unknown option" 2 "tapaudit: audit: no such option: --frob; tapaudit audit --help lists the options" $T audit --frob x
runs "missing value" 2 "tapaudit: audit: a value is missing after -s; tapaudit audit --help lists the options" $T audit -s
runs "no operand" 2 "tapaudit: usage: tapaudit audit [options] FILE|DIR|-...; --help tells more" $T audit
runs "an option twice" 2 "tapaudit: --site: given twice, \"a\" and \"b\"; one is taken" $T audit -s a -s b $GOOD
runs "a system that the site lacks" 2 "tapaudit: pcaps/wdm.site.json: no system \"clearone-converge-pro\"; systems are ward-terminals (wyse-wdm)" $T matrix -s pcaps/wdm.site.json clearone-converge-pro
$T flows -q $GOOD 2>"$W/err" | head -1 >/dev/null
[ -s "$W/err" ] && no "a closed pipe" "said $(cat "$W/err")" || ok
runs "bad severity" 2 "tapaudit: --fail-on: \"awful\" is none of info, low, medium, high" $T audit --fail-on awful -s $SITE $GOOD
runs "bad expect" 2 "tapaudit: --expect: \"some\" is not all" $T audit --expect some -s $SITE $GOOD
runs "bad size" 2 "tapaudit: --memory: \"much\" is not a size such as 512M, at least 1M" $T audit --memory much -s $SITE $GOOD
runs "bad key" 2 "tapaudit: --key: \"port\" is neither vlan nor vni" $T flows --key port $GOOD
runs "bad format" 2 "tapaudit: --format: \"yaml\" is no format; formats are text, json, html, csv, junit" $T audit -f yaml -s $SITE $GOOD
runs "empty format" 2 "tapaudit: --format: \"\" is no format; formats are text, json, html, csv, junit" $T audit -f "" -s $SITE $GOOD
runs "bad flow format" 2 "tapaudit: --format: \"yaml\" is neither csv nor json" $T flows -f yaml $GOOD
runs "formats need a folder" 2 "tapaudit: several formats need a folder: -o DIR" $T audit -f text,json -s $SITE $GOOD
runs "missing site" 2 "tapaudit: $W/none.json: cannot be read: No such file or directory" $T audit -s "$W/none.json" $GOOD
runs "missing capture" 2 "tapaudit: $W/none.pcap: cannot be opened: No such file or directory; check the name" $T audit -q -s $SITE "$W/none.pcap"
runs "bad signature folder" 2 "tapaudit: $W/none: cannot be read: No such file or directory" $T audit -S "$W/none" -s $SITE $GOOD
: >"$W/empty.pcap"
runs "empty capture" 2 "tapaudit: $W/empty.pcap: empty: holds no bytes; was it copied whole?" $T audit -q -s $SITE "$W/empty.pcap"
echo "just words" >"$W/words.pcap"
$T audit -q -s $SITE "$W/words.pcap" >/dev/null 2>"$W/err"
holds "a foreign capture is named" "tapaudit: $W/words.pcap: not a capture" "$W/err"
mkdir -p "$W/void"
runs "a folder without captures" 2 "tapaudit: $W/void: a folder that holds no captures; name one that does" $T audit -q -s $SITE "$W/void"

# What could be read is reported although something else could not.
runs "trouble wins over fail" 2 "tapaudit: $W/none.pcap: cannot be opened: No such file or directory; check the name" $T audit -q -f json -s $SITE "$W/none.pcap" $BAD
holds "the verdict stays what it is" '"verdict": "fail"' "$W/out"
head -c 20000 $BAD >"$W/cut.pcap"
$T audit -q -f json -s $SITE "$W/cut.pcap" >"$W/out" 2>"$W/err"
[ $? = 2 ] && ok || no "a cut file is trouble" "exit status"
holds "a cut file is reported as far as it goes" '"status": "cut"' "$W/out"
holds "a cut file is named" "tapaudit: $W/cut.pcap: cut short" "$W/err"
$T audit -q --accept-cut -s $SITE "$W/cut.pcap" >"$W/out" 2>"$W/err"
[ $? = 1 ] && ok || no "accept-cut" "exit status; $(cat "$W/err")"

head -c 10 $BAD >"$W/stub.pcap"
$T audit -q --accept-cut -s $SITE "$W/stub.pcap" >"$W/out" 2>"$W/err"
[ $? = 2 ] && ok || no "accept-cut takes a cut record, not a cut header" "exit status"

# Standard input, standard output, files, folders.
$T audit -q -f json -s $SITE - <$BAD >"$W/stdin.json" 2>"$W/err"
$T audit -q -f json -s $SITE $BAD >"$W/file.json" 2>"$W/err"
sed 's/"path": "[^"]*"/"path": ""/' "$W/stdin.json" >"$W/a"
sed 's/"path": "[^"]*"/"path": ""/' "$W/file.json" >"$W/b"
cmp -s "$W/a" "$W/b" && ok || no "standard input reads as the file does" "$(diff "$W/a" "$W/b" | head -3)"
$T audit -q -f json -s $SITE -j 2 $BAD >"$W/threads.json" 2>"$W/err"
cmp -s "$W/file.json" "$W/threads.json" && ok || no "threads" "output differs"
$T audit -q -f text,json -o "$W/both" -s $SITE $BAD 2>"$W/err"
[ -s "$W/both/report.txt" ] && [ -s "$W/both/report.json" ] && ok || no "two formats" "files are missing"
cmp -s "$W/file.json" "$W/both/report.json" && ok || no "two formats" "the file differs from standard output"
ls "$W/both" | grep -q tmp && no "nothing is left aside" "$(ls "$W/both")" || ok
runs "an unwritable place" 2 "tapaudit: $W/none/x.json: cannot write: No such file or directory" $T audit -q -f json -o "$W/none/x.json" -s $SITE $BAD
$T audit -q -s $SITE $BAD >/dev/full 2>"$W/err"
[ $? = 2 ] && ok || no "a full disk" "exit status"
holds "a full disk is named" "tapaudit: standard output: cannot write: No space left on device" "$W/err"
$T flows -q $GOOD >/dev/full 2>"$W/err"
[ $? = 2 ] && ok || no "a full disk under flows" "exit status"

# The same capture twice counts once.
cp $BAD "$W/again.pcap"
$T audit -q -f json -s $SITE $BAD "$W/again.pcap" >"$W/twice.json" 2>"$W/err"
holds "a duplicate is said" '"status": "duplicate"' "$W/twice.json"
python3 - "$W/file.json" "$W/twice.json" <<'P' && ok || no "a duplicate counts once" "capture differs"
import json, sys
a, b = (json.load(open(f)) for f in sys.argv[1:])
sys.exit(a["capture"] != b["capture"] or [f["id"] for f in a["findings"]] != [f["id"] for f in b["findings"]])
P

# Evidence: a pcapng a finding that other readers understand, named by the report.
runs "evidence" 1 "" $T audit -q -f text,json,html -o "$W/proved" --evidence "$W/evidence" -s $SITE $BAD
[ "$(ls "$W/evidence" | grep -c 'pcapng$')" = "$(ls "$W/evidence" | wc -l)" ] && ok || no "evidence" "$(ls "$W/evidence")"
file=$(ls "$W"/evidence/*.pcapng | head -1)
holds "the JSON names the file" "\"pcap\": \"$file\"" "$W/proved/report.json"
holds "the page for a browser links the file" "<a href=\"../evidence/${file##*/}\">${file##*/}</a>" "$W/proved/report.html"
$T audit -q -f html --evidence "$W/evidence" -s $SITE $BAD >"$W/out" 2>"$W/err"
holds "a page that lies nowhere names it" "<dt>Packets</dt><dd>$file</dd>" "$W/out"

# What an earlier run left goes, and nothing else: not somebody's file of such a name, nor a link, nor other names.
mkdir "$W/stale"
gone=0123456789abcdef0123456789abcdef
cp "$file" "$W/stale/${file##*/}"
sed "s/Finding [0-9a-f]*/Finding $gone/" "$file" >"$W/stale/$gone.pcapng"
sed "s/Finding [0-9a-f]*/Finding $gone/" "$file" >"$W/stale/$gone-2.pcapng"
sed "s/Finding [0-9a-f]*/Finding $gone/" "$file" >"$W/stale/$gone-x.pcapng"
cp "$file" "$W/stale/11111111111111111111111111111111.pcapng"
cp "$GOOD" "$W/stale/22222222222222222222222222222222.pcapng"
ln -s "$W/stale/$gone-x.pcapng" "$W/stale/33333333333333333333333333333333.pcapng"
echo text >"$W/stale/44444444444444444444444444444444.pcapng"
: >"$W/stale/notes.pcapng"
$T audit -f json -o "$W/out" --evidence "$W/stale" -s $SITE $BAD 2>"$W/err"
holds "stale evidence is told" "--evidence: 2 files of an earlier run removed from $W/stale" "$W/err"
is_left=$(ls "$W/stale" | grep -c "^$gone-x\|^1111\|^2222\|^3333\|^4444\|^notes")
[ "$is_left" = 6 ] && [ ! -e "$W/stale/$gone.pcapng" ] && [ ! -e "$W/stale/$gone-2.pcapng" ] && ok || no "stale evidence" "$(ls "$W/stale")"
[ "$(ls "$W/stale" | wc -l)" = $((6 + $(ls "$W/evidence" | wc -l))) ] && ok || no "evidence beside what is not ours" "$(ls "$W/stale")"
holds "the text names the file" "packets $file" "$W/proved/report.txt"
holds "evidence hashes the inputs" "\"sha256\": \"$(sha256sum $BAD | cut -d' ' -f1)\"" "$W/proved/report.json"
if command -v tshark >/dev/null; then
	python3 - "$W/proved/report.json" $BAD <<'P' && ok || no "tshark reads the evidence" "see above"
import json, subprocess, sys

def fields(path, *names):
    command = ["tshark", "-n", "-r", path, "-T", "fields", "-E", "occurrence=f"]
    for name in names:
        command += ["-e", name]
    text = subprocess.run(command, check=True, capture_output=True, text=True, env={"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin", "HOME": "/"}).stdout
    return [line.split("\t") for line in text.splitlines()]

report, capture = json.load(open(sys.argv[1])), sys.argv[2]
wire = ("frame.time_epoch", "frame.len", "frame.cap_len", "frame.encap_type", "ip.src", "ipv6.src", "ip.id", "tcp.seq_raw", "tcp.flags")
original, bad, proved = fields(capture, *wire), 0, 0
for finding in report["findings"]:
    frames = {f["frame"] for f in finding["evidence"]["frames"]}
    path = finding["evidence"]["pcap"]
    if (path is None) != (not frames):
        bad += 1
        print(finding["id"], "frames", frames, "file", path)
    if path is None:
        continue
    proved += 1
    rows = fields(path, "frame.comment", *wire)
    seen = set()
    for comment, *packet in rows:
        number = int(comment.split()[1])
        seen.add(number)
        named = "Proof of finding %s: %s, rule %s\\n%s" % (finding["id"], finding["kind"], finding["rule"] or "none", finding["message"])
        if packet != original[number - 1] or (number in frames) != comment.endswith(named):
            bad += 1
            print(path, number, comment, packet, original[number - 1])
    if not frames <= seen or len(rows) > 50 or len(seen) != len(rows):
        bad += 1
        print(path, "frames", frames, "file", seen)
sys.exit(bad > 0 or proved < 3)
P
	capinfos -k "$file" 2>/dev/null | grep -qF "Finding $(basename "$file" .pcapng | cut -c1-32)" && ok || no "the file's own comment" "$(capinfos -k "$file")"
else
	echo "skipped: no tshark, so nobody else read the evidence"
fi
$T audit -q -f json --evidence "$W/evidence-2" -s $SITE - <$BAD >"$W/out" 2>"$W/err"
[ "$(ls "$W/evidence-2" | wc -l)" = 0 ] && ok || no "a stream gives no evidence" "$(ls "$W/evidence-2")"
$T audit -f json --evidence "$W/evidence-2" -s $SITE - <$BAD >"$W/out" 2>"$W/err"
holds "a stream cannot be read twice" "--evidence: a stream cannot be read twice; its packets are in no file" "$W/err"
: >"$W/a-file"
runs "evidence needs a folder" 2 "tapaudit: --evidence: $W/a-file: Not a directory" $T audit -q --evidence "$W/a-file" -s $SITE $BAD

# explain, discover, matrix.
id=$(python3 -c 'import json,sys; print(json.load(open(sys.argv[1]))["findings"][0]["id"])' "$W/file.json")
runs "explain" 0 "" $T explain "$W/file.json" "$id"
holds "explain names the rule" "rule " "$W/out"
holds "explain drafts an exception" '"expires"' "$W/out"
$T explain "$W/file.json" ab >"$W/out" 2>"$W/err"
[ $? = 2 ] && ok || no "explain by a short id" "exit status"
holds "explain by a short id" "tapaudit: $W/file.json: at least 4 characters of a finding's id are needed, not \"ab\"; there are " "$W/err"
runs "discover" 0 "" $T discover -q -o "$W/draft.json" $GOOD
runs "the draft is a site file" 0 "" $T check "$W/draft.json"
for product in dsview cam kvmnet2 converge wdm; do
	capture=$(ls pcaps/$product-good-day.pcap*)
	$T discover -q "$capture" 2>/dev/null | grep -q '"signature"' && ok || no "discover $product" "no product recognised"
done

runs "no threads" 2 'tapaudit: --jobs: "0" is not a number above 0' $T audit -j 0 $GOOD
runs "no ratio" 2 'tapaudit: --max-ratio: "0" is not a number above 0' $T flows --max-ratio 0 $GOOD
runs "no memory" 2 'tapaudit: --memory: "1" is not a size such as 512M, at least 1M' $T audit --memory 1 $GOOD

# What a capture was made without is not missing: the file says so.
python3 tests/tools/filtered_capture.py $GOOD "$W/silent.pcapng" --silent
python3 tests/tools/filtered_capture.py $GOOD "$W/filtered.pcapng"
runs "a capture without TCP" 0 "" $T audit -q -s $SITE "$W/silent.pcapng"
holds "a capture without TCP" "missing" "$W/out"
runs "a capture that was made without TCP" 0 "" $T audit -q -s $SITE -f json "$W/filtered.pcapng"
holds "a capture that was made without TCP" '"filter": "(udp) (as it was captured)"' "$W/out"
grep -q '"kind": "missing"' "$W/out" && no "a capture that was made without TCP" "something is missing" || ok

# Without a site file a good day is no worse.
for product in dsview cam kvmnet2 converge wdm; do
	$T audit -q -f json pcaps/$product-good-day.pcapng >"$W/out" 2>"$W/err"
	case $? in 0 | 3) ok ;; *) no "a good day of $product without a site" "exit status; $(cat "$W/err")" ;; esac
	grep -qE '"severity": "(medium|high)"' "$W/out" && no "a good day of $product without a site" "findings" || ok
	holds "a good day of $product without a site" '"inferred": true' "$W/out"
done

runs "matrix" 0 "" $T matrix
runs "matrix of an unknown id" 2 "tapaudit: signatures: unknown signature \"nonesuch\"; signatures are avocent-dsview, clearone-converge-pro, minicom-cam, minicom-kvmnet2, wyse-wdm" $T matrix -S signatures nonesuch
runs "version" 0 "" $T --version
for command in audit flows matrix check discover explain; do
	$T $command --help >"$W/out" 2>"$W/err"
	[ $? = 0 ] && [ "$(awk 'length > 100' "$W/out" | wc -l)" = 0 ] && ok || no "$command --help" "status or width"
done
python3 tests/tools/readme_picture.py README.md $T >"$W/out" 2>&1 && ok || no "the README shows what the program prints" "$(cat "$W/out")"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
