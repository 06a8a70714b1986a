/* One level of a chain: its bytes, counted; and libarchive's way down to the level below. */
#include "base/mem.h"
#include "chain.h"
#include "rescue.h"
#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

enum { BOMB_FLOOR_BYTES = 64 << 20, EMPTY_BLOCKS_MAX = 1000 };

/* Several chains may read parts of one file. */
static ssize_t part_read(struct chain *chain, void *buffer, size_t size)
{
	uint64_t left = chain->part_end - chain->part_at;
	ssize_t n = pread(chain->fd, buffer, left < size ? (size_t)left : size, (off_t)chain->part_at);

	if (n > 0)
		chain->part_at += (uint64_t)n;
	return n;
}

static ssize_t file_read(struct chain_level *level, void *buffer, size_t size)
{
	struct chain *chain = level->chain;
	ssize_t n;

	do
		n = chain->wrappings ? part_read(chain, buffer, size) : read(chain->fd, buffer, size);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return chain_fail(chain, CAPTURE_UNREADABLE, "cannot be read: %s", strerror(errno));
	level->ended = n == 0;
	chain->consumed += (uint64_t)n;
	return n;
}

/* A bomb shows itself by what comes out for what went in. Of a leaf's bytes a block at most was read before
 * it began.
 */
static int check_limits(struct chain_level *level)
{
	struct chain *chain = level->chain;
	uint64_t before = chain->consumed_mark < CHAIN_BLOCK_BYTES ? chain->consumed_mark : CHAIN_BLOCK_BYTES;
	uint64_t in = chain->consumed - chain->consumed_mark + before;

	if (level->out_bytes > chain->max_bytes)
		return chain_fail(
		    chain, CAPTURE_OVER_LIMIT,
		    "decompresses to more than %llu bytes; if it is to be trusted, use --max-bytes",
		    (unsigned long long)chain->max_bytes);
	if (level->out_bytes > BOMB_FLOOR_BYTES && level->out_bytes / chain->max_ratio > in)
		return chain_fail(
		    chain, CAPTURE_OVER_LIMIT,
		    "decompresses to more than %llu times its size; if it is to be trusted, use --max-ratio",
		    (unsigned long long)chain->max_ratio);
	return 0;
}

struct failure_words {
	const char *words;
	enum capture_status status;
	const char *remedy;
};

/* libarchive tells failures apart by text only. */
static const struct failure_words failures[] = {
    {"passphrase", CAPTURE_UNREADABLE, "; it is encrypted: unpack it first"},
    {"ncrypt", CAPTURE_UNREADABLE, "; it is encrypted: unpack it first"},
    {"nsupported", CAPTURE_UNREADABLE, "; unpack it first"},
    {"truncat", CAPTURE_CUT, ""},
    {"", CAPTURE_DAMAGED, ""},
};

int chain_archive_failed(struct chain_level *level, int result)
{
	const char *text = archive_error_string(level->archive);
	const struct failure_words *f = failures;
	enum capture_status status;

	level->broken = level->broken || result == ARCHIVE_FATAL;
	if (level->chain->status != CAPTURE_COMPLETE)
		return -1; /* a level below failed first and knows better */
	if (archive_errno(level->archive) == ENOMEM) {
		(void)err_no_memory(&level->chain->err);
		level->chain->status = CAPTURE_UNREADABLE;
		return -1;
	}
	if (!text)
		text = "no reason given";
	while (!strcasestr(text, f->words))
		f++;
	/* A reader that asked in vain for more input met the end, whatever it calls that. */
	status = f->status == CAPTURE_DAMAGED && level->input_ended ? CAPTURE_CUT : f->status;
	return chain_fail(level->chain, status, "%s %s: %s%s",
			  status == CAPTURE_CUT ? "ends in the middle of its" : "cannot unpack the",
			  level->magic->name, text, f->remedy);
}

/* The next run of bytes of the present member into data and hole_left; their sizes stay 0 at its end. */
static int next_block(struct chain_level *level)
{
	for (unsigned tries = 0; tries < EMPTY_BLOCKS_MAX; tries++) {
		const void *data = NULL;
		size_t size = 0;
		la_int64_t offset = 0;
		int r = archive_read_data_block(level->archive, &data, &size, &offset);

		if (rescue_begun(level) && r != ARCHIVE_OK)
			return rescue_end(level);
		if (r == ARCHIVE_EOF) {
			level->ended = true;
			return 0;
		}
		if (r < ARCHIVE_WARN) {
			(void)chain_archive_failed(level, r);
			return rescue_begin(level) ? 0 : -1;
		}
		if (size == 0)
			continue;
		if (offset < 0 || (uint64_t)offset < level->position)
			return chain_fail(level->chain, CAPTURE_DAMAGED, "the %s holds overlapping data",
					  level->magic->name);
		level->hole_left = (uint64_t)offset - level->position;
		level->position = (uint64_t)offset + size;
		level->data = data;
		level->data_left = size;
		return 0;
	}
	return chain_fail(level->chain, CAPTURE_DAMAGED, "the %s goes on without holding anything",
			  level->magic->name);
}

static ssize_t unpacked_read(struct chain_level *level, void *buffer, size_t size)
{
	size_t n;

	if (!level->hole_left && !level->data_left && next_block(level) != 0)
		return -1;
	if (level->hole_left) {
		n = level->hole_left < size ? (size_t)level->hole_left : size;
		memset(buffer, 0, n);
		level->hole_left -= n;
	} else {
		n = level->data_left < size ? level->data_left : size;
		if (n) {
			memcpy(buffer, level->data, n);
			level->data += n;
			level->data_left -= n;
		}
	}
	level->out_bytes += n;
	return check_limits(level) == 0 ? (ssize_t)n : -1;
}

static ssize_t pull(struct chain_level *level, void *buffer, size_t size)
{
	if (level->ended || size == 0)
		return 0;
	return level->number == 0 ? file_read(level, buffer, size) : unpacked_read(level, buffer, size);
}

ssize_t chain_level_read(struct chain_level *level, void *buffer, size_t size)
{
	size_t n = level->head_length - level->head_taken;

	if (n == 0)
		return level->chain->status == CAPTURE_COMPLETE ? pull(level, buffer, size) : -1;
	n = n < size ? n : size;
	memcpy(buffer, level->head + level->head_taken, n);
	level->head_taken += n;
	return (ssize_t)n;
}

const uint8_t *chain_level_peek(struct chain_level *level, size_t *length)
{
	while (level->chain->fd >= 0 && level->head_length < MAGIC_HEAD_BYTES) {
		ssize_t n =
		    pull(level, level->head + level->head_length, MAGIC_HEAD_BYTES - level->head_length);

		/* What came before the failure is still there to be read; the failure comes after it. */
		if (n <= 0)
			break;
		level->head_length += (size_t)n;
	}
	*length = level->head_length;
	return level->head_length || level->chain->status == CAPTURE_COMPLETE ? level->head : NULL;
}

void chain_level_restart(struct chain_level *level)
{
	level->data = NULL;
	level->data_left = 0;
	level->hole_left = 0;
	level->position = 0;
	level->ended = false;
	level->head_length = 0;
	level->head_taken = 0;
	mem_free(level->member);
	level->member = NULL;
}

static la_ssize_t on_read(struct archive *archive, void *client, const void **buffer)
{
	struct chain_level *level = client;
	ssize_t n =
	    chain_level_read(&level->chain->levels[level->number - 1], level->block, CHAIN_BLOCK_BYTES);

	if (n < 0)
		archive_set_error(archive, EIO, "input failed");
	level->input_ended = n == 0;
	if (n > 0)
		rescue_keep(level, level->block, (size_t)n);
	*buffer = level->block;
	return n < 0 ? ARCHIVE_FATAL : n;
}

static la_int64_t on_seek(struct archive *archive, void *client, la_int64_t offset, int whence)
{
	struct chain_level *level = client, *file = &level->chain->levels[0];
	off_t at = lseek(level->chain->fd, offset, whence);

	if (at < 0) {
		archive_set_error(archive, errno, "cannot seek: %s", strerror(errno));
		return ARCHIVE_FATAL;
	}
	file->ended = false;
	level->input_ended = false;
	return at;
}

static la_int64_t on_skip(struct archive *archive, void *client, la_int64_t bytes)
{
	struct chain_level *level = client;
	off_t now = lseek(level->chain->fd, 0, SEEK_CUR);
	uint64_t left =
	    now < 0 || (uint64_t)now > level->chain->file_size ? 0 : level->chain->file_size - (uint64_t)now;

	/* Skipping past the end would hide that the file is cut. */
	if (bytes <= 0 || (uint64_t)bytes > left)
		return 0;
	return on_seek(archive, client, bytes, SEEK_CUR) < 0 ? 0 : bytes;
}

static int open_reader(struct chain_level *level)
{
	struct archive *a = level->archive;
	bool seekable = level->number == 1 && level->chain->regular;

	if (level->magic->role == MAGIC_COMPRESSION)
		(void)archive_read_support_format_raw(a);
	/* ARCHIVE_WARN would mean that libarchive wants to run a program for it. */
	if (level->magic->enable(a) != ARCHIVE_OK) {
		(void)chain_fail(level->chain, CAPTURE_UNREADABLE,
				 "this build's libarchive lacks %s; unpack it first", level->magic->name);
		return -1;
	}
	(void)archive_read_set_read_callback(a, on_read);
	(void)archive_read_set_callback_data(a, level);
	if (seekable) {
		(void)archive_read_set_seek_callback(a, on_seek);
		(void)archive_read_set_skip_callback(a, on_skip);
	}
	return archive_read_open1(a) == ARCHIVE_OK ? 0 : chain_archive_failed(level, ARCHIVE_FATAL);
}

/* A compression is one nameless member; only now does libarchive say whether it believes the magic. */
static int enter_compression(struct chain_level *level)
{
	struct archive_entry *entry;
	int r;

	if (archive_filter_code(level->archive, 0) == ARCHIVE_FILTER_NONE)
		return 1;
	r = archive_read_next_header(level->archive, &entry);
	level->ended = r == ARCHIVE_EOF;
	return r >= ARCHIVE_WARN ? 0 : chain_archive_failed(level, r);
}

int chain_push(struct chain *chain, const struct magic *magic)
{
	struct chain_level *level = &chain->levels[chain->depth];
	int r;

	*level = (struct chain_level){.chain = chain, .number = chain->depth, .magic = magic};
	chain->depth++;
	level->block = mem_calloc(CHAIN_BLOCK_BYTES, 1);
	level->archive = archive_read_new();
	if (!level->block || !level->archive || rescue_init(level) != 0) {
		chain->status = CAPTURE_UNREADABLE;
		return err_no_memory(&chain->err);
	}
	r = open_reader(level);
	if (r == 0 && magic->role == MAGIC_COMPRESSION)
		r = enter_compression(level);
	return r < 0 && rescue_begin(level) ? 0 : r;
}

void chain_pop(struct chain *chain)
{
	struct chain_level *level = &chain->levels[--chain->depth];

	chain_level_restart(level);
	if (level->archive)
		(void)archive_read_free(level->archive);
	rescue_free(level);
	mem_free(level->block);
	*level = (struct chain_level){.chain = chain, .number = chain->depth};
}
