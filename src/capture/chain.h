/*
 * A file and what is wrapped in it: level 0 is the file's own bytes, each level above is one libarchive
 * reader (a compression, or an archive positioned at one member) fed by the level below, so "a.pcap.gz in a
 * zip" or "a tar in zstd" need no code of their own. The top level's bytes are the *leaf*: a capture, or
 * something foreign.
 *
 * Every byte that a level yields is counted against the limits, so that a bomb ends as CAPTURE_OVER_LIMIT.
 */
#ifndef SRC_CAPTURE_CHAIN_H
#define SRC_CAPTURE_CHAIN_H

#include "base/err.h"
#include "base/strbuf.h"
#include "capture/capture.h"
#include "magic.h"
#include <sys/types.h>

enum {
	CHAIN_LEVELS = 8, /* of wrapping, the file included */
	CHAIN_BLOCK_BYTES = 256 * 1024,
	CHAIN_MEMBERS_MAX = 65536 /* leaves of one archive, nested ones included */
};

struct chain;
struct rescue;

struct chain_level {
	struct chain *chain;
	unsigned number;
	struct archive *archive;   /* NULL at level 0 */
	const struct magic *magic; /* what this level unwraps; NULL at level 0 */
	char *member;              /* name of the present member, where this level is an archive */
	uint8_t *block;            /* what libarchive reads from the level below */
	struct rescue *rescue;     /* NULL but for compressions */
	const uint8_t *data;       /* of libarchive, not yet taken */
	size_t data_left;
	uint64_t hole_left; /* zeros before `data`: sparse members */
	uint64_t position;  /* in the present member, data not yet taken included */
	uint64_t out_bytes; /* yielded since the leaf began */
	bool input_ended;   /* the level below had no more to give */
	bool ended;
	bool broken;                    /* libarchive gave this reader up for good */
	uint8_t head[MAGIC_HEAD_BYTES]; /* looked at in advance, given out first */
	size_t head_length, head_taken;
};

struct chain {
	const char *path; /* borrowed */
	int fd;
	bool regular;           /* a regular file: can be sought and read again */
	uint64_t file_size;     /* 0 unless regular */
	uint64_t consumed;      /* bytes read from the file */
	uint64_t consumed_mark; /* of it, when the leaf began */
	uint64_t max_bytes;
	uint64_t max_ratio;
	unsigned depth; /* number of levels in use */
	uint32_t leaves;
	const char *wrappings;      /* of a part of a file, as they were; borrowed. NULL: none */
	uint64_t part_at, part_end; /* of such a part what is left */
	bool over;                  /* chain_next told the end, or the archive's failure */
	enum capture_status status; /* of the first failure since the leaf began */
	struct err err;             /* its text, without a path */
	struct chain_level levels[CHAIN_LEVELS];
};

enum chain_found {
	CHAIN_LEAF,    /* the top level holds bytes that are no further wrapping */
	CHAIN_ARCHIVE, /* the file is an archive: call chain_next for its leaves */
	CHAIN_END,     /* no more members */
	CHAIN_FAILED   /* status and err say why */
};

/* Opens PATH ("-": standard input). 0, or -1 with status and err set; chain_close in both cases. */
int chain_open(struct chain *chain, const char *path, const struct capture_options *options) MUST_CHECK;
void chain_close(struct chain *chain);
/* LENGTH bytes of FD from OFFSET on as a leaf that was unwrapped from WRAPPINGS. 0/-1; to be closed if 0. */
int chain_open_part(struct chain *chain, int fd, uint64_t offset, uint64_t length,
		    const char *wrappings) MUST_CHECK;

/* Unwraps from level 0 up to the first archive, or to the leaf. */
enum chain_found chain_unwrap(struct chain *chain) MUST_CHECK;
/* The next leaf of the archive. A member that cannot be read is a leaf with status set; CHAIN_FAILED is the
 * archive's own failure, after which there are no more. */
enum chain_found chain_next(struct chain *chain) MUST_CHECK;

/* Up to SIZE bytes of the leaf; 0 at its end, -1 with status and err set. Short counts are normal. */
ssize_t chain_read(struct chain *chain, void *buffer, size_t size) MUST_CHECK;
/* The leaf's first bytes, up to MAGIC_HEAD_BYTES, without taking them. NULL only if they cannot be read. */
const uint8_t *chain_peek(struct chain *chain, size_t *length) MUST_CHECK;

/* "inner.zip:b.pcap", the members on the way to the leaf. */
void chain_member_name(const struct chain *chain, struct strbuf *name);
/* " gzip zip": the wrappings, innermost first. */
void chain_wrappings(const struct chain *chain, struct strbuf *text);

/* --- for chain_level.c and chain.c only --- */
int chain_fail(struct chain *chain, enum capture_status status, const char *format, ...) PRINTF_LIKE(3, 4);
ssize_t chain_level_read(struct chain_level *level, void *buffer, size_t size) MUST_CHECK;
const uint8_t *chain_level_peek(struct chain_level *level, size_t *length) MUST_CHECK;
/* Forgets the present member's bytes and counters. */
void chain_level_restart(struct chain_level *level);
/* Puts a reader of MAGIC's kind on the top level. 0, 1 when libarchive does not take it for that, -1. */
int chain_push(struct chain *chain, const struct magic *magic) MUST_CHECK;
void chain_pop(struct chain *chain);
/* RESULT is a failure that libarchive reported at LEVEL: as status and text. Always -1. */
int chain_archive_failed(struct chain_level *level, int result);

#endif
