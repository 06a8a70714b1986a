#!/bin/sh
# A fleet's page of 1,000 sites in a real browser, as browser.sh does for a site's. Pictures for people stay in build/test/fleet-browser.
# Skipped where there is no browser.
set -eu
cd "$(dirname "$0")/.."
for tool in chromium chromedriver python3; do
	command -v $tool >/dev/null || { echo "skipped: no $tool here (.ci/setup test installs it)"; echo "0 passed, 0 failed"; exit 0; }
done
make -s all build/release/tools/fleet_page

out=build/test/fleet-browser
rm -rf $out
mkdir -p $out/sites
build/release/tools/fleet_page $out
# Some site's own report, for links to lead to.
SOURCE_DATE_EPOCH=1795132800 build/tapaudit audit -q -s pcaps/kvmnet2.site.json -f html -o $out/sample.html pcaps/kvmnet2-strangers.pcap.gz ||
	[ $? = 1 ]
for i in 20 40; do cp $out/sample.html "$out/sites/site $i.html"; done
PYTHONDONTWRITEBYTECODE=1 timeout 300 python3 tests/tools/browser_fleet.py $out/fleet.html $out
