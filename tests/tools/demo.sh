#!/bin/sh
# Audits the sample captures: the whole report of one telling sample of each product, then one line for every sample. The
# samples hold violations on purpose, so verdicts are no failure of the demo (exit status 0); trouble is (2).
set -u
cd "$(dirname "$0")/../.." || exit 2
samples=tests/golden/TESTLIST
telling='dsview-wrong-direction kvmnet2-strangers cam-wrong-direction converge-strangers wdm-wrong-direction'
trouble=0

arguments_of() { # arguments_of NAME: what follows "audit" in the list, less the format
	sed -n "s/^$1: audit //p" $samples | sed 's/-f json //'
}

audit() { # audit NAME: its report as text; 2 on trouble. One sample is a cut file: there, trouble is what ought to come
	# shellcheck disable=SC2046 # the list holds words
	build/tapaudit audit -q $(arguments_of "$1")
	[ $? != 2 ] || [ "$1" = dsview-truncated-file ] || return 2
}

site_of() { # site_of NAME: its site file, "-" where roles are inferred
	arguments_of "$1" | sed -n 's/.*-s \([^ ]*\).*/\1/p' | grep . || echo -
}

counts() { # what a report on standard input finds: "2 high, 1 low; 1 excused"
	awk '/^(HIGH|MEDIUM|LOW|INFO) / { count[tolower($1)]++ }
	/^  excused / { excused++ }
	END {
		n = split("high medium low info", severities)
		for (i = 1; i <= n; i++)
			if (count[severities[i]]) out = out (out ? ", " : "") count[severities[i]] " " severities[i]
		print (out ? out : "none") (excused ? "; " excused " excused" : "")
	}'
}

for name in $telling; do
	printf '\n======== %s ========\n$ build/tapaudit audit %s\n\n' "$name" "$(arguments_of "$name")"
	audit "$name" || trouble=2
done

printf '\n======== every sample ========\n\n%-30s %-34s %-13s %s\n' SAMPLE SITE VERDICT FINDINGS
# Below this heading of the list stand other runs of the same samples.
for name in $(sed '/^# The page as text/q' $samples | sed -n 's/^\([^#: ]*\): audit .*/\1/p'); do
	report=$(audit "$name" 2>/dev/null) || trouble=2
	verdict=$(echo "$report" | sed -n '1s/ .*//p' | tr '[:upper:]' '[:lower:]')
	[ -n "$verdict" ] || trouble=2
	printf '%-30s %-34s %-13s %s\n' "$name" "$(site_of "$name")" "${verdict:-trouble}" "$(echo "$report" | counts)"
done

echo
echo "pcaps/README.md says what each sample tells. One alone, as JSON, and why a finding is one:"
echo "  build/tapaudit audit -s pcaps/kvmnet2.site.json -f json -o report.json pcaps/kvmnet2-strangers.pcap.gz"
echo "  build/tapaudit explain report.json FINDING"
exit $trouble
