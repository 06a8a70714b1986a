#!/bin/sh
# The systemd units: what systemd says of them, and the service's own command line run for real, installed under DESTDIR, as
# an unprivileged user without capabilities, without a network, with a read-only system, and under the unit's own filter of
# system calls. Needs root and systemd's tools; skipped without.
set -u
cd "$(dirname "$0")/.." || exit 2
for tool in systemd-analyze unshare setpriv python3; do
	command -v $tool >/dev/null || { echo "skipped: no $tool here"; echo "0 passed, 0 failed"; exit 0; }
done
if [ "$(id -u)" != 0 ] || ! unshare -m -n -p -f true 2>/dev/null; then
	echo "skipped: only root may make namespaces here"
	echo "0 passed, 0 failed"
	exit 0
fi
W=$(mktemp -d /tmp/tapaudit-service-XXXXXX)
trap 'rm -rf "$W"' EXIT
chmod 755 "$W"
. tests/tools/kit.sh

make -s install DESTDIR="$W/root" PREFIX=/usr >"$W/install.log" 2>&1
is "make install" "$?: $(grep -v '^  ' "$W/install.log")" "0: "
unit=$W/root/usr/lib/systemd/system/tapaudit-nightly.service
mkdir "$W/units"
cp "$W"/root/usr/lib/systemd/system/tapaudit-nightly.* "$W/units/"
sed -i 's#^ExecStart=/usr/bin/tapaudit#ExecStart=/bin/true#' "$W/units/tapaudit-nightly.service"
is "systemd-analyze verify" "$(systemd-analyze verify --man=no "$W"/units/* 2>&1)" ""
exposure=$(systemd-analyze security --no-pager --offline=true "$W/units/tapaudit-nightly.service" | sed -n 's/.*exposure level for .*: \([0-9.]*\) .*/\1/p')
echo "exposure $exposure"
is "exposure below 1" "$(awk -v level="$exposure" 'BEGIN { print level != "" && level < 1 }')" 1

# The filter as a program of its own, which runs another one under it.
python3 tests/tools/under_filter.py "$unit" >"$W/allowed.h"
cat >"$W/filter.c" <<'END'
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>
static const int allowed[] = {
#include "allowed.h"
};
int main(int argc, char **argv)
{
	static struct sock_filter code[2048];
	unsigned short n = 0;
	(void)argc;
	code[n++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
	for (size_t i = 0; i < sizeof allowed / sizeof *allowed; i++) {
		code[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)allowed[i], 0, 1);
		code[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	}
	code[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM);
	struct sock_fprog program = {n, code};
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0)
		return 99;
	execv(argv[1], argv + 1);
	return 98;
}
END
${CC:-cc} -O1 -o "$W/filter" "$W/filter.c" || { echo "0 passed, 1 failed"; exit 1; }

# /usr, /etc/tapaudit, /var/spool and /var/lib as the unit names them, in a root of their own.
for folder in etc/tapaudit var/spool/tapaudit var/lib/tapaudit dev proc tmp bin lib lib64 etc usr/share/zoneinfo; do
	mkdir -p "$W/root/$folder"
done
cp pcaps/dsview.site.json "$W/root/etc/tapaudit/site.json"
cp pcaps/dsview-good-day.pcapng "$W/root/var/spool/tapaudit/"
touch -d '1 hour ago' "$W"/root/var/spool/tapaudit/*
chmod 750 "$W/root/var/lib/tapaudit"
chown 4321:4321 "$W/root/var/lib/tapaudit"
cp "$W/filter" "$(command -v setpriv)" "$W/root/"
command=$(sed -n '/^ExecStart=/{:more /\\$/{N;b more};s/^ExecStart=//;s/\\\n//g;p}' "$unit" | sed 's/\$TAPAUDIT_OPTIONS/--day=2026-11-18 -v/')
cat >"$W/inside.sh" <<END
mount --make-rprivate /
mount --bind $W/root $W/root
for folder in bin lib lib64 usr/lib usr/share/zoneinfo proc; do
	mkdir -p $W/root/\$folder
	mount --rbind /\$folder $W/root/\$folder
done
touch $W/root/dev/urandom $W/root/dev/null
mount --bind /dev/urandom $W/root/dev/urandom
mount --bind /dev/null $W/root/dev/null
mount -o remount,bind,ro $W/root
mount --bind $W/state $W/root/var/lib/tapaudit
umask 0027
# A process without capabilities cannot change its root: that comes first.
exec chroot $W/root /setpriv --reuid 4321 --regid 4321 --clear-groups --no-new-privs --bounding-set=-all --inh-caps=-all \
	/filter $command
END
mv "$W/root/var/lib/tapaudit" "$W/state"
mkdir "$W/root/var/lib/tapaudit"
SOURCE_DATE_EPOCH=1795140000 unshare -m -n -p -f --mount-proc sh "$W/inside.sh" >"$W/run.log" 2>&1
is "the service's command line" "$?: $(grep -v sandbox "$W/run.log")" "0: "
grep sandbox "$W/run.log"
is "its files" "$(cd "$W/state" && find . -type f | sort | tr '\n' ' ')" \
	"./audit.db ./audit.db.lock ./reports/.lock ./reports/.site ./reports/2026-11-18/findings.csv ./reports/2026-11-18/junit.xml ./reports/2026-11-18/report.html ./reports/2026-11-18/report.json ./reports/2026-11-18/summary.txt ./reports/index.html "
is "readable for the group alone" "$(find "$W/state" -type f ! -perm 0640 | wc -l)" 0
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
