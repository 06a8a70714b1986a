/* Small capture files made by hand, and a transcript of what is read from them, for the tests of capture/. */
#ifndef TESTS_CAPTURE_SAMPLES_H
#define TESTS_CAPTURE_SAMPLES_H

#include "base/mem.h"
#include "base/strbuf.h"
#include "base/timestamp.h"
#include "capture/capture.h"
#include <archive.h>
#include <archive_entry.h>
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { SAMPLE_MAX = 1 << 20, SAMPLE_PATH_MAX = 64 };

/* A file under construction. `big`: numbers are written in big-endian order. */
struct sample {
	bool big;
	size_t length;
	uint8_t bytes[SAMPLE_MAX];
};

static inline struct sample *sample_new(bool big)
{
	struct sample *s = calloc(1, sizeof(*s));

	cr_assert_not_null(s);
	s->big = big;
	return s;
}

static inline void sample_bytes(struct sample *s, const void *bytes, size_t length)
{
	cr_assert_leq(length, SAMPLE_MAX - s->length);
	if (length)
		memcpy(s->bytes + s->length, bytes, length);
	s->length += length;
}

static inline void sample_u8(struct sample *s, unsigned value)
{
	uint8_t byte = (uint8_t)value;

	sample_bytes(s, &byte, 1);
}

static inline void sample_u16(struct sample *s, unsigned value)
{
	sample_u8(s, s->big ? value >> 8 : value);
	sample_u8(s, s->big ? value : value >> 8);
}

static inline void sample_u32(struct sample *s, uint32_t value)
{
	sample_u16(s, s->big ? value >> 16 : value & 0xffff);
	sample_u16(s, s->big ? value & 0xffff : value >> 16);
}

static inline void sample_u64(struct sample *s, uint64_t value)
{
	sample_u32(s, (uint32_t)(s->big ? value >> 32 : value));
	sample_u32(s, (uint32_t)(s->big ? value : value >> 32));
}

static inline void sample_pcap_header(struct sample *s, uint32_t magic, unsigned minor, uint32_t snaplen,
				      uint32_t link)
{
	sample_u32(s, magic);
	sample_u16(s, 2);
	sample_u16(s, minor);
	sample_u64(s, 0);
	sample_u32(s, snaplen);
	sample_u32(s, link);
}

static inline void sample_record(struct sample *s, uint32_t sec, uint32_t fraction, const char *data,
				 uint32_t wirelen)
{
	sample_u32(s, sec);
	sample_u32(s, fraction);
	sample_u32(s, (uint32_t)strlen(data));
	sample_u32(s, wirelen);
	sample_bytes(s, data, strlen(data));
}

/* Three packets, the middle one cut by the snap length. */
static inline void sample_plain_pcap(struct sample *s)
{
	sample_pcap_header(s, 0xa1b2c3d4, 4, 96, 1);
	sample_record(s, 1000, 7, "first", 5);
	sample_record(s, 1000, 999999, "second", 1500);
	sample_record(s, 999, 0, "", 0);
}

/* A capture of text that hardly compresses: PACKETS records of 100 bytes. */
static inline struct sample *sample_long_pcap(unsigned packets)
{
	struct sample *s = sample_new(false);
	uint32_t noise = 12345;
	char data[101] = "";

	sample_pcap_header(s, 0xa1b2c3d4, 4, 96, 1);
	for (unsigned i = 0; i < packets; i++) {
		for (size_t k = 0; k < 100; k++) {
			noise = noise * 1664525 + 1013904223;
			data[k] = (char)('!' + (noise >> 24) % 90);
		}
		sample_record(s, i, 0, data, 100);
	}
	return s;
}

/* A block of TYPE around BODY, which is padded. */
static inline void sample_block(struct sample *s, uint32_t type, const struct sample *body)
{
	uint32_t length = (uint32_t)(12 + ((body->length + 3) & ~(size_t)3));

	sample_u32(s, type);
	sample_u32(s, length);
	sample_bytes(s, body->bytes, body->length);
	sample_bytes(s, "\0\0\0", (4 - body->length % 4) % 4);
	sample_u32(s, length);
}

static inline void sample_section(struct sample *s)
{
	struct sample *b = sample_new(s->big);

	sample_u32(b, 0x1a2b3c4d);
	sample_u16(b, 1);
	sample_u16(b, 0);
	sample_u64(b, UINT64_MAX);
	sample_block(s, 0x0a0d0d0a, b);
	free(b);
}

/* With OPTIONS, already encoded, behind it. */
static inline void sample_interface(struct sample *s, unsigned link, uint32_t snaplen, const void *options,
				    size_t length)
{
	struct sample *b = sample_new(s->big);

	sample_u16(b, link);
	sample_u16(b, 0);
	sample_u32(b, snaplen);
	sample_bytes(b, options, length);
	sample_block(s, 1, b);
	free(b);
}

static inline void sample_enhanced(struct sample *s, uint32_t interface, uint64_t units, const char *data,
				   uint32_t wirelen)
{
	struct sample *b = sample_new(s->big);

	sample_u32(b, interface);
	sample_u32(b, (uint32_t)(units >> 32));
	sample_u32(b, (uint32_t)units);
	sample_u32(b, (uint32_t)strlen(data));
	sample_u32(b, wirelen);
	sample_bytes(b, data, strlen(data));
	sample_block(s, 6, b);
	free(b);
}

/* A file of memory with these bytes; its path into PATH. Close the descriptor that is returned to be rid of
 * it. */
static inline int sample_file(const void *bytes, size_t length, char path[SAMPLE_PATH_MAX])
{
	int fd = memfd_create("sample", MFD_CLOEXEC);

	cr_assert_geq(fd, 0);
	cr_assert_eq(write(fd, bytes, length), (ssize_t)length);
	(void)snprintf(path, SAMPLE_PATH_MAX, "/proc/self/fd/%d", fd);
	return fd;
}

/* The same through a pipe, which can only be streamed: at most SAMPLE_MAX bytes. */
static inline int sample_pipe(const void *bytes, size_t length, char path[SAMPLE_PATH_MAX])
{
	int ends[2];

	cr_assert_eq(pipe2(ends, O_CLOEXEC), 0);
	cr_assert_geq(fcntl(ends[1], F_SETPIPE_SZ, SAMPLE_MAX), SAMPLE_MAX);
	cr_assert_eq(write(ends[1], bytes, length), (ssize_t)length);
	(void)close(ends[1]);
	(void)snprintf(path, SAMPLE_PATH_MAX, "/proc/self/fd/%d", ends[0]);
	return ends[0];
}

static inline void transcribe_packet(struct strbuf *out, const struct packet *p)
{
	strbuf_addf(out, "%llu ", (unsigned long long)p->frame);
	if (p->time_ns == TIME_UNKNOWN)
		strbuf_add(out, "untimed");
	else
		strbuf_addf(out, "%lld", (long long)p->time_ns);
	strbuf_addf(out, " %u/%u link=%u snap=%u ", p->caplen, p->wirelen, p->link_type, p->snaplen);
	for (uint32_t i = 0; i < p->caplen && i < 16; i++)
		strbuf_addf(out, "%c", p->data[i] >= ' ' && p->data[i] < 0x7f ? p->data[i] : '.');
	strbuf_add_char(out, '\n');
}

/* What is said to be alike is so. */
static inline void expect_alike(struct capture_alike said, const struct packet *packets, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		cr_expect(!said.whole || packets[i].caplen == packets[i].wirelen, "packet %zu is cut", i);
		cr_expect(!said.ascending || packets[i].time_ns != TIME_UNKNOWN, "packet %zu has no time", i);
		cr_expect(!said.ascending || i == 0 || packets[i].time_ns >= packets[i - 1].time_ns,
			  "packet %zu goes back", i);
	}
}

/* All packets of INPUT, one a line, read BATCH at a time; SUMMARY as it stands at the end. */
static inline void transcribe_input(struct strbuf *out, const struct capture_input *input,
				    const struct capture_options *options, size_t batch,
				    struct capture_summary *summary)
{
	struct packet packets[64];
	enum capture_status status;
	struct err err = {""};
	struct capture *c = capture_open(input, options, &status, &err);
	size_t n;

	*summary =
	    (struct capture_summary){.status = status, .first_ns = TIME_UNKNOWN, .last_ns = TIME_UNKNOWN};
	memcpy(summary->error, err.text, sizeof(err.text));
	if (!c)
		return;
	while ((n = capture_read(c, packets, batch)) > 0) {
		expect_alike(capture_alike(c), packets, n);
		for (size_t i = 0; i < n; i++)
			transcribe_packet(out, &packets[i]);
	}
	*summary = *capture_summary(c);
	capture_close(c);
}

static inline void transcribe_path(struct strbuf *out, char *path, const struct capture_options *options,
				   size_t batch, struct capture_summary *summary)
{
	struct capture_input input = {.path = path, .named = true};

	transcribe_input(out, &input, options, batch, summary);
}

/* BYTES as a file must read as PACKETS, one a line, mapped and streamed, in large and small batches alike. */
static inline void expect_packets(const void *bytes, size_t length, const char *packets,
				  struct capture_summary *summary)
{
	static const size_t batches[] = {64, 1, 3};

	for (size_t i = 0; i < 2 * sizeof(batches) / sizeof(batches[0]); i++) {
		struct strbuf out = {0};
		char path[SAMPLE_PATH_MAX];
		int fd = i % 2 ? sample_pipe(bytes, length, path) : sample_file(bytes, length, path);
		struct capture_summary this;

		transcribe_path(&out, path, NULL, batches[i / 2], &this);
		cr_expect_str_eq(strbuf_text(&out), packets, "run %zu:\n%s", i, strbuf_text(&out));
		if (i > 0)
			cr_expect_str_eq(this.fingerprint, summary->fingerprint);
		*summary = this;
		/* The name differs from run to run. */
		if (strncmp(summary->error, path, strlen(path)) == 0)
			memmove(summary->error, summary->error + strlen(path),
				strlen(summary->error + strlen(path)) + 1);
		strbuf_clear(&out);
		(void)close(fd);
	}
}

/* "complete 3 packets 1505 bytes 0 untimed 999000000000..1000999999000 snap 96 links 1" */
static inline void expect_summary(const struct capture_summary *s, const char *expected)
{
	struct strbuf out = {0};

	strbuf_addf(&out, "%s %s %llu packets %llu bytes %llu untimed %lld..%lld snap %u links", s->format,
		    capture_status_name(s->status), (unsigned long long)s->packets,
		    (unsigned long long)s->bytes, (unsigned long long)s->untimed, (long long)s->first_ns,
		    (long long)s->last_ns, s->snaplen_min);
	for (size_t i = 0; i < s->link_type_count; i++)
		strbuf_addf(&out, " %u", s->link_types[i]);
	cr_expect_str_eq(strbuf_text(&out), expected, "%s", strbuf_text(&out));
	strbuf_clear(&out);
}

/* Every prefix of the file gives a prefix of its packets and never a crash; so does every byte spoilt. */
static inline void expect_robust(const struct sample *s)
{
	struct strbuf whole = {0};
	struct capture_summary summary;
	char path[SAMPLE_PATH_MAX];
	int fd = sample_file(s->bytes, s->length, path);
	uint8_t *spoilt = malloc(s->length);

	cr_assert_not_null(spoilt);
	transcribe_path(&whole, path, NULL, 64, &summary);
	(void)close(fd);
	for (size_t i = 0; i < 2 * s->length; i++) {
		struct strbuf part = {0};

		fd = i % 2 ? sample_pipe(s->bytes, i / 2, path) : sample_file(s->bytes, i / 2, path);
		transcribe_path(&part, path, NULL, 64, &summary);
		cr_expect(strncmp(strbuf_text(&whole), strbuf_text(&part), part.length) == 0,
			  "cut at %zu:\n%s", i / 2, strbuf_text(&part));
		cr_expect(summary.status == CAPTURE_COMPLETE || summary.error[0], "cut at %zu says nothing",
			  i / 2);
		strbuf_clear(&part);
		(void)close(fd);
	}
	for (size_t i = 0; i < 3 * s->length; i++) {
		static const uint8_t values[] = {0, 0xff, 0x7f};
		struct strbuf any = {0};

		memcpy(spoilt, s->bytes, s->length);
		spoilt[i / 3] = values[i % 3];
		fd = i % 2 ? sample_pipe(spoilt, s->length, path) : sample_file(spoilt, s->length, path);
		transcribe_path(&any, path, NULL, 64, &summary);
		cr_expect(summary.status == CAPTURE_COMPLETE || summary.error[0],
			  "spoilt at %zu says nothing", i / 3);
		strbuf_clear(&any);
		(void)close(fd);
	}
	strbuf_clear(&whole);
	free(spoilt);
}

struct sample_member {
	const char *name;
	const void *bytes;
	size_t length;
};

/* An archive, or with format ARCHIVE_FORMAT_RAW a mere compression of the one member. Freed by the caller. */
static inline uint8_t *sample_archive(int format, int filter, const struct sample_member *members,
				      size_t count, size_t *length)
{
	enum { ROOM = 8 << 20 };
	uint8_t *out = malloc(ROOM);
	struct archive *a = archive_write_new();

	cr_assert_not_null(out);
	cr_assert_eq(archive_write_set_format(a, format), ARCHIVE_OK, "%s", archive_error_string(a));
	cr_assert_eq(archive_write_add_filter(a, filter), ARCHIVE_OK, "%s", archive_error_string(a));
	(void)archive_write_set_bytes_in_last_block(a, 1);
	cr_assert_eq(archive_write_open_memory(a, out, ROOM, length), ARCHIVE_OK);
	for (size_t i = 0; i < count; i++) {
		struct archive_entry *e = archive_entry_new();

		archive_entry_set_pathname(e, members[i].name);
		archive_entry_set_filetype(e, AE_IFREG);
		archive_entry_set_perm(e, 0644);
		archive_entry_set_size(e, (la_int64_t)members[i].length);
		cr_assert_eq(archive_write_header(a, e), ARCHIVE_OK, "%s", archive_error_string(a));
		cr_assert_eq(archive_write_data(a, members[i].bytes, members[i].length),
			     (la_ssize_t)members[i].length);
		archive_entry_free(e);
	}
	cr_assert_eq(archive_write_close(a), ARCHIVE_OK, "%s", archive_error_string(a));
	(void)archive_write_free(a);
	return out;
}

#endif
