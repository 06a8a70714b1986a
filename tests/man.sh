#!/bin/sh
# Man pages, completion, units and `make install`: none may drift from the program. Man pages have exactly the options
# that --help has, exactly the fields that the schemas have, and render without a warning; completion offers them; the
# units pass systemd's own checks; what is installed runs from where it is. Uses mandoc, man and systemd-analyze.
set -u
cd "$(dirname "$0")/.." || exit 2
T=build/tapaudit
W=$PWD/build/test/man
rm -rf "$W"
mkdir -p "$W"
. tests/tools/kit.sh
export LC_ALL=C.UTF-8 NO_COLOR=1 SOURCE_DATE_EPOCH=1795140000
for tool in mandoc man systemd-analyze python3; do
	command -v $tool >/dev/null || { echo "FAIL $tool is not here (.ci/setup test installs it)"; echo "0 passed, 1 failed"; exit 1; }
done

same() { # same NAME FILE FILE: both hold the same lines, and some
	if [ ! -s "$2" ]; then no "$1" "$2 is empty"; return; fi
	if diff "$2" "$3" >"$W/diff"; then ok; else no "$1" "< only in $2, > only in $3:" "$(cat "$W/diff")"; fi
}

silent() { # silent NAME COMMAND..: it succeeds and says nothing
	name=$1
	shift
	if "$@" >"$W/said" 2>&1 && [ ! -s "$W/said" ]; then ok; else no "$name" "$(cat "$W/said")"; fi
}

plain() { # plain PAGE: as mandoc prints it, without overstriking
	mandoc -T ascii -O width=80 "$1" | sed 's/.\x08//g'
}

# --- every page by itself

lint() { # lint PAGE: what mandoc says, pages of other packages that happen to be absent aside
	! mandoc -T lint -W style "$1" 2>/dev/null | grep -v 'STYLE: referenced manual not found'
}

renders() { # renders PAGE: by groff without a word, and nothing wider than 80 columns
	MANWIDTH=80 man -l --warnings "$1" 2>&1 >"$W/page" | grep . && return 1
	! grep -E '^.{81}' "$W/page"
}

references() { # references PAGE: pages of ours that it names are there
	sed -n 's/^\.Xr \(tapaudit[a-z-]*\) \([15]\).*/src\/man\/\1.\2/p' "$1" | sort -u | while read -r other; do
		[ -f "$other" ] || echo "names $other, which is not there"
	done
}

for page in src/man/*.[15]; do
	silent "$page: mandoc" lint "$page"
	silent "$page: groff" renders "$page"
	silent "$page: references" references "$page"
done

# --- commands and options, both ways

$T --help | sed -n 's/^  \([a-z]*\)  *.*/\1/p' | sort >"$W/commands.help"
sed -n '/^\.Ss Commands/,/^\.El/s/^\.It Cm //p' src/man/tapaudit.1 | sort >"$W/commands.page"
for page in src/man/tapaudit-*.1; do basename "$page" .1 | sed 's/^tapaudit-//'; done | sort >"$W/commands.pages"
same "commands of tapaudit.1" "$W/commands.help" "$W/commands.page"
same "a page for each command" "$W/commands.help" "$W/commands.pages"

# "-s, --site=SITE", one a line.
while read -r command; do
	page=src/man/tapaudit-$command.1
	[ -f "$page" ] || continue
	$T "$command" --help | sed -n 's/^  \(-., --[^ ]*\|    --[^ ]*\).*/\1/p' | sed 's/^ *//' | sort >"$W/$command.help"
	plain "$page" | sed -n 's/^     \(-., --[^ ]*\|--[^ ]*\)\(  .*\)*$/\1/p' | sort >"$W/$command.page"
	same "options of $page" "$W/$command.help" "$W/$command.page"
	synopsis=$(plain "$page" | sed -n '/^SYNOPSIS/,/^DESCRIPTION/p')
	for operand in $($T "$command" --help | sed -n '1s/.*\[options\]//p' | tr -c 'A-Za-z|.\n' ' ' | sed 's/\.\.*\( \|$\)/ /g; s/|-/ /g'); do
		case $synopsis in *"$operand"*) ok ;; *) no "$page" "the synopsis lacks $operand" ;; esac
	done
done <"$W/commands.help"

# --- fields of the file formats, both ways

fields() { # fields KIND: of the schema and of the page, sections under the names that the page gives them
	python3 - "$1" <<'PYTHON'
import json, re, sys
kind = sys.argv[1]
schema = json.load(open(f"src/schema/{kind}.schema.json"))
sections = {
    "site": {"The file": "site", "Systems": "system", "What is expected of a rule": "expect",
             "Rules of the site": "site_rule", "Exceptions": "exception"},
    "signature": {"The file": "signature", "Roles": "role", "Rules": "rule", "Presence": "presence", "Claims": "example"},
}[kind]
own = {"signature": {"extends"}}  # a field of the file that only the other form of the schema has
text = open(f"src/man/tapaudit-{kind}.5").read()
for title, definition in sections.items():
    wanted = set(schema["$defs"][definition]["properties"])
    if definition == kind:
        wanted |= own.get(kind, set())
    part = re.search(rf"^\.Ss {title}\n(.*?)(?=^\.S[sh] )", text, re.M | re.S)
    found = set()
    for line in re.findall(r"^\.It Cm (.*)$", part.group(1) if part else "", re.M):
        found |= {name for name in line.split(" ") if name != ","}
    for name in sorted(wanted - found):
        print(f"{title}: the page lacks {name}")
    for name in sorted(found - wanted):
        print(f"{title}: the schema has no {name}")
# Smaller objects are told of in running text: each of their fields is named somewhere.
for definition in {"site": ["host", "match"], "signature": ["source", "mode", "parameter", "reply", "cite", "note"]}[kind]:
    for name in schema["$defs"][definition]["properties"]:
        if not re.search(rf"^\.(It )?Cm .*\b{name}\b", text, re.M):
            print(f"{definition}: the page lacks {name}")
PYTHON
}
silent "fields of tapaudit-site.5" fields site
silent "fields of tapaudit-signature.5" fields signature

# The pages' examples are files that the program takes.
for kind in site signature; do
	sed -n '/^\.Sh EXAMPLES/,/^\.Ed/p' src/man/tapaudit-$kind.5 | sed '/^\./d' >"$W/acme-door.json"
	if $T check -q "$W/acme-door.json" >"$W/said" 2>&1; then ok; else no "example of tapaudit-$kind.5" "$(cat "$W/said")"; fi
done

# The columns of flows.
$T flows -q pcaps/unmatched.pcap | head -1 | tr , '\n' | sort >"$W/columns.program"
sed -n '/^\.Ss Columns/,/^\.El/s/^\.It Cm //p' src/man/tapaudit-flows.1 | sed 's/ , /\n/g' | sort >"$W/columns.page"
same "columns of flows" "$W/columns.program" "$W/columns.page"

# --- install, into a folder of its own, run from there

if ${MAKE:-make} -s install DESTDIR="$W/root" PREFIX=/opt/tapaudit >"$W/said" 2>&1; then ok; else no "make install" "$(cat "$W/said")"; fi
I=$W/root/opt/tapaudit
(cd "$W/root" && find . -type f | sort) >"$W/installed"
{
	echo ./opt/tapaudit/bin/tapaudit
	for file in signatures/*.json; do echo "./opt/tapaudit/share/tapaudit/$file"; done
	for file in src/schema/*.json; do echo "./opt/tapaudit/share/tapaudit/schema/${file##*/}"; done
	for file in src/man/*; do echo "./opt/tapaudit/share/man/man${file##*.}/${file##*/}"; done
	for file in src/systemd/*.service src/systemd/*.timer; do echo "./opt/tapaudit/lib/systemd/system/${file##*/}"; done
	echo ./opt/tapaudit/lib/sysusers.d/tapaudit.conf
	echo ./opt/tapaudit/lib/tmpfiles.d/tapaudit.conf
	echo ./opt/tapaudit/share/bash-completion/completions/tapaudit
} | sort >"$W/wanted"
same "what is installed" "$W/wanted" "$W/installed"
if grep -rn '@PREFIX@' "$I" >"$W/said"; then no "places" "$(cat "$W/said")"; else ok; fi

# Moved out of the source tree, so that nothing of that can be found by the way.
away=$(mktemp -d)
trap 'rm -rf "$away"' EXIT
cp -r "$I" "$away/tapaudit"
silent "the installed program checks the installed signatures" sh -c "cd / && '$away/tapaudit/bin/tapaudit' check -q '$away'/tapaudit/share/tapaudit/signatures/*.json >/dev/null"
$T matrix -q >"$W/matrix.tree"
(cd / && "$away/tapaudit/bin/tapaudit" matrix -q) >"$W/matrix.installed" 2>&1
same "the installed program finds its signatures" "$W/matrix.tree" "$W/matrix.installed"
rm -r "$away/tapaudit/share/tapaudit/signatures"
(cd / && "$away/tapaudit/bin/tapaudit" matrix -q) >"$W/said" 2>&1
if [ $? = 2 ] || [ -d /usr/local/share/tapaudit/signatures ]; then ok; else no "signatures that are gone" "$(cat "$W/said")"; fi

man_finds() { # man_finds: the installed pages are found by name
	for page in "$I"/share/man/man?/*; do
		name=${page##*/}
		[ "$(man -M "$I/share/man" -w "${name##*.}" "${name%.*}")" = "$page" ] || echo "man does not find $name"
	done
}
silent "man finds the installed pages" man_finds

# --- units: by systemd's own word, with the program where they say that it is

units=$W/units
mkdir -p "$units"
for unit in "$I"/lib/systemd/system/*; do
	sed "s|/opt/tapaudit/bin|$I/bin|" "$unit" >"$units/${unit##*/}"
done
silent "units: verify" systemd-analyze verify --man=no "$units/tapaudit-nightly.service" "$units/tapaudit-nightly.timer" \
	"$units/tapaudit-live@.service" "$units/tapaudit-live@eth1.service"
# Exposure in tenths, 0 to 100; what is left is: no root image, group-readable reports, the clock's device.
if systemd-analyze security --offline=yes --threshold=3 --no-pager "$units/tapaudit-nightly.service" >"$W/said" 2>&1; then ok; else no "units: exposed" "$(grep '✗\|→' "$W/said")"; fi
# Beside those: packet and other sockets, one capability, the host's network and users.
if systemd-analyze security --offline=yes --threshold=17 --no-pager "$units/tapaudit-live@.service" >"$W/said" 2>&1; then ok; else no "units: live exposed" "$(grep '✗\|→' "$W/said")"; fi
system=$W/system
mkdir -p "$system/etc"
if systemd-sysusers --root="$system" "$I/lib/sysusers.d/tapaudit.conf" >"$W/said" 2>&1 && grep -q '^tapaudit:.*:/var/lib/tapaudit:/' "$system/etc/passwd"; then ok; else no "sysusers" "$(cat "$W/said")"; fi
if systemd-tmpfiles --root="$system" --create "$I/lib/tmpfiles.d/tapaudit.conf" >"$W/said" 2>&1 && [ "$(stat -c %a "$system/var/spool/tapaudit")" = 2770 ]; then ok; else no "tmpfiles" "$(cat "$W/said")"; fi
# The service's command line is one that the program takes: nothing but the missing site file may be wrong with it.
# shellcheck disable=SC2016 # the dollar is the unit's
line=$(sed -n '/^ExecStart=/,/[^\\]$/p' "$units/tapaudit-nightly.service" | tr -d '\\\n' | sed 's/^ExecStart=//; s/\$TAPAUDIT_OPTIONS//')
sh -c "$(echo "$line" | sed "s|/etc/tapaudit/site.json|$W/no-site.json|")" >"$W/said" 2>&1
if [ $? = 2 ] && grep -q "no-site.json" "$W/said" && [ "$(wc -l <"$W/said")" = 1 ]; then ok; else no "the service's command" "$line: $(cat "$W/said")"; fi

# shellcheck disable=SC2016
line=$(sed -n '/^ExecStart=/,/[^\\]$/p' "$units/tapaudit-live@.service" | tr -d '\\\n' | sed 's/^ExecStart=//; s/\$TAPAUDIT_OPTIONS//; s/%i/eth1/g')
sh -c "$(echo "$line" | sed "s|/etc/tapaudit/site.json|$W/no-site.json|; s|/var/lib/tapaudit|$W|g")" >"$W/said" 2>&1
if [ $? = 2 ] && grep -q "no-site.json" "$W/said" && [ "$(wc -l <"$W/said")" = 1 ]; then ok; else no "the live service's command" "$line: $(cat "$W/said")"; fi

# --- completion

complete_words() { # complete_words WORD..: what is offered for the last of them, one a line
	bash -c '. "$1"/share/bash-completion/completions/tapaudit || exit
		shift
		COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
		_tapaudit
		[ ${#COMPREPLY[@]} = 0 ] || printf "%s\n" "${COMPREPLY[@]}"' bash "$I" "$@" 2>&1 | sort
}
offers() { # offers "CANDIDATES" WORD..
	candidates=$1
	shift
	got=$(complete_words "$I/bin/tapaudit" "$@" | tr '\n' ' ')
	if [ "$got" = "$candidates${candidates:+ }" ]; then ok; else no "completion of $*" "\"$got\", not \"$candidates\""; fi
}
ids=$(for file in signatures/*.json; do basename "$file" .json; done | sort | tr '\n' ' ' | sed 's/ $//')
offers "--help --version $(tr '\n' ' ' <"$W/commands.help" | sed 's/ $//')" ""
offers "matrix" ma
while read -r command; do
	complete_words "$I/bin/tapaudit" "$command" -- | sed 's/=$//' | sort >"$W/offered"
	sed 's/.*--/--/; s/=.*//' "$W/$command.help" | sort >"$W/wanted"
	same "completion of $command's options" "$W/wanted" "$W/offered"
done <"$W/commands.help"
offers "$ids" matrix ""
offers "minicom-cam minicom-kvmnet2" matrix -q mini
printf '{ "findings": [\n    {\n      "id": "%s",\n      "id": "%s",\n      "id": "no-finding"\n' \
	0123456789abcdef0123456789abcdef 0f23456789abcdef0123456789abcdef >"$W/report.json"
offers "0123456789abcdef0123456789abcdef 0f23456789abcdef0123456789abcdef" explain -q "$W/report.json" ""
offers "0f23456789abcdef0123456789abcdef" explain "$W/report.json" 0f
offers "" explain ""
offers "high" audit --fail-on = hi
offers "high" audit --fail-on hi
offers "csv json" flows -f ""
offers "text,csv text,html text,json text,junit text,text" audit -f text,
offers "" audit -s site.json ""
offers "" audit --site = ""
offers "" audit --hash ""
silent "shellcheck of the completion" sh -c "! command -v shellcheck >/dev/null || shellcheck -s bash src/completion/tapaudit.bash"

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
