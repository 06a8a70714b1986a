#!/bin/sh
# Audits the sample captures of every product and prints the reports. The samples hold violations on purpose, so what the
# program says of them (exit status 1) is no failure of the demo; trouble (2) is.
set -u
cd "$(dirname "$0")/../.." || exit 2
trouble=0
for site in pcaps/*.site.json; do
	product=$(basename "$site" .site.json)
	set -- pcaps/"$product"-*.pcap*
	[ -e "$1" ] || continue
	printf '\n======== %s: %d sample captures under %s ========\n\n' "$product" "$#" "$site"
	build/tapaudit audit -s "$site" "$@"
	[ $? = 2 ] && trouble=1
done
echo
echo "The samples hold violations on purpose; pcaps/README.md says which. Try one alone:"
echo "  build/tapaudit audit -s pcaps/kvmnet2.site.json pcaps/kvmnet2-*.pcap"
exit $trouble
