#!/bin/sh
# Each door of the sandbox, tried from inside: by a tool that enters it and then does what an intruder would, with and
# without root, in a thread that ran before, and each wall alone; and by the offline commands over odd ways to name
# inputs and outputs, which must work as without a sandbox. Doors that this kernel cannot shut are said by name.
# tests/sandbox.sh [PROGRAM [TOOL]]
set -u
cd "$(dirname "$0")/.." || exit 2
T=$PWD/${1:-build/tapaudit}
TRY=$PWD/${2:-build/release/tools/try_doors}
HERE=$PWD
W=$(mktemp -d)
trap 'rm -rf "$W"' EXIT
. tests/tools/kit.sh
export SOURCE_DATE_EPOCH=1795140000 NO_COLOR=1 LC_ALL=C.UTF-8

# What each attempt must come to. A dash: not asked there. "alone": by Landlock alone, without seccomp; "calls": by seccomp
# alone, without Landlock. Where the user's own rights refuse already, root's column shows what the sandbox does.
# attempt           offline live    alone   calls   internet  door
table='
read-inside         done    done    done    done    done      -
write-inside        done    done    done    done    done      -
rename-inside       done    done    done    done    done      -
unlink-inside       done    done    done    done    done      -
folder-inside       done    done    done    done    done      -
thread              done    done    done    done    done      -
signal-self         done    done    done    done    done      -
write-read-only     EACCES  EACCES  EACCES  done    EACCES    files
create-read-only    EACCES  EACCES  EACCES  done    EACCES    files
read-outside        EACCES  EACCES  EACCES  done    EACCES    files
read-passwd         EACCES  EACCES  EACCES  done    done      files
list-outside        EACCES  EACCES  EACCES  done    EACCES    files
list-root           EACCES  EACCES  EACCES  done    EACCES    files
write-outside       EACCES  EACCES  EACCES  done    EACCES    files
create-outside      EACCES  EACCES  EACCES  done    EACCES    files
cut-outside         EPERM   EPERM   EACCES  EPERM   EPERM     truncation
rename-out          EACCES  EACCES  EACCES  done    EACCES    files
link-in             EPERM   EPERM   -       EPERM   EPERM     calls
folder-outside      EACCES  EACCES  EACCES  done    EACCES    files
unlink-outside      EACCES  EACCES  EACCES  done    EACCES    files
symlink             EPERM   EPERM   EACCES  EPERM   EPERM     calls
mode                EPERM   EPERM   -       EPERM   EPERM     calls
owner               EPERM   EPERM   -       EPERM   EPERM     calls
device              killed  killed  EACCES  killed  killed    calls
pipe-file           killed  killed  EACCES  killed  killed    calls
memory-file         EPERM   EPERM   -       EPERM   EPERM     calls
socket-unix         EPERM   done    done    EPERM   done      calls
socket-tcp          EPERM   EPERM   done    EPERM   done      calls
socket-udp          EPERM   EPERM   done    EPERM   done      calls
socket-packet       EPERM   EPERM   EPERM   EPERM   EPERM     capabilities
socket-netlink      EPERM   done    done    EPERM   done      calls
connect-tcp         EPERM   EACCES  EACCES  EPERM   done      tcp
listen-tcp          EPERM   EACCES  EACCES  EPERM   EACCES    tcp
connect-abstract    EPERM   EPERM   EPERM   EPERM   EPERM     scope
connect-path        EPERM   done    done    EPERM   done      calls
metadata-outside    done    done    done    done    done      -
exec                killed  killed  EACCES  killed  killed    calls
fork                EPERM   EPERM   done    EPERM   EPERM     calls
shell               ECHILD  ECHILD  ECHILD  ECHILD  ECHILD    calls
trace               killed  killed  -       killed  killed    calls
mount               killed  killed  EPERM   killed  killed    calls
namespace           killed  killed  -       killed  killed    calls
root                killed  killed  EPERM   killed  killed    calls
capabilities        killed  killed  EPERM   killed  killed    calls
signal-other        EPERM   EPERM   EPERM   EPERM   EPERM     scope
signal-thread       EPERM   EPERM   EPERM   EPERM   EPERM     scope
run-memory          EPERM   EPERM   -       EPERM   done      calls
make-runnable       EPERM   EPERM   -       EPERM   done      calls
kernel-program      killed  killed  -       killed  killed    calls
rings               killed  killed  -       killed  killed    calls
clock               killed  killed  EPERM   killed  killed    calls
set-limit           EPERM   EPERM   done    EPERM   EPERM     calls
type-ahead          EPERM   EPERM   -       EPERM   EPERM     calls
unknown-call        ENOSYS  ENOSYS  -       ENOSYS  ENOSYS    calls
other-machine       killed  killed  -       killed  killed    calls
'

# The machine that the tool is built for may have no other table of calls.
[ "$(uname -m)" = x86_64 ] || table=$(printf '%s' "$table" | sed 's/^other-machine.*//')

make_folders() {
	rm -rf "$W/d"
	mkdir -p "$W/d/read" "$W/d/write" "$W/d/outside"
	for folder in read write outside; do
		echo content >"$W/d/$folder/file"
	done
	# Open to everybody, so that what is refused is refused by the sandbox.
	chmod -R a+rwX "$W"
}

missing=""
doors() { # doors NAME COLUMN OPTION..: every attempt against its column
	name=$1 column=$2
	shift 2
	make_folders
	if ! timeout 60 "$@" "$W/d/read" "$W/d/write" "$W/d/outside" 2>&1 | sed 's/killed by signal 31/killed/' >"$W/tried"; then
		no "$name" "$(cat "$W/tried")"
		return
	fi
	# shellcheck disable=SC2034 # columns are taken by name
	printf '%s\n' "$table" | while read -r attempt offline live alone calls internet door; do
		[ -n "$attempt" ] || continue
		eval "wanted=\$$column"
		# shellcheck disable=SC2154 # set by eval
		[ "$wanted" != - ] || continue
		got=$(sed -n "s/^$attempt //p" "$W/tried")
		case " $missing " in
		*" $door "*) echo "skip $name: $attempt: $door is missing in this kernel ($got)" ;;
		*) if [ "$got" = "$wanted" ]; then echo "ok"; else echo "FAIL $name: $attempt: \"$got\", not \"$wanted\""; fi ;;
		esac
	done >"$W/doors"
	grep -v '^ok' "$W/doors"
	passed=$((passed + $(grep -c '^ok' "$W/doors")))
	failed=$((failed + $(grep -c '^FAIL' "$W/doors")))
}

# --- what this kernel can do

make_folders
"$TRY" --state "$W/d/read" "$W/d/write" "$W/d/outside" >"$W/state" 2>&1
abi=$(sed -n 's/^landlock //p' "$W/state")
missing=$(sed -n 's/^\([a-z]*\) missing .*/\1/p' "$W/state" | tr '\n' ' ')
echo "this kernel: Landlock ${abi:-none}; cannot shut: ${missing:-nothing}"
for door in capabilities privileges core; do
	is "$door is shut" "$(sed -n "s/^$door \([a-z]*\) .*/\1/p" "$W/state")" shut
done

# --- every attempt works where nothing is entered: otherwise its refusal would prove nothing

make_folders
"$TRY" --none "$W/d/read" "$W/d/write" "$W/d/outside" >"$W/tried" 2>/dev/null &
wait $!
for attempt in read-outside list-outside write-outside create-outside cut-outside rename-out folder-outside unlink-outside \
	link-in symlink mode pipe-file memory-file socket-unix socket-tcp socket-udp socket-netlink connect-tcp listen-tcp \
	connect-abstract connect-path fork shell trace signal-other signal-thread set-limit run-memory make-runnable; do
	is "without a sandbox: $attempt" "$(sed -n "s/^$attempt //p" "$W/tried")" "done"
done
is "without a sandbox: exec" "$(grep -c '^exec' "$W/tried")" 0

# --- as an ordinary user

as_user=""
user=$(id -un)
if [ "$(id -u)" = 0 ]; then
	user=nobody
	as_user="setpriv --reuid=nobody --regid=nogroup --clear-groups"
fi
# Where the tool lies may be closed to other users.
cp "$TRY" "$W/try"
chmod a+rx "$W/try"
# shellcheck disable=SC2086 # words
{
	doors "offline, as $user" offline $as_user "$W/try"
	doors "live, as $user" live $as_user "$W/try" --live
	doors "live, a thread that ran before, as $user" live $as_user "$W/try" --live --thread
	doors "internet, as $user" internet $as_user "$W/try" --internet
	case " $missing " in
	*" files "*) echo "skip Landlock alone: this kernel has none" ;;
	*) doors "Landlock alone, as $user" alone $as_user "$W/try" --live --without seccomp ;;
	esac
}

# --- as root, dropping

if [ "$(id -u)" = 0 ]; then
	doors "offline, root stays" offline "$TRY"
	doors "root drops to nobody" live "$W/try" --user nobody --live
	doors "root drops to 65534:65534, with a thread" live "$W/try" --user 65534:65534 --live --thread
	"$W/try" --user nobody --live --keep-raw --state "$W/d/read" "$W/d/write" "$W/d/outside" >"$W/state" 2>&1
	is "one capability kept" "$(sed -n 's/^capabilities //p' "$W/state")" "shut CAP_NET_RAW"
	is "the user" "$(sed -n 's/^user //p' "$W/state")" "shut nobody (65534:65534)"
	make_folders
	is "a port can be opened with that" "$("$W/try" --user nobody --live --keep-raw "$W/d/read" "$W/d/write" \
		"$W/d/outside" | sed -n 's/^socket-packet //p')" "done"
else
	echo "skip dropping to a user: takes root"
fi

# --- a kernel without: said by name, and refused where all doors are demanded. By seccomp alone.

saved=$missing
missing="$missing files truncation tcp devices scope"
# shellcheck disable=SC2086
"$W/try" --without landlock --state "$W/d/read" "$W/d/write" "$W/d/outside" >"$W/state" 2>&1
for door in files truncation tcp devices scope; do
	is "without Landlock: $door" "$(sed -n "s/^$door //p" "$W/state")" "missing no Landlock in this kernel, or refused from outside"
done
missing=$saved
# shellcheck disable=SC2086
doors "seccomp alone, as $user" calls $as_user "$W/try" --without landlock
is "demanded without Landlock" "$("$W/try" --strict --without landlock --state "$W/d/read" "$W/d/write" "$W/d/outside")" \
	"not entered: sandbox: files cannot be shut: no Landlock in this kernel, or refused from outside"
is "demanded without seccomp" "$("$W/try" --strict --without seccomp --state "$W/d/read" "$W/d/write" "$W/d/outside" |
	sed 's/files cannot.*/calls cannot be shut/; s/: no seccomp.*//')" "not entered: sandbox: calls cannot be shut"

# --- a sandbox around this one, such as a container's or a unit's, may refuse what this one needs: it goes on with less

# shellcheck disable=SC2086
for call in landlock seccomp capset; do
	is "refused from outside: $call" "$($as_user "$W/try" --refuse $call "$W/d/read" "$W/d/write" "$W/d/outside" |
		sed -n 's/^read-inside //p')" "done"
done

# --- offline commands name inputs and outputs in every way there is

cd "$W" || exit 2
rm -rf d
mkdir captures elsewhere "with space"
SAMPLE=$HERE/pcaps/dsview-good-day.pcapng
SITE=$HERE/pcaps/dsview.site.json
cp "$SAMPLE" elsewhere/real.pcapng
cp "$SITE" site.json
ln -s elsewhere/real.pcapng link.pcapng
ln -s "$PWD/elsewhere" linked-folder
cp "$SAMPLE" captures/a.pcapng
gzip -c "$SAMPLE" >captures/b.pcapng.gz
(cd elsewhere && python3 -c 'import zipfile; zipfile.ZipFile("c.zip", "w").write("real.pcapng")')

# same NAME ARGUMENT..: the same output and status as without a sandbox, and nothing about one
same() {
	name=$1
	shift
	"$@" >with.out 2>with.err
	with=$?
	NO_SANDBOX=--no-sandbox "$@" >without.out 2>without.err
	without=$?
	if [ $with = $without ] && cmp -s with.out without.out && cmp -s with.err without.err && [ $with != 2 ]; then
		ok
	else
		no "$name" "status $with, without $without: $(diff with.out without.out | head -3) $(diff with.err without.err | head -3)"
	fi
}

t() { # t COMMAND ARGUMENT..: the program, with or without
	command=$1
	shift
	# shellcheck disable=SC2086 # nothing or one word
	"$T" "$command" ${NO_SANDBOX:-} "$@"
}

piped() { t audit -s site.json -f json - <elsewhere/real.pcapng; }
# shellcheck disable=SC2002 # a pipe is wanted
from_pipe() { cat elsewhere/real.pcapng | t audit -s site.json -f json -; }
as_stdin() { t audit -s site.json -f json /dev/stdin <elsewhere/real.pcapng; }
# shellcheck disable=SC2002
as_pipe() { cat elsewhere/real.pcapng | t flows /dev/stdin; }
as_number() { t flows /dev/fd/7 7<elsewhere/real.pcapng; }
from_named_pipe() {
	rm -f fifo
	mkfifo fifo
	cat elsewhere/real.pcapng >fifo &
	t flows fifo
}
to_named_pipe() {
	rm -f fifo
	mkfifo fifo
	cat fifo >got &
	t audit -s site.json -f json -o fifo captures/a.pcapng
	wait $!
	cat got
}
same "standard input" piped
same "a pipe" from_pipe
same "/dev/stdin, a file" as_stdin
same "/dev/stdin, a pipe" as_pipe
same "/dev/fd/N" as_number
same "a named pipe" from_named_pipe
same "output to a named pipe" to_named_pipe
same "a relative path" t flows elsewhere/../elsewhere/real.pcapng
same "a link" t flows link.pcapng
same "through a linked folder" t flows linked-folder/real.pcapng
same "a folder" t audit -s site.json -f json captures
same "an archive" t audit -s site.json -f json --hash elsewhere/c.zip
same "threads" t audit -j4 -s site.json -f json captures elsewhere
same "HTML to standard output" t audit -s site.json -f html -o - captures
same "output to /dev/stdout" t audit -s site.json -f json -o /dev/stdout captures
same "output to /dev/null" t audit -s site.json -f json -o /dev/null captures
same "check" t check site.json "$HERE"/signatures/*.json
same "matrix" t matrix
same "matrix of a site" t matrix -s site.json
same "discover" t discover captures
(cd elsewhere && "$T" audit -s "$HERE/pcaps/dsview-proxied.site.json" -f json -o ../report.json \
	"$HERE/pcaps/dsview-proxy-bypass.pcap")
same "explain" t explain report.json "$(sed -n 's/.*"id": *"\([0-9a-f]\{16,\}\)".*/\1/p' report.json | head -1)"

mkdir signatures
for file in "$HERE"/signatures/*.json; do ln -s "$file" signatures/; done
same "linked signatures" t audit -S signatures -s site.json -f json captures

# written NAME FILE COMMAND ARGUMENT..: status as without, and the file the same
written() {
	name=$1 file=$2
	shift 2
	rm -f "$file" "$file.without"
	t "$@" >with.out 2>&1
	with=$?
	[ ! -e "$file" ] || mv "$file" "$file.with"
	NO_SANDBOX=--no-sandbox t "$@" >without.out 2>&1
	if [ $with = $? ] && [ -s "$file" ] && cmp -s "$file" "$file.with"; then ok; else no "$name" "status $with: $(cat with.out)"; fi
	cp "$file.with" "$file"
}

written "output here" out.json audit -s site.json -f json -o out.json captures
written "output elsewhere" elsewhere/out.json audit -s site.json -f json -o elsewhere/out.json captures
written "output with a space" "with space/o" audit -s site.json -f text -o "with space/o" captures
written "a new folder" new/report.json audit -s site.json -f json,html -o new captures
written "a new folder, with a slash" slashed/report.json audit -s site.json -f json,html -o slashed/ captures
written "flows" flows.csv flows -o flows.csv captures
written "unsorted flows" flows.csv flows --unsorted -o flows.csv captures
written "draft" draft.json discover -q -o draft.json captures
written "evidence" evidence-report.json audit -s "$HERE/pcaps/dsview-proxied.site.json" -f json --evidence evidence \
	-o evidence-report.json "$HERE/pcaps/dsview-proxy-bypass.pcap"
is "evidence files" "$([ "$(find evidence -name '*.pcapng' 2>/dev/null | wc -l)" -gt 0 ] && echo some)" some
ln -s elsewhere/linked.csv flows-link
"$T" flows -q -o flows-link captures
if "$T" flows captures 2>/dev/null | cmp -s - elsewhere/linked.csv; then ok; else no "flows through a link" "not written"; fi

mkdir spool reports real-store
cp captures/a.pcapng spool/
touch -d 2026-11-19 spool/a.pcapng
ln -s real-store/audit.db store.db
"$T" nightly -q -s site.json --spool spool --store store.db -o reports --day 2026-11-18 --settle 0 >nightly.out 2>&1
is "nightly" "$?" 0
if [ -s reports/2026-11-18/report.html ]; then ok; else no "nightly's report" "$(cat nightly.out)"; fi
same "report of a linked store" t report -s site.json --store store.db -f json
same "discover from a store" t discover --from-store store.db

# --- what is in force, and that it is

"$T" check -v site.json >/dev/null 2>said
[ -n "$missing" ] || is "-v says so" "$(sed 's/(CAP[A-Z_ ]*)/(none)/; s/([0-9]*:[0-9]*,/(U:G,/' said)" \
	"tapaudit: sandbox: shut: capabilities (none), privileges, files, truncation, tcp, devices, scope, calls, core; open: user (U:G, as started)"
"$T" check -v --no-sandbox site.json >/dev/null 2>said
is "--no-sandbox says so" "$(cat said)" "tapaudit: sandbox: switched off"
# A command that waits for its input is inside already; the kernel tells of it.
mkfifo input
"$T" flows input >/dev/null 2>&1 &
inside=$!
exec 8>input
for _ in 1 2 3 4 5 6 7 8 9 10; do
	grep -q '^Seccomp:.2' "/proc/$inside/status" && break
	sleep 0.1
done
is "a run has a filter" "$(sed -n 's/^Seccomp:\t//p' "/proc/$inside/status")" 2
is "a run has no_new_privs" "$(sed -n 's/^NoNewPrivs:\t//p' "/proc/$inside/status")" 1
is "a run leaves no core" "$(sed -n 's/^Max core file size *\([0-9a-z]*\) .*/\1/p' "/proc/$inside/limits")" 0
exec 8>&-
wait $inside

# --- live, on a pair of ports of its own: root, dropped in every thread; what the user cannot write is known at once

live_pair() { # live_pair OPTION..: becomes live on a new pair of ports, as root
	# shellcheck disable=SC2016 # expanded inside
	exec unshare -n sh -c 'ip link add here type veth peer name there && ip link set here up && ip link set there up || exit 9
		exec "$@"' sh "$T" live -q -i there -s site.json -S signatures "$@"
}

if [ "$(id -u)" = 0 ] && command -v ip >/dev/null && unshare -n true 2>/dev/null; then
	rm signatures/*
	cp "$HERE"/signatures/*.json signatures/
	mkdir -m 777 kept
	mkdir -m 755 closed
	chmod a+rx . "$W"
	live_pair --user nobody --store kept/live.db --metrics kept/metrics --events kept/events --evidence kept/evidence \
		--workers 1 -f json -o kept/report.json --duration 4 >live.out 2>&1 &
	inside=$!
	for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30; do
		grep -q '^Seccomp:.2' "/proc/$inside/status" && break
		sleep 0.1
	done
	# Threads of its own come after that.
	sleep 1
	threads=0
	for task in "/proc/$inside/task"/*; do
		threads=$((threads + 1))
		is "a thread of live" "$(sed -n 's/^\(Uid\|Gid\|Groups\|CapPrm\|CapEff\|CapInh\|CapBnd\|CapAmb\|NoNewPrivs\|Seccomp\):[[:space:]]*//p' \
			"$task/status" | tr -s '\t \n' ' ')" \
			"65534 65534 65534 65534 65534 65534 65534 65534 0000000000000000 0000000000000000 0000000000000000 0000000000000000 0000000000000000 1 2 "
	done
	if [ $threads -ge 3 ]; then ok; else no "threads of live" "only $threads"; fi
	wait $inside
	status=$?
	# Nothing was to be seen, so nothing can be judged.
	is "live as nobody" "$status $(cat live.out)" "3 "
	is "what it wrote" "$(find kept -type f -user nobody | sort | tr '\n' ' ')" "kept/live.db kept/live.db.lock kept/metrics kept/report.json "
	for option in -o --metrics --store --evidence; do
		(live_pair --user nobody $option closed/it --duration 1) >live.out 2>&1
		is "live: $option where nobody may write" "$? $(cat live.out)" \
			"2 tapaudit: closed/it: user nobody cannot write in closed: Permission denied"
	done
	(live_pair --user no-such-user --duration 1) >live.out 2>&1
	is "live as nobody known" "$? $(cat live.out)" \
		"2 tapaudit: sandbox: user \"no-such-user\": there is no such user; --no-sandbox does without"
else
	echo "skip live: takes root and network namespaces"
fi

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
