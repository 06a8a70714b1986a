#!/bin/sh
# Refuses any arrow that the plan of the house does not allow: tests/floors.sh [BUILD FOLDER]. By include always; by
# symbol for each object of BUILD FOLDER (build/release) that is not older than its source. One line a violation.
set -eu
cd "$(dirname "$0")/.."
objects=${1:-build/release}

# floor, level, floors that it may use besides base and itself
plan='
base       1
capture    2
decode     2
signature  2
system     2
flow       3  decode
ledger     4  flow
matrix     4  signature
audit      5  ledger matrix signature
observe    6  capture decode flow ledger
report     6  audit matrix signature ledger
store      6  ledger
cli        7  base capture decode signature system flow ledger matrix audit observe report store
'
# library, the start of its headers, floors that may include them
libraries='
libpcap    pcap       capture
libarchive archive    capture
libcrypto  openssl/   capture
cJSON      cjson/     signature report
xxHash     xxhash     base
SQLite     sqlite     store
libcurl    curl/      store
'
# Only cli prints or ends the program. A name here stands for its fortified form __NAME_chk too.
speakers='printf vprintf fprintf vfprintf dprintf vdprintf puts putchar perror psignal stdout stderr err errx verr verrx
	warn warnx vwarn vwarnx error exit _exit _Exit quick_exit abort __assert_fail'
# Pure floors neither read nor write nor ask the time; decode does not allocate either.
pure='decode ledger matrix audit'
impure='open openat fopen fdopen read write pread pwrite mmap socket getenv time clock_gettime gettimeofday getrandom'
heap='mem_calloc mem_resize mem_strdup mem_strndup mem_grow arena_calloc arena_strdup arena_printf'

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
printf '%s\n' "$plan" >"$work/plan"
printf '%s\n' "$libraries" >"$work/libraries"

# What both checks need: the plan as allowed[FLOOR, FLOOR], level[FLOOR].
plan_awk='
FILENAME == plan_file {
	if (NF == 0) next
	level[$1] = $2
	allowed[$1, $1] = allowed[$1, "base"] = 1
	for (i = 3; i <= NF; i++) allowed[$1, $i] = 1
	next
}
'

check_files() {
	find include -mindepth 1 | sort | awk -v plan_file="$work/plan" "$plan_awk"'
	{
		n = split($0, part, "/")
		if (n == 2 && !(part[2] in level)) print $0 ": include/ holds one folder for each floor and nothing else"
		else if (n > 3 || (n == 3 && part[3] !~ /\.h$/)) print $0 ": a contract is include/FLOOR/*.h and nothing else"
	}' "$work/plan" -
	find src -name '*.[ch]' | sort | awk -v plan_file="$work/plan" "$plan_awk"'
	{
		n = split($0, part, "/")
		if (n != 3 || !(part[2] in level)) print $0 ": code lives in src/FLOOR/ of a floor of the plan"
	}' "$work/plan" -
}

check_includes() {
	find src include -name '*.[ch]' -exec grep -nE '^[[:space:]]*#[[:space:]]*include' /dev/null {} + | sort \
		>"$work/includes" || true
	awk -v plan_file="$work/plan" -v library_file="$work/libraries" "$plan_awk"'
	FILENAME == library_file {
		if (NF == 0) next
		header[$1] = $2
		for (i = 3; i <= NF; i++) may_use[$1, $i] = 1
		next
	}
	function exists(path,   line, found) {
		found = (getline line < path) >= 0
		close(path)
		return found
	}
	# A header that the Makefile makes under build/ is private to the floor that includes it.
	function made(name,   line, found) {
		while ((getline line < "Makefile") > 0)
			if (index(line, "/gen/" name ":")) found = 1
		close("Makefile")
		return found
	}
	{
		split($0, field, ":")
		where = field[1] ":" field[2] ": "
		split(field[1], part, "/")
		floor = part[2]
		public = part[1] == "include"
		if (!(floor in level)) next
		if (!match($0, /[<"][^>"]*[>"]/)) {
			print where "an include must name its header"
			next
		}
		name = substr($0, RSTART + 1, RLENGTH - 2)
		quoted = substr($0, RSTART, 1) == "\""
		slash = index(name, "/")
		target = slash ? substr(name, 1, slash - 1) : ""
		for (library in header)
			if (index(name, header[library]) == 1 && !((library, floor) in may_use) && !(target in level))
				print where floor " may not know " library " (" name ")"
		if (name ~ /(^|\/)\.\.?\//)
			print where "no relative paths (" name ")"
		else if (target in level && !((floor, target) in allowed))
			print where floor " may not use " target " (" name ")"
		else if (target in level && !exists("include/" name) && (public || target != floor))
			print where "a private header of another folder, or none at all (" name ")"
		else if (quoted && target == "" && public)
			print where "a contract includes contracts only, by floor and name (" name ")"
		else if (quoted && target == "" && !exists("src/" floor "/" name) && !made(name))
			print where "a private header of another folder, or none at all (" name ")"
		else if (quoted && target != "" && !(target in level))
			print where "no such floor (" name ")"
	}' "$work/plan" "$work/libraries" "$work/includes"
}

# Objects whose source is still there and not newer.
fresh_objects() {
	[ -d "$objects" ] || return 0
	find src -name '*.c' | sort | while read -r source; do
		object=$objects/${source#src/}
		object=${object%.c}.o
		[ ! -f "$object" ] || find "$object" ! -newer "$source" | grep -q . || echo "$object"
	done
}

check_symbols() {
	[ -s "$work/objects" ] || return 0
	xargs nm -A -P <"$work/objects" >"$work/symbols"
	awk -v plan_file="$work/plan" -v root="$objects/" -v speakers="$speakers" -v pure="$pure" -v impure="$impure" \
		-v heap="$heap" "$plan_awk"'
	function list(text, into,   words, n, i) {
		n = split(text, words, " ")
		for (i = 1; i <= n; i++) into[words[i]] = 1
	}
	function plain(symbol) {
		if (symbol ~ /^__.*_chk$/) return substr(symbol, 3, length(symbol) - 6)
		return symbol
	}
	BEGIN { list(speakers, speaks); list(pure, is_pure); list(impure, touches); list(heap, allocates) }
	{
		object = substr($1, 1, length($1) - 1)
		sub(/\[.*/, "", object)
		split(substr(object, length(root) + 1), part, "/")
		if ($3 ~ /^[Uw]$/) {
			used++
			user[used] = part[1]; symbol[used] = $2; from[used] = object
		} else if ($3 ~ /^[A-TV-Z]$/)
			owner[$2] = part[1]
	}
	END {
		for (i = 1; i <= used; i++) {
			floor = user[i]; name = symbol[i]
			if (name in owner) {
				target = owner[name]
				named = name ~ /_name$/ && level[target] < level[floor]
				if (!((floor, target) in allowed) && !named)
					print from[i] ": " floor " may not use " target " (" name ")"
				if (floor == "decode" && name in allocates)
					print from[i] ": decode may not allocate (" name ")"
				continue
			}
			if (floor != "cli" && (name in speaks || plain(name) in speaks))
				print from[i] ": only cli prints or exits (" name ")"
			if (floor in is_pure && (name in touches || plain(name) in touches))
				print from[i] ": " floor " is pure (" name ")"
		}
	}' "$work/plan" "$work/symbols"
}

fresh_objects >"$work/objects"
{ check_files; check_includes; check_symbols; } >"$work/violations"
if [ -s "$work/violations" ]; then
	cat "$work/violations"
	echo "floors: $(wc -l <"$work/violations") violation(s)" >&2
	exit 1
fi
echo "floors: $(wc -l <"$work/includes") includes, $(wc -l <"$work/objects") objects, no violation"
