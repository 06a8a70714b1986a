#!/bin/sh
# The report in a real browser: Debian's Chromium, headless, driven by its own driver. Pictures for people stay in
# build/test/browser. Skipped where there is no browser.
set -eu
cd "$(dirname "$0")/.."
for tool in chromium chromedriver python3; do
	command -v $tool >/dev/null || { echo "skipped: no $tool here (.ci/setup test installs it)"; echo "0 passed, 0 failed"; exit 0; }
done
make -s all build/release/tools/browser_pages

out=build/test/browser
rm -rf $out
mkdir -p $out
status=0
SOURCE_DATE_EPOCH=1795132800 build/tapaudit audit -q -s pcaps/kvmnet2.site.json -f html -o $out/sample.html \
	pcaps/kvmnet2-strangers.pcap.gz || status=$?
[ $status = 1 ] || { echo "the sample's audit ends with $status, not 1" >&2; exit 1; }
build/release/tools/browser_pages $out
# Three nights: one that conforms, one that fails, one without captures.
mkdir $out/spool
cp pcaps/kvmnet2-good-day.pcapng pcaps/kvmnet2-wrong-direction.pcap $out/spool/
for day in 2026-11-17 2026-11-18 2026-11-19; do
	SOURCE_DATE_EPOCH=1795132800 build/tapaudit nightly -q -s pcaps/kvmnet2.site.json --spool $out/spool --store $out/nights.db \
		-o $out/nights --settle 0 --day $day || [ $? != 2 ]
done
PYTHONDONTWRITEBYTECODE=1 timeout 300 python3 tests/tools/browser_report.py $out/sample.html $out/nights/index.html $out/busy.html \
	$out/turned.html $out/hostile.html $out
