/* The day's folder: written aside, made lasting, then put in its place by one rename. */
#include "nightly.h"
#include "system/replace.h"
#include "zone.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Formats that every night has, by the name of -f. */
static const char *const formats[] = {"html", "json", "csv", "junit"};
static const char aside_prefix[] = ".aside-";

static int join_path(char out[PATH_MAX], const char *folder, const char *name)
{
	if (snprintf(out, PATH_MAX, "%s/%s", folder, name) < PATH_MAX)
		return 0;
	errno = ENAMETOOLONG;
	return -1;
}

static int sync_folder(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int result = fd < 0 ? -1 : fsync(fd);

	if (fd >= 0)
		close(fd);
	return result;
}

int write_lasting(const char *folder, const char *name, const char *text, size_t length)
{
	char aside[PATH_MAX], path[PATH_MAX], hidden[NAME_MAX];

	snprintf(hidden, sizeof hidden, "%s%ld-%s", aside_prefix, (long)getpid(), name);
	if (join_path(aside, folder, hidden) != 0 || join_path(path, folder, name) != 0)
		return -1;
	int fd = open(aside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (fd < 0)
		return -1;
	int result = descriptor_write(fd, text, length) == 0 ? fsync(fd) : -1;
	if (close(fd) != 0)
		result = -1;
	if (result == 0)
		result = rename(aside, path);
	if (result != 0)
		unlink(aside);
	return result == 0 ? sync_folder(folder) : -1;
}

/* A folder of files alone, and itself. */
static void remove_folder(const char *path)
{
	DIR *folder = opendir(path);

	for (struct dirent *entry = folder ? readdir(folder) : NULL; entry; entry = readdir(folder)) {
		char file[PATH_MAX];

		if (join_path(file, path, entry->d_name) == 0)
			unlink(file);
	}
	if (folder)
		closedir(folder);
	if (rmdir(path) != 0)
		unlink(path);
}

void night_sweep(const char *path)
{
	DIR *folder = opendir(path);

	for (struct dirent *entry = folder ? readdir(folder) : NULL; entry; entry = readdir(folder)) {
		char left[PATH_MAX];

		if (strncmp(entry->d_name, aside_prefix, strlen(aside_prefix)) == 0 &&
		    join_path(left, path, entry->d_name) == 0)
			remove_folder(left);
	}
	if (folder)
		closedir(folder);
}

static int fail(const char *path)
{
	say_error("%s: cannot write: %s", path, strerror(errno));
	return -1;
}

static int write_text(const char *folder, const char *name, const struct strbuf *text)
{
	if (!strbuf_ok(text)) {
		say_error("out of memory");
		return -1;
	}
	return write_lasting(folder, name, strbuf_text(text), text->length) == 0 ? 0 : fail(folder);
}

static int write_format(const struct report_format *format, const char *folder, const struct night *night,
			const struct nightly *nightly)
{
	struct report_options report = report_defaults(nightly->options, false);
	struct strbuf text = {0}, link = {0};
	const char *remarks[2];
	char page[PATH_MAX];
	struct err err;

	zone_show(&report);
	report.site_name = nightly->files.site->name;
	report.history = night->history.findings ? &night->history : NULL;
	report.remarks = remarks;
	if (night->remark)
		remarks[report.remark_count++] = night->remark;
	if (night->proof.remark)
		remarks[report.remark_count++] = night->proof.remark;
	report.pcaps = night->proof.paths;
	/* The folder aside lies where the day's will. */
	if (report.pcaps && join_path(page, folder, format->file_name) == 0 &&
	    link_folder(&link, page, night->evidence) == 0)
		report.pcap_folder = strbuf_text(&link);
	int result = format->write(&text, night->today.judged.result, night->today.ledger, &report, &err);
	if (result != 0)
		say_error("%s", err.text);
	else
		result = write_text(folder, format->file_name, &text);
	strbuf_clear(&link);
	strbuf_clear(&text);
	return result;
}

static int write_files(const char *folder, const struct night *night, const struct nightly *nightly)
{
	struct strbuf summary = {0};
	int result;

	for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
		const struct report_format *format = report_format_find(formats[i]);

		if (format && write_format(format, folder, night, nightly) != 0)
			return -1;
	}
	summary_add(&summary, night, nightly);
	result = write_text(folder, "summary.txt", &summary);
	strbuf_clear(&summary);
	return result;
}

/* A report of that day that is there already changes places with the new one, in one step where the file
 * system can. */
static int put_in_place(const char *aside, const char *path)
{
	if (rename(aside, path) == 0)
		return 0;
	if (errno != ENOTEMPTY && errno != EEXIST)
		return -1;
	if (renameat2(AT_FDCWD, aside, AT_FDCWD, path, RENAME_EXCHANGE) != 0) {
		if (errno != EINVAL && errno != ENOSYS)
			return -1;
		remove_folder(path);
		return rename(aside, path);
	}
	remove_folder(aside);
	return 0;
}

int night_write(const struct night *night, const struct nightly *nightly)
{
	char aside[PATH_MAX], path[PATH_MAX], hidden[NAME_MAX], day[TIME_TEXT_MAX];
	const char *folder = nightly->options->output;

	time_format_day(nightly->day, day);
	snprintf(hidden, sizeof hidden, "%s%ld-%s", aside_prefix, (long)getpid(), day);
	if (join_path(aside, folder, hidden) != 0 || join_path(path, folder, day) != 0 ||
	    mkdir(aside, 0755) != 0)
		return fail(folder);
	if (write_files(aside, night, nightly) != 0) {
		remove_folder(aside);
		return -1;
	}
	if (sync_folder(aside) == 0 && put_in_place(aside, path) == 0 && sync_folder(folder) == 0)
		return 0;
	(void)fail(path);
	remove_folder(aside);
	return -1;
}
