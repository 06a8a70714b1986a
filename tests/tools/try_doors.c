/*
 * Tries from inside what the sandbox shuts: try_doors [OPTION..] READ WRITE OUTSIDE. Each attempt is a
 * process of its own that enters the confinement and then does one thing; a line says what became of it:
 * "open-outside EACCES", "exec killed by signal 31", "write-inside done". READ may be read, WRITE written as
 * well, OUTSIDE neither; each is a folder that holds a file "file".
 *
 *   --none         enter nothing: shows that the attempts themselves work
 *   --user USER    drop to this user
 *   --live         what live uses: unix sockets and ports
 *   --internet     what a store on the network uses
 *   --keep-raw     CAP_NET_RAW stays
 *   --thread       the attempt is made by a thread that ran before the entry
 *   --strict       a door that cannot be shut is an error
 *   --without CALL a kernel that lacks it is played: landlock or seccomp
 *   --refuse CALL  a sandbox around us that refuses it is played: landlock, seccomp or capset
 *   --state        print what is in force instead
 */
#include "system/confine.h"
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static struct confine_options options;
static struct confine_path paths[2];
static const char *folder_read, *folder_write, *folder_outside;
static bool enter_nothing, in_thread;

/* FOLDER/NAME, good until the next call. */
static const char *in(const char *folder, const char *name)
{
	static char path[2][4096];
	static unsigned turn;

	turn = !turn;
	snprintf(path[turn], sizeof path[turn], "%s/%s", folder, name);
	return path[turn];
}

static int closed(int fd)
{
	return fd < 0 ? -1 : close(fd);
}

static int open_at(const char *folder, const char *name, int flags)
{
	return closed(open(in(folder, name), flags, 0600));
}

static int try_read_inside(void)
{
	return open_at(folder_read, "file", O_RDONLY);
}

static int try_write_read_only(void)
{
	return open_at(folder_read, "file", O_WRONLY);
}

static int try_create_read_only(void)
{
	return open_at(folder_read, "new", O_WRONLY | O_CREAT);
}

static int try_write_inside(void)
{
	return open_at(folder_write, "new", O_WRONLY | O_CREAT | O_TRUNC);
}

static int try_rename_inside(void)
{
	return try_write_inside() != 0 ? -1 : rename(in(folder_write, "new"), in(folder_write, "newer"));
}

static int try_unlink_inside(void)
{
	return try_write_inside() != 0 ? -1 : unlink(in(folder_write, "new"));
}

static int try_folder_inside(void)
{
	return mkdir(in(folder_write, "folder"), 0700) != 0 ? -1 : rmdir(in(folder_write, "folder"));
}

static int try_read_outside(void)
{
	return open_at(folder_outside, "file", O_RDONLY);
}

static int try_read_passwd(void)
{
	return open_at("/etc", "passwd", O_RDONLY);
}

static int try_write_outside(void)
{
	return open_at(folder_outside, "file", O_WRONLY);
}

static int try_create_outside(void)
{
	return open_at(folder_outside, "new", O_WRONLY | O_CREAT);
}

static int try_cut_outside(void)
{
	return truncate(in(folder_outside, "file"), 0);
}

static int try_list_outside(void)
{
	DIR *folder = opendir(folder_outside);

	return folder ? closedir(folder) : -1;
}

static int try_list_root(void)
{
	DIR *folder = opendir("/");

	return folder ? closedir(folder) : -1;
}

static int try_unlink_outside(void)
{
	return unlink(in(folder_outside, "file"));
}

static int try_folder_outside(void)
{
	return mkdir(in(folder_outside, "folder"), 0700);
}

static int try_rename_out(void)
{
	return open_at(folder_write, "moved", O_WRONLY | O_CREAT) != 0
		   ? -1
		   : rename(in(folder_write, "moved"), in(folder_outside, "moved"));
}

static int try_link_in(void)
{
	return link(in(folder_outside, "file"), in(folder_write, "linked"));
}

static int try_symlink(void)
{
	return symlink("/etc/shadow", in(folder_write, "symlink"));
}

static int try_mode(void)
{
	return chmod(in(folder_write, "file"), 04777);
}

static int try_owner(void)
{
	return chown(in(folder_write, "file"), 0, 0);
}

static int try_device(void)
{
	return mknod(in(folder_write, "device"), S_IFCHR | 0600, 0x101);
}

static int try_pipe_file(void)
{
	return mkfifo(in(folder_write, "pipe"), 0600);
}

static int try_memory_file(void)
{
	return closed((int)syscall(SYS_memfd_create, "x", 0));
}

static int try_socket_unix(void)
{
	return closed(socket(AF_UNIX, SOCK_STREAM, 0));
}

static int try_socket_tcp(void)
{
	return closed(socket(AF_INET, SOCK_STREAM, 0));
}

static int try_socket_udp(void)
{
	return closed(socket(AF_INET6, SOCK_DGRAM, 0));
}

static int try_socket_packet(void)
{
	return closed(socket(AF_PACKET, SOCK_RAW, htons(3)));
}

static int try_socket_netlink(void)
{
	return closed(socket(AF_NETLINK, SOCK_RAW, 0));
}

/* With sockets that were opened before, as live's are. */
static int old_socket = -1;

static int try_connect_tcp(void)
{
	struct sockaddr_in to = {
	    .sin_family = AF_INET, .sin_port = htons(9), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};

	if (connect(old_socket, (struct sockaddr *)&to, sizeof to) == 0 || errno == ECONNREFUSED)
		return 0;
	return -1;
}

static int try_listen_tcp(void)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(48999)};

	return bind(old_socket, (struct sockaddr *)&to, sizeof to);
}

/* A neighbour's sockets: one by path in the folder to be written, one by an abstract name. */
static char abstract_name[32];

static int unix_socket(const char *name, bool listening)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	bool abstract = name[0] == '@';
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	snprintf(address.sun_path, sizeof address.sun_path, "%s", name);
	socklen_t length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(name) + !abstract);
	if (abstract)
		address.sun_path[0] = '\0';
	if (fd < 0 || (listening ? bind : connect)(fd, (const struct sockaddr *)&address, length) != 0 ||
	    (listening && listen(fd, 128) != 0))
		return -1;
	return 0;
}

static void listen_unix(void)
{
	snprintf(abstract_name, sizeof abstract_name, "@doors-%d", (int)getpid());
	unlink(in(folder_outside, "socket"));
	if (unix_socket(abstract_name, true) != 0 || unix_socket(in(folder_outside, "socket"), true) != 0 ||
	    chmod(in(folder_outside, "socket"), 0777) != 0)
		perror("try_doors: listening");
}

static int try_connect_abstract(void)
{
	return unix_socket(abstract_name, false);
}

static int try_connect_path(void)
{
	return unix_socket(in(folder_outside, "socket"), false);
}

static int try_metadata(void)
{
	struct stat state;

	return stat(in(folder_outside, "file"), &state);
}

static int try_exec(void)
{
	char *const arguments[] = {(char[]){"true"}, NULL};

	return execv("/bin/true", arguments);
}

static int try_fork(void)
{
	pid_t child = fork();

	if (child == 0)
		_exit(0);
	return child < 0 ? -1 : 0;
}

static int try_shell(void)
{
	int status = system("true");

	if (status == 0)
		return 0;
	if (status != -1)
		errno = ECHILD;
	return -1;
}

static void *nothing(void *context)
{
	return context;
}

static int try_thread(void)
{
	pthread_t thread;

	errno = pthread_create(&thread, NULL, nothing, NULL);
	return errno ? -1 : pthread_join(thread, NULL);
}

static int try_trace(void)
{
	return (int)ptrace(PTRACE_SEIZE, getppid(), NULL, NULL);
}

static int try_mount(void)
{
	return mount("none", folder_write, "tmpfs", 0, NULL) != 0 ? -1 : umount(folder_write);
}

static int try_namespace(void)
{
	return (int)syscall(SYS_unshare, 0x10000000);
}

static int try_root(void)
{
	return (int)syscall(SYS_setresuid, 0, 0, 0);
}

static int try_capabilities(void)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[2] = {{.effective = ~0U, .permitted = ~0U, .inheritable = 0}};

	return (int)syscall(SYS_capset, &header, data);
}

static int try_signal(void)
{
	return kill(getppid(), 0);
}

static int try_signal_thread(void)
{
	return (int)syscall(SYS_tgkill, getppid(), getppid(), 0);
}

static int try_signal_self(void)
{
	return kill(getpid(), 0);
}

static int try_run_memory(void)
{
	void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return page == MAP_FAILED ? -1 : munmap(page, 4096);
}

static int try_make_runnable(void)
{
	void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return page == MAP_FAILED ? -1 : mprotect(page, 4096, PROT_READ | PROT_EXEC);
}

static int try_kernel_program(void)
{
	return (int)syscall(SYS_bpf, 0, NULL, 0);
}

static int try_rings(void)
{
	return (int)syscall(SYS_io_uring_setup, 1, NULL);
}

static int try_clock(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return clock_settime(CLOCK_REALTIME, &now);
}

/* As it is: the kernel itself would have nothing against it. */
static int try_set_limit(void)
{
	struct rlimit limit;

	return getrlimit(RLIMIT_NOFILE, &limit) != 0 ? -1 : setrlimit(RLIMIT_NOFILE, &limit);
}

static int try_type_ahead(void)
{
	char c = 'x';

	return ioctl(0, 0x5412, &c);
}

static int try_unknown_call(void)
{
	return (int)syscall(100000);
}

static int try_other_machine(void)
{
#ifdef __x86_64__
	return (int)syscall(0x40000000 | SYS_getpid);
#else
	errno = ENOSYS;
	return -1;
#endif
}

static const struct {
	const char *name;
	int (*run)(void);
} attempts[] = {
    {"read-inside", try_read_inside},
    {"write-inside", try_write_inside},
    {"rename-inside", try_rename_inside},
    {"unlink-inside", try_unlink_inside},
    {"folder-inside", try_folder_inside},
    {"thread", try_thread},
    {"signal-self", try_signal_self},
    {"write-read-only", try_write_read_only},
    {"create-read-only", try_create_read_only},
    {"read-outside", try_read_outside},
    {"read-passwd", try_read_passwd},
    {"list-outside", try_list_outside},
    {"list-root", try_list_root},
    {"metadata-outside", try_metadata},
    {"write-outside", try_write_outside},
    {"create-outside", try_create_outside},
    {"cut-outside", try_cut_outside},
    {"rename-out", try_rename_out},
    {"link-in", try_link_in},
    {"folder-outside", try_folder_outside},
    {"unlink-outside", try_unlink_outside},
    {"symlink", try_symlink},
    {"mode", try_mode},
    {"owner", try_owner},
    {"device", try_device},
    {"pipe-file", try_pipe_file},
    {"memory-file", try_memory_file},
    {"socket-unix", try_socket_unix},
    {"socket-tcp", try_socket_tcp},
    {"socket-udp", try_socket_udp},
    {"socket-packet", try_socket_packet},
    {"socket-netlink", try_socket_netlink},
    {"connect-tcp", try_connect_tcp},
    {"listen-tcp", try_listen_tcp},
    {"connect-abstract", try_connect_abstract},
    {"connect-path", try_connect_path},
    {"exec", try_exec},
    {"fork", try_fork},
    {"shell", try_shell},
    {"trace", try_trace},
    {"mount", try_mount},
    {"namespace", try_namespace},
    {"root", try_root},
    {"capabilities", try_capabilities},
    {"signal-other", try_signal},
    {"signal-thread", try_signal_thread},
    {"run-memory", try_run_memory},
    {"make-runnable", try_make_runnable},
    {"kernel-program", try_kernel_program},
    {"rings", try_rings},
    {"clock", try_clock},
    {"set-limit", try_set_limit},
    {"type-ahead", try_type_ahead},
    {"unknown-call", try_unknown_call},
    {"other-machine", try_other_machine},
};
enum { ATTEMPT_COUNT = sizeof attempts / sizeof attempts[0] };

static void enter(struct confinement *state)
{
	struct err err;

	if (enter_nothing)
		return;
	if (confine_enter(&options, state, &err) != 0) {
		printf("not entered: %s\n", err.text);
		fflush(stdout);
		_exit(1);
	}
}

static void attempt(size_t which)
{
	errno = 0;
	if (attempts[which].run() == 0)
		printf("%s done\n", attempts[which].name);
	else
		printf("%s %s\n", attempts[which].name, strerrorname_np(errno));
	fflush(stdout);
}

/* A filter that lets everything through but one call. */
static void refuse_call(const char *name, uint32_t cause)
{
	static const struct {
		const char *name;
		uint32_t call;
	} calls[] = {
	    {"landlock", SYS_landlock_create_ruleset}, {"seccomp", SYS_seccomp}, {"capset", SYS_capset}};
	struct sock_filter steps[] = {
	    {BPF_LD | BPF_W | BPF_ABS, 0, 0, offsetof(struct seccomp_data, nr)},
	    {BPF_JMP | BPF_JEQ | BPF_K, 0, 1, 0},
	    {BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ERRNO | cause},
	    {BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW},
	};
	struct sock_fprog program = {sizeof steps / sizeof steps[0], steps};

	for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++) {
		if (strcmp(calls[i].name, name) == 0)
			steps[1].k = calls[i].call;
	}
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
	    syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) != 0) {
		perror("try_doors: filter");
		exit(2);
	}
}

static bool take_option(char **argv, int *at, int argc, bool *state_only)
{
	const char *name = argv[*at];

	if (strcmp(name, "--none") == 0)
		enter_nothing = true;
	else if (strcmp(name, "--live") == 0)
		options.uses |= CONFINE_UNIX | CONFINE_CAPTURE;
	else if (strcmp(name, "--internet") == 0)
		options.uses |= CONFINE_INTERNET;
	else if (strcmp(name, "--keep-raw") == 0)
		options.keep_capabilities = UINT64_C(1) << CAP_NET_RAW;
	else if (strcmp(name, "--thread") == 0)
		in_thread = true;
	else if (strcmp(name, "--strict") == 0)
		options.strict = true;
	else if (strcmp(name, "--state") == 0)
		*state_only = true;
	else if (strcmp(name, "--user") == 0 && *at + 1 < argc)
		options.user = argv[++*at];
	else if (strcmp(name, "--without") == 0 && *at + 1 < argc)
		refuse_call(argv[++*at], ENOSYS);
	else if (strcmp(name, "--refuse") == 0 && *at + 1 < argc)
		refuse_call(argv[++*at], EPERM);
	else
		return false;
	return true;
}

/* A thread that was there before: it waits for the entry, then tries. */
static int go[2];

static void *attempt_late(void *context)
{
	char byte;

	while (read(go[0], &byte, 1) < 0 && errno == EINTR)
		continue;
	attempt(*(size_t *)context);
	return NULL;
}

static void enter_and_attempt(size_t which)
{
	struct confinement state = {.entered = false};
	pthread_t thread;

	if (in_thread && (pipe(go) != 0 || pthread_create(&thread, NULL, attempt_late, &which) != 0))
		_exit(1);
	enter(&state);
	if (in_thread) {
		if (write(go[1], "x", 1) != 1)
			_exit(1);
		pthread_join(thread, NULL);
	} else {
		attempt(which);
	}
	_exit(0);
}

static int try_one(size_t which)
{
	int status;

	fflush(stdout);
	pid_t child = fork();
	if (child == 0)
		enter_and_attempt(which);
	if (child < 0 || waitpid(child, &status, 0) != child)
		return 1;
	if (WIFSIGNALED(status))
		printf("%s killed by signal %d\n", attempts[which].name, WTERMSIG(status));
	return WIFEXITED(status) ? WEXITSTATUS(status) : 0;
}

static int print_state(void)
{
	struct confinement state = {.entered = false};
	char text[CONFINE_TEXT_MAX];

	enter(&state);
	printf("landlock %d\n", state.landlock_abi);
	for (int i = 0; i < DOOR_COUNT; i++)
		printf("%s %s %s\n", confine_door_name((enum confine_door)i),
		       door_state_name(state.doors[i].state), state.doors[i].detail);
	printf("%s\n", confine_describe(&state, text));
	return 0;
}

int main(int argc, char **argv)
{
	bool state_only = false;
	int at = 1;

	for (; at < argc && strncmp(argv[at], "--", 2) == 0; at++) {
		if (!take_option(argv, &at, argc, &state_only))
			argc = 0;
	}
	if (argc - at != 3) {
		fprintf(stderr, "usage: try_doors [option..] READ WRITE OUTSIDE\n");
		return 2;
	}
	folder_read = argv[at];
	folder_write = argv[at + 1];
	folder_outside = argv[at + 2];
	paths[0] = (struct confine_path){folder_read, false};
	paths[1] = (struct confine_path){folder_write, true};
	options.paths = paths;
	options.path_count = 2;
	old_socket = socket(AF_INET, SOCK_STREAM, 0);
	listen_unix();
	if (state_only)
		return print_state();
	for (size_t i = 0; i < ATTEMPT_COUNT; i++) {
		if (try_one(i) != 0)
			return 1;
	}
	return 0;
}
