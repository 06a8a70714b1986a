/*
 * The limit of the benchmark: a bare walk over mapped files, from record header to record header, one byte of
 * each packet read. Only files of this machine's byte order.
 *
 *   pcap_walk FILE..
 */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILE_HEADER = 24, RECORD_HEADER = 16, CAPLEN_OFFSET = 8 };

struct seen {
	uint64_t packets, sum;
};

static void walk(const uint8_t *bytes, size_t length, struct seen *seen)
{
	for (size_t at = FILE_HEADER; length - at >= RECORD_HEADER;) {
		uint32_t caplen;

		memcpy(&caplen, bytes + at + CAPLEN_OFFSET, sizeof(caplen));
		at += RECORD_HEADER;
		if (caplen > length - at)
			return;
		seen->packets++;
		if (caplen > 0)
			seen->sum += bytes[at];
		at += caplen;
	}
}

static int walk_file(const char *path, struct seen *seen)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat status;
	void *map = MAP_FAILED;

	if (fd >= 0 && fstat(fd, &status) == 0 && status.st_size >= FILE_HEADER)
		map = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (fd >= 0)
		(void)close(fd);
	if (map == MAP_FAILED) {
		fprintf(stderr, "pcap_walk: cannot read %s\n", path);
		return -1;
	}
	(void)madvise(map, (size_t)status.st_size, MADV_SEQUENTIAL);
	walk(map, (size_t)status.st_size, seen);
	(void)munmap(map, (size_t)status.st_size);
	return 0;
}

int main(int argc, char **argv)
{
	struct seen seen = {0};

	for (int i = 1; i < argc; i++)
		if (walk_file(argv[i], &seen) != 0)
			return 2;
	printf("%" PRIu64 " packets, sum %" PRIu64 "\n", seen.packets, seen.sum);
	return 0;
}
