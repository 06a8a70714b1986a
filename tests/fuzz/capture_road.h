/*
 * A capture's bytes by two roads: by hand in the heap, where the sanitizer sees the first byte read behind
 * them, and as a file, as the program reads them. Both must say the same.
 */
#ifndef TESTS_FUZZ_CAPTURE_ROAD_H
#define TESTS_FUZZ_CAPTURE_ROAD_H

#include "capture/magic.h"
#include "capture/reader.h"
#include "fuzz.h"
#include <sys/mman.h>
#include <unistd.h>

enum { ROAD_BATCH = 64, ROAD_PATH = 64 };

struct road_sum {
	uint64_t packets, bytes, untimed, hash;
	int64_t first_ns, last_ns;
	enum capture_status status;
};

static inline void road_take(struct road_sum *sum, const struct packet *p)
{
	FUZZ_CHECK(p->caplen <= p->wirelen);
	sum->packets++;
	sum->bytes += p->wirelen;
	sum->hash = fuzz_hash(sum->hash, &p->time_ns, sizeof(p->time_ns));
	sum->hash = fuzz_hash(sum->hash, &p->frame, sizeof(p->frame));
	sum->hash = fuzz_hash(sum->hash, &p->link_type, sizeof(p->link_type));
	sum->hash = fuzz_hash(sum->hash, p->data, p->caplen);
	if (p->time_ns == TIME_UNKNOWN) {
		sum->untimed++;
		return;
	}
	if (sum->first_ns == TIME_UNKNOWN || p->time_ns < sum->first_ns)
		sum->first_ns = p->time_ns;
	if (sum->last_ns == TIME_UNKNOWN || p->time_ns > sum->last_ns)
		sum->last_ns = p->time_ns;
}

/* Reads C to its end; what it says of itself must be what was read. BYTES_MAX ends endless ones. */
static inline struct road_sum road_read(struct capture *c, uint64_t bytes_max)
{
	struct road_sum sum = {.first_ns = TIME_UNKNOWN, .last_ns = TIME_UNKNOWN};
	const struct capture_summary *summary = capture_summary(c);
	struct packet packets[ROAD_BATCH];
	uint64_t frame = 0;
	size_t count;

	while (sum.bytes <= bytes_max && (count = capture_read(c, packets, ROAD_BATCH)) > 0) {
		FUZZ_CHECK(count <= ROAD_BATCH);
		for (size_t i = 0; i < count; i++) {
			FUZZ_CHECK(packets[i].frame > frame);
			frame = packets[i].frame;
			road_take(&sum, &packets[i]);
		}
	}
	FUZZ_CHECK(summary->packets == sum.packets && summary->bytes == sum.bytes);
	FUZZ_CHECK(summary->untimed == sum.untimed);
	FUZZ_CHECK(summary->first_ns == sum.first_ns && summary->last_ns == sum.last_ns);
	FUZZ_CHECK((summary->status == CAPTURE_COMPLETE) == (summary->error[0] == '\0'));
	sum.status = summary->status;
	return sum;
}

/* The reader alone, on the bytes where they lie. */
static inline struct road_sum road_in_memory(const uint8_t *data, size_t size, bool accept_cut)
{
	char name[] = "bytes";
	struct chain chain = {.fd = -1};
	struct capture c = {.name = name,
			    .accept_cut = accept_cut,
			    .pcapng = magic_identify(data, size)->role == MAGIC_PCAPNG,
			    .chain = &chain,
			    .window = {.bytes = data, .length = size, .ended = true},
			    .summary = {.first_ns = TIME_UNKNOWN, .last_ns = TIME_UNKNOWN},
			    .interfaces = mem_calloc(1, sizeof(struct capture_interface)),
			    .interface_capacity = 1};
	struct road_sum sum;

	FUZZ_CHECK(c.interfaces);
	sum = road_read(&c, UINT64_MAX);
	mem_free(c.interfaces);
	return sum;
}

/* A file without a name that holds DATA; the same one each time. Returns its path. */
static inline const char *road_file(const uint8_t *data, size_t size)
{
	static char path[ROAD_PATH];
	static int fd = -1;

	if (fd < 0) {
		fd = memfd_create("fuzz", MFD_CLOEXEC);
		FUZZ_CHECK(fd >= 0);
		(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	}
	FUZZ_CHECK(ftruncate(fd, 0) == 0);
	FUZZ_CHECK(pwrite(fd, data, size, 0) == (ssize_t)size);
	return path;
}

/* Every byte of the file is read twice, as a scan and as a read. */
static inline void road_capture(const uint8_t *data, size_t size, bool accept_cut)
{
	char path[ROAD_PATH];
	struct capture_input input = {.path = path, .named = true};
	struct capture_options options = {.accept_cut = accept_cut, .max_bytes = 1 << 24};
	struct road_sum in_memory = road_in_memory(data, size, accept_cut), read;
	struct capture_summary scanned;
	enum capture_status status;
	struct capture *c;
	struct err err;

	(void)snprintf(path, sizeof(path), "%s", road_file(data, size));
	c = capture_open(&input, &options, &status, &err);
	FUZZ_CHECK(c && status == CAPTURE_COMPLETE);
	read = road_read(c, UINT64_MAX);
	FUZZ_CHECK(read.packets == in_memory.packets && read.hash == in_memory.hash);
	FUZZ_CHECK(read.status == in_memory.status);
	FUZZ_CHECK(capture_scan(&input, &options, &scanned) == 0);
	FUZZ_CHECK(scanned.packets == read.packets && scanned.status == read.status);
	FUZZ_CHECK(strcmp(scanned.fingerprint, capture_summary(c)->fingerprint) == 0);
	capture_close(c);
}

/* One input of ROLE: the first byte is the option, the rest the file. Files of other kinds belong to other
 * doors. */
static inline int road_run(const uint8_t *data, size_t size, enum magic_role role)
{
	size_t live = mem_live();

	if (size < 1 || magic_identify(data + 1, size - 1)->role != role)
		return 0;
	road_capture(data + 1, size - 1, data[0] & 1);
	FUZZ_CHECK(mem_live() == live);
	return 0;
}

#endif
