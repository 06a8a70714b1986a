#!/bin/sh
# The units under a systemd of their own: the live one tells when it listens, reloads, is started again when it hangs or is
# killed, ends with a report; the nightly one reports; each as its user, hardened as installed. A copy of this system's
# files that is thrown away, in namespaces of its own. Skipped with a word where that is not permitted.
set -u
cd "$(dirname "$0")/.." || exit 2
HERE=$PWD
. tests/tools/kit.sh

skip() {
	echo "skip the units under systemd: $*"
	echo "0 passed, 0 failed"
	exit 0
}

[ "$(id -u)" = 0 ] || skip "takes root"
for tool in unshare nsenter ip /lib/systemd/systemd systemctl; do
	command -v $tool >/dev/null || skip "no $tool here"
done
W=$(mktemp -d)
boot=""
# All that runs inside goes with its first process; unshare itself waits for that and heeds nothing else.
stop() {
	if [ -n "$boot" ]; then
		# shellcheck disable=SC2013 # numbers
		for child in $(cat "/proc/$boot/task/$boot/children" 2>/dev/null); do
			kill -KILL "$child" 2>/dev/null
		done
		wait "$boot" 2>/dev/null
	fi
	rm -rf "$W"
}
trap stop EXIT

cat >"$W/boot" <<'EOF'
set -e
W=$1 HERE=$2
R=$W/root
mount --make-rprivate /
mkdir "$R" "$W/over"
mount -t tmpfs none "$W/over"
mkdir "$W/over/upper" "$W/over/work"
mount -t overlay overlay -o "lowerdir=/,upperdir=$W/over/upper,workdir=$W/over/work" "$R"
mount -t proc proc "$R/proc"
mount -t sysfs sysfs "$R/sys"
mount -t cgroup2 cgroup2 "$R/sys/fs/cgroup"
mount --rbind /dev "$R/dev"
mount -t tmpfs none "$R/run"
mount -t tmpfs none "$R/tmp"
rm -rf "$R/var/log/journal" "$R/etc/tapaudit" "$R/var/lib/tapaudit" "$R/var/spool/tapaudit"
make -C "$HERE" -s install DESTDIR="$R" PREFIX=/usr >/dev/null
mkdir -p "$R/etc/tapaudit" "$R/srv/captures"
cp "$HERE/pcaps/dsview.site.json" "$R/etc/tapaudit/site.json"
cp "$HERE/pcaps/dsview-good-day.pcapng" "$R/srv/captures/"
ip link add src type veth peer name mirror
ip link set src up
ip link set mirror up
export container=other
touch "$W/ready"
exec chroot "$R" /lib/systemd/systemd --system --unit=basic.target
EOF
(cd "$HERE" && make -s all) || exit 2
# The first process of the new namespace is systemd itself, as it wants to be.
unshare --mount --pid --fork --kill-child --uts --ipc --net --cgroup sh "$W/boot" "$W" "$HERE" >"$W/boot.log" 2>&1 &
boot=$!

inside() { # inside COMMAND..: in the booted system
	nsenter -t "$first" -m -p -u -i -n -C chroot "$W/root" "$@"
}

first=""
state=""
for _ in $(seq 100); do
	[ -z "$first" ] && [ -e "$W/ready" ] && first=$(tr -d ' ' <"/proc/$boot/task/$boot/children" 2>/dev/null)
	[ -z "$first" ] || state=$(inside systemctl is-system-running 2>/dev/null)
	case $state in running | degraded) break ;; esac
	kill -0 "$boot" 2>/dev/null || skip "cannot be booted here: $(tail -1 "$W/boot.log")"
	sleep 0.2
done
case $state in
running | degraded) ;;
*) skip "systemd does not come up here ($state)" ;;
esac

live() { # live PROPERTY: of the live unit
	inside systemctl show -p "$1" --value tapaudit-live@mirror
}

until_live() { # until_live PROPERTY VALUE: waits for it, up to 20 seconds
	for _ in $(seq 100); do
		[ "$(live "$1")" != "$2" ] || return 0
		sleep 0.2
	done
	return 1
}

inside systemd-sysusers
inside systemd-tmpfiles --create tapaudit.conf
# The harness cannot have user namespaces of its own within a changed root; waiting for a minute is no test.
inside sh -c 'mkdir -p /run/systemd/system/tapaudit-live@.service.d /run/systemd/system/tapaudit-nightly.service.d
	printf "[Service]\nWatchdogSec=3\nTimeoutAbortSec=1\nRestartSec=1\n" >/run/systemd/system/tapaudit-live@.service.d/test.conf
	printf "[Service]\nPrivateUsers=no\nEnvironment=TAPAUDIT_OPTIONS=--day=2026-11-18\n" >/run/systemd/system/tapaudit-nightly.service.d/test.conf
	systemctl daemon-reload'

inside systemctl start tapaudit-live@mirror
is "live: started" "$? $(live ActiveState)" "0 active"
main=$(live MainPID)
is "live: its rights" "$(inside sed -n 's/^\(Uid\|CapEff\|CapPrm\|CapAmb\|NoNewPrivs\|Seccomp\):[[:space:]]*//p' "/proc/$main/status" |
	tr -s '\t\n' '  ' | sed "s/^$(inside id -u tapaudit) /USER /")" \
	"USER $(inside id -u tapaudit) $(inside id -u tapaudit) $(inside id -u tapaudit) 0000000000000000 0000000000000000 0000000000000000 1 2 "
case $(live StatusText) in
*packets*) ok ;;
*) sleep 2
	case $(live StatusText) in *packets*) ok ;; *) no "live: its status" "$(live StatusText)" ;; esac ;;
esac
inside systemctl reload tapaudit-live@mirror
is "live: reloaded" "$? $(live ActiveState) $(live MainPID)" "0 active $main"
sleep 4
is "live: its signs of life are heard" "$(live ActiveState) $(live NRestarts) $(live MainPID)" "active 0 $main"

inside kill -STOP "$main"
if until_live NRestarts 1 && until_live ActiveState active; then ok; else no "live: hung" "$(live NRestarts) $(live ActiveState)"; fi
inside kill -KILL "$(live MainPID)"
if until_live NRestarts 2 && until_live ActiveState active; then ok; else no "live: killed" "$(live NRestarts) $(live ActiveState)"; fi

inside ip link del src
inside sh -c 'ip link add src type veth peer name mirror && ip link set src up && ip link set mirror up'
sleep 2
is "live: its port was away" "$(live ActiveState) $(live NRestarts)" "active 2"

inside systemctl stop tapaudit-live@mirror
is "live: stopped" "$(live ActiveState) $(live Result)" "inactive success"
is "live: what it left" "$(inside sh -c 'cd /var/lib/tapaudit && find . -type f -user tapaudit -perm 640 | sort | tr "\n" " "')" \
	"./live-mirror.db ./live-mirror.db.lock ./live-mirror.prom ./live-mirror/report.html ./live-mirror/report.json "
is "live: its record can be judged" "$(inside tapaudit report -s /etc/tapaudit/site.json --store /var/lib/tapaudit/live-mirror.db \
	-f json | grep -c '"schema": *"tapaudit.report/1"')" 1

inside sh -c 'cp /srv/captures/* /var/spool/tapaudit/ && touch -d 2026-11-19 /var/spool/tapaudit/*'
inside systemctl start tapaudit-nightly
is "nightly" "$? $(inside systemctl show -p Result --value tapaudit-nightly)" "0 success"
is "nightly: its report" "$(inside find /var/lib/tapaudit/reports/2026-11-18 -name report.html -user tapaudit | wc -l)" 1

[ $failed = 0 ] || inside journalctl --no-pager -n 40
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
