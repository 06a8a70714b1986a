/*
 * Capture files in, packets out. This floor promises every packet that could be read, in file
 * order, with its time, both lengths and link type; one clear error where a file stops making sense; and
 * never a read outside the file. It reads pcap and pcapng itself, in blocks, through libarchive where the
 * input is compressed, an archive's member or standard input. It is the only floor that knows libpcap and
 * libarchive. It refuses to know what is inside a packet.
 *
 * Ownership: packets point into the capture; they stay valid until the next capture_read or capture_close, or
 * for as long as the bytes that they lie in are held. One capture is used by one thread at a time; different
 * ones are independent.
 *
 * A file is read as far as it reached when it was opened. One that somebody truncates meanwhile ends as cut,
 * one on a disk that fails is unreadable from there on; files are never mapped, so neither raises a signal.
 */
#ifndef CAPTURE_CAPTURE_H
#define CAPTURE_CAPTURE_H

#include "base/err.h"
#include "base/packet.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What became of an input. One table (capture_status_name) holds the words. */
enum capture_status {
	CAPTURE_COMPLETE,
	CAPTURE_CUT,        /* ends in the middle of a record or of its compression; all before was read */
	CAPTURE_DAMAGED,    /* a record that cannot be; all before was read */
	CAPTURE_FOREIGN,    /* not a capture */
	CAPTURE_EMPTY,      /* no bytes at all; a capture without packets is complete */
	CAPTURE_UNREADABLE, /* missing, or the system refused */
	CAPTURE_OVER_LIMIT, /* decompresses to more than the limits allow */
	CAPTURE_DUPLICATE,  /* the same capture as an earlier input */
	CAPTURE_SKIPPED,    /* a folder's or archive's file that is no capture */
	CAPTURE_STATUS_COUNT
};
const char *capture_status_name(enum capture_status status);
/* True for those that make the run's exit status 2. */
bool capture_status_is_trouble(enum capture_status status);

struct capture_archives;

struct capture_options {
	bool accept_cut;    /* a last record that is cut short is no trouble: status stays complete */
	bool sha256;        /* hash the decompressed bytes too, in capture_scan; of "-" in capture_read */
	bool read_ahead;    /* a compressed file may be unpacked by a thread of its own, ahead of capture_read */
	struct capture_archives *archives; /* NULL: each member is looked for from the archive's beginning */
	uint64_t max_bytes; /* of one decompressed input; 0: the default, 1 TiB. Plain files have no limit */
	uint32_t max_ratio; /* decompressed : compressed, tested beyond 64 MiB; 0: the default, 1000 */
};

/* One capture to read: a file, a member of an archive, or "-". */
struct capture_input {
	char *path;   /* as given, or below the folder given */
	char *member; /* inside an archive, NULL for a plain or merely compressed file */
	bool named;   /* given by the user, not found in a folder or archive: being foreign is trouble */
	uint32_t member_index; /* which of the archive's entries */
	/* What capture_scan said of it a moment ago, so that it is not walked once more; NULL: not known. Borrowed. */
	const struct capture_summary *scanned;
};

/* Archives that stay open between two of their members, so that reading all members in their order unpacks a compressed
 * archive once. For captures that one thread opens and closes; to be freed after they are closed. NULL without memory. */
struct capture_archives *capture_archives_new(void);
/* INPUTS will be opened, each once, in whatever order: of those that lie in archives, what is passed over on the way to
 * others may be kept in a temporary file (2 GiB at most) instead of being unpacked again. Paths are borrowed. 0/-1 */
int capture_archives_expect(struct capture_archives *archives, const struct capture_input *const *inputs,
			    size_t count) MUST_CHECK;
void capture_archives_free(struct capture_archives *archives);

struct capture_list {
	struct capture_input *items;
	size_t count;
	size_t capacity;
};

/* Expands PATHS: folders (recursively, links not followed, sorted by name) to their files, archives to their
 * members. A path that does not exist stays in the list and fails when opened, as do a folder and an archive
 * without captures, and an archive that cannot be listed to its end (beside its members). 0, or -1 only for
 * want of memory. */
int capture_list_expand(struct capture_list *list, const char *const *paths, size_t path_count,
			const struct capture_options *options, struct err *err) MUST_CHECK;
void capture_list_clear(struct capture_list *list);
/* "a.zip:inner/b.pcap" or just the path. Allocated; the caller frees with mem_free. */
char *capture_input_name(const struct capture_input *input) MUST_CHECK;

enum {
	CAPTURE_FINGERPRINT_TEXT = 33,
	CAPTURE_SHA256_TEXT = 65,
	CAPTURE_FORMAT_MAX = 32,
	CAPTURE_LINK_TYPES = 16,
	CAPTURE_FILTER_TEXT = 256
};

/* What is known of an input; complete once capture_read returned 0 packets, or after capture_scan. */
struct capture_summary {
	enum capture_status status;
	char format[CAPTURE_FORMAT_MAX];            /* "pcap", "pcapng", "pcap gzip", .. ; "" if foreign */
	char fingerprint[CAPTURE_FINGERPRINT_TEXT]; /* hexadecimal; "" until the end was reached */
	char sha256[CAPTURE_SHA256_TEXT];           /* "" unless asked for */
	uint64_t packets;
	uint64_t bytes;            /* sum of the packets' lengths on the wire */
	uint64_t file_bytes;       /* decompressed size */
	uint64_t untimed;          /* packets without a time */
	uint64_t dropped;          /* packets that the file says were lost when it was made; at most 2^47 */
	int64_t first_ns, last_ns; /* smallest and largest time; TIME_UNKNOWN if none */
	uint32_t snaplen_min;      /* smallest stated by an interface that has packets, 0: none */
	uint16_t link_types[CAPTURE_LINK_TYPES];
	size_t link_type_count;   /* distinct, in order of appearance; those over the 16th are not listed */
	char filter[CAPTURE_FILTER_TEXT]; /* under which it was captured, as a pcapng file says; "" none or not told */
	char error[ERR_TEXT_MAX]; /* one line, with the path, when the status is not complete; else "" */
};

struct capture;

/* Opens one input. NULL and ERR when it is missing, refused, empty or foreign; *STATUS says which. */
struct capture *capture_open(const struct capture_input *input, const struct capture_options *options,
			     enum capture_status *status, struct err *err) MUST_CHECK;
/* Up to MAX packets in file order into PACKETS; returns how many, 0 at the end. A cut or damaged file gives
 * all its readable packets first, then 0: capture_summary tells status and error. Never fails otherwise. */
size_t capture_read(struct capture *capture, struct packet *packets, size_t max);
/* What all packets of the latest capture_read have in common, so that nobody need look for it. False: they have not, or it is not
 * known without looking. */
struct capture_alike {
	bool ascending; /* all have a time, and none an earlier one than the one before it */
	bool whole;     /* none was cut: caplen is wirelen */
};
struct capture_alike capture_alike(const struct capture *capture);
/* Holds the bytes that the packets of the latest capture_read lie in: they stay beyond the next one and
 * beyond capture_close, until capture_release, which any thread may call (also with NULL). */
struct capture_bytes;
struct capture_bytes *capture_hold(struct capture *capture);
void capture_release(struct capture_bytes *bytes);
/* How much memory they take. */
size_t capture_held_memory(const struct capture_bytes *bytes);
const struct capture_summary *capture_summary(const struct capture *capture);
/* Bytes consumed and total of the file as it lies on disk, for progress; total 0 when unknown (a stream). */
void capture_progress(const struct capture *capture, uint64_t *done, uint64_t *total);
void capture_close(struct capture *capture);

/* Reads record headers only, to the end: packets, times, fingerprint. What is compressed has to be
 * decompressed, and "-" is used up by it. Where the input says what was found before, that is handed out. Fills OUT in every case; returns 0, or
 * -1 when it could not be opened at all (OUT->status and OUT->error say why). */
int capture_scan(const struct capture_input *input, const struct capture_options *options,
		 struct capture_summary *out) MUST_CHECK;

/* No LINKTYPE_ value: that of a packet which names an interface that its pcapng file never described. Nobody
 * can tell what its bytes are, nor its time; it is handed out to be counted. */
enum { CAPTURE_LINK_TYPE_UNDESCRIBED = 65535 };
/* "EN10MB" and kin from libpcap, "linktype 147", or "undescribed". Returns OUT. */
enum { CAPTURE_LINK_NAME_MAX = 48 };
char *capture_link_type_name(uint16_t link_type, char out[CAPTURE_LINK_NAME_MAX]);

#endif
