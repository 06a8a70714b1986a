#include "system/replace.h"
#include "system_temp.h"
#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

TestSuite(system_replace, .timeout = 10, .init = temp_make, .fini = temp_remove);

Test(system_replace, a_file_appears_whole_with_its_mode)
{
	char path[TEMP_PATH_MAX];
	struct stat state;
	struct err err;

	umask(022);
	cr_assert_eq(file_replace(temp_path("m", path), "one\n", 4, 0666, true, &err), 0);
	cr_expect_str_eq(temp_read("m"), "one\n");
	cr_assert_eq(stat(path, &state), 0);
	cr_expect_eq(state.st_mode & 07777, 0644);
	cr_expect_eq(temp_count(), 1);
}

Test(system_replace, the_old_one_stays_open_to_those_who_read_it)
{
	char path[TEMP_PATH_MAX], text[8] = "";
	struct err err;

	temp_write("m", "old");
	int fd = open(temp_path("m", path), O_RDONLY);
	cr_assert_eq(file_replace(path, "new", 3, 0600, false, &err), 0);
	cr_expect_eq(read(fd, text, sizeof text), 3);
	cr_expect_str_eq(text, "old");
	cr_expect_str_eq(temp_read("m"), "new");
	close(fd);
}

Test(system_replace, what_fails_leaves_the_old_one_and_nothing_aside)
{
	char path[TEMP_PATH_MAX], wanted[256];
	struct rlimit small = {2, 2};
	struct err err;

	temp_write("m", "old");
	signal(SIGXFSZ, SIG_IGN);
	cr_assert_eq(setrlimit(RLIMIT_FSIZE, &small), 0);
	errno = 0;
	cr_expect_eq(file_replace(temp_path("m", path), "longer", 6, 0600, true, &err), -1);
	cr_expect_eq(errno, EFBIG);
	snprintf(wanted, sizeof wanted, "%s: cannot write: File too large", path);
	cr_expect_str_eq(err.text, wanted);
	cr_expect_str_eq(temp_read("m"), "old");
	cr_expect_eq(temp_count(), 1);
}

Test(system_replace, a_folder_that_is_not_there_is_said)
{
	struct err err;

	cr_expect_eq(file_replace("/tmp/no-such-folder-here/m", "x", 1, 0600, false, &err), -1);
	cr_expect_str_eq(err.text, "/tmp/no-such-folder-here/m: cannot write: No such file or directory");
}

Test(system_replace, a_link_that_waits_aside_is_not_followed)
{
	char path[TEMP_PATH_MAX], aside[TEMP_PATH_MAX], victim[TEMP_PATH_MAX], name[32];
	struct err err;

	temp_write("victim", "mine");
	snprintf(name, sizeof name, "m.%ld.tmp", (long)getpid());
	cr_assert_eq(symlink(temp_path("victim", victim), temp_path(name, aside)), 0);
	cr_assert_eq(file_replace(temp_path("m", path), "text", 4, 0600, false, &err), 0);
	cr_expect_str_eq(temp_read("victim"), "mine");
	cr_expect_str_eq(temp_read("m"), "text");
	cr_expect_eq(temp_count(), 2);
}

Test(system_replace, a_name_alone_is_in_this_folder)
{
	struct err err;

	cr_assert_eq(chdir(temp_folder), 0);
	cr_expect_eq(file_replace("m", "text", 4, 0600, true, &err), 0);
	cr_expect_str_eq(temp_read("m"), "text");
}
