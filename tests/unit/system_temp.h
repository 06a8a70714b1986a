/* A folder of a test's own, removed with what is in it. */
#ifndef SYSTEM_TEMP_H
#define SYSTEM_TEMP_H

#include <criterion/criterion.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { TEMP_PATH_MAX = 96, TEMP_TEXT_MAX = 1 << 20 };

static char temp_folder[64];

__attribute__((unused)) static void temp_make(void)
{
	snprintf(temp_folder, sizeof temp_folder, "/tmp/tapaudit-system-XXXXXX");
	cr_assert(mkdtemp(temp_folder));
}

__attribute__((unused)) static const char *temp_path(const char *name, char out[TEMP_PATH_MAX])
{
	snprintf(out, TEMP_PATH_MAX, "%s/%s", temp_folder, name);
	return out;
}

/* The names in the folder, one behind the other in no order; their number. */
__attribute__((unused)) static size_t temp_count(void)
{
	DIR *folder = opendir(temp_folder);
	size_t count = 0;

	cr_assert(folder);
	for (struct dirent *entry = readdir(folder); entry; entry = readdir(folder))
		count += entry->d_name[0] != '.' || strlen(entry->d_name) > 2;
	closedir(folder);
	return count;
}

__attribute__((unused)) static void temp_remove(void)
{
	DIR *folder = opendir(temp_folder);
	char path[TEMP_PATH_MAX + 256];

	for (struct dirent *entry = folder ? readdir(folder) : NULL; entry; entry = readdir(folder)) {
		snprintf(path, sizeof path, "%s/%s", temp_folder, entry->d_name);
		unlink(path);
	}
	if (folder)
		closedir(folder);
	rmdir(temp_folder);
}

/* The whole file, zero-terminated, good until the next call; "" where there is none. */
__attribute__((unused)) static const char *temp_read(const char *name)
{
	static char text[TEMP_TEXT_MAX];
	char path[TEMP_PATH_MAX];
	size_t length = 0;
	ssize_t got = 1;
	int fd = open(temp_path(name, path), O_RDONLY);

	while (fd >= 0 && got > 0 && length < sizeof text - 1) {
		got = read(fd, text + length, sizeof text - 1 - length);
		length += got > 0 ? (size_t)got : 0;
	}
	if (fd >= 0)
		close(fd);
	text[length] = '\0';
	return text;
}

__attribute__((unused)) static void temp_write(const char *name, const char *text)
{
	char path[TEMP_PATH_MAX];
	int fd = open(temp_path(name, path), O_WRONLY | O_CREAT | O_TRUNC, 0600);

	cr_assert(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
	close(fd);
}

__attribute__((unused)) static void pause_msec(unsigned msec)
{
	const struct timespec time = {.tv_sec = msec / 1000, .tv_nsec = (long)(msec % 1000) * 1000000};

	nanosleep(&time, NULL);
}

#endif
