#include "rescue.h"
#include "base/cursor.h"
#include "base/mem.h"
#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

enum {
	KEEP_MAX = 1 << 20,
	ZIP_HEADER = 30,
	ZIP_NAME = 1,
	ZIP_EXTRA = 20,
	ZIP_BYTES = ZIP_HEADER + ZIP_NAME + ZIP_EXTRA
};

struct rescue {
	uint8_t *kept; /* the compressed bytes from their start, if they are few */
	size_t kept_length, kept_capacity;
	bool too_many;
	bool begun;
	uint64_t input_at; /* the next compressed byte to be read again */
	bool header_given;
	uint8_t header[ZIP_BYTES];
	struct err err; /* why the first reader stopped */
};

/* Compression methods of zip (APPNOTE 4.4.5). */
static const struct {
	const char *name;
	uint8_t method;
} methods[] = {{"gzip", 8}, {"bzip2", 12}, {"zstd", 93}, {"xz", 95}};

static uint8_t find_method(const char *name)
{
	for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++)
		if (strcmp(methods[i].name, name) == 0)
			return methods[i].method;
	return 0;
}

static bool can_read_again(const struct chain_level *level)
{
	return level->number == 1 && level->chain->regular;
}

void rescue_keep(struct chain_level *level, const uint8_t *bytes, size_t length)
{
	struct rescue *r = level->rescue;
	void *kept;

	if (!r || r->begun || r->too_many || can_read_again(level))
		return;
	kept = r->kept;
	if (length > KEEP_MAX - r->kept_length ||
	    mem_grow(&kept, &r->kept_capacity, r->kept_length + length, 1) != 0) {
		r->too_many = true;
		return;
	}
	r->kept = kept;
	memcpy(r->kept + r->kept_length, bytes, length);
	r->kept_length += length;
}

static ssize_t read_again(struct chain_level *level, void *buffer, size_t size)
{
	struct rescue *r = level->rescue;
	ssize_t n;

	if (can_read_again(level)) {
		do
			n = pread(level->chain->fd, buffer, size, (off_t)r->input_at);
		while (n < 0 && errno == EINTR);
	} else {
		size_t left = r->kept_length > r->input_at ? r->kept_length - (size_t)r->input_at : 0;

		n = (ssize_t)(left < size ? left : size);
		if (n)
			memcpy(buffer, r->kept + r->input_at, (size_t)n);
	}
	r->input_at += n > 0 ? (uint64_t)n : 0;
	return n;
}

/* Length of a gzip header (RFC 1952 section 2.3): zip knows only the deflated data behind it. 0: none. */
static size_t gzip_header_length(const uint8_t *bytes, size_t length)
{
	enum { HEADER_CRC = 2, EXTRA = 4, NAME = 8, COMMENT = 16 };
	struct cursor c = cur_make(bytes, length);
	uint8_t flags;

	cur_skip(&c, 3);
	flags = cur_u8(&c);
	cur_skip(&c, 6);
	if (flags & EXTRA)
		cur_skip(&c, cur_le16(&c));
	for (unsigned text = NAME; text <= COMMENT; text *= 2)
		while ((flags & text) && cur_u8(&c) != 0)
			;
	if (flags & HEADER_CRC)
		cur_skip(&c, 2);
	return cur_ok(&c) ? length - cur_left(&c) : 0;
}

/* A local file header with sizes beyond all files, in the 64-bit extra field (APPNOTE 4.3.7, 4.5.3). */
static void make_header(struct rescue *r, uint8_t method)
{
	static const uint8_t fixed[ZIP_HEADER] = {'P', 'K', 3, 4, 45};
	uint8_t *h = r->header, *extra = h + ZIP_HEADER + ZIP_NAME;

	memcpy(h, fixed, sizeof(fixed));
	h[8] = method;
	memset(h + 18, 0xff, 8);
	h[26] = ZIP_NAME;
	h[28] = ZIP_EXTRA;
	h[ZIP_HEADER] = 'x';
	memset(extra, 0, ZIP_EXTRA);
	extra[0] = 1;
	extra[2] = ZIP_EXTRA - 4;
	extra[11] = 0x10;
	extra[19] = 0x10;
}

static la_ssize_t on_read(struct archive *archive, void *client, const void **buffer)
{
	struct chain_level *level = client;
	ssize_t n;

	if (!level->rescue->header_given) {
		level->rescue->header_given = true;
		*buffer = level->rescue->header;
		return ZIP_BYTES;
	}
	n = read_again(level, level->block, CHAIN_BLOCK_BYTES);
	if (n < 0)
		archive_set_error(archive, EIO, "input failed");
	*buffer = level->block;
	return n < 0 ? ARCHIVE_FATAL : n;
}

/* Takes what the first reader gave out already, and sets the rest of the block aside for the level. */
static bool catch_up(struct chain_level *level, struct archive *archive)
{
	uint64_t position = 0;

	while (position <= level->position) {
		const void *data = NULL;
		size_t size = 0;
		la_int64_t offset = 0;
		uint64_t known = level->position - position;

		if (archive_read_data_block(archive, &data, &size, &offset) != ARCHIVE_OK)
			return false;
		position += size;
		if (size <= known)
			continue;
		level->data = (const uint8_t *)data + known;
		level->data_left = size - (size_t)known;
		level->position = position;
		return true;
	}
	return false;
}

static struct archive *open_rescuer(struct chain_level *level, uint8_t method)
{
	struct rescue *r = level->rescue;
	struct archive *archive = archive_read_new();
	struct archive_entry *entry;

	if (!archive)
		return NULL;
	make_header(r, method);
	if (method == 8) {
		ssize_t n = read_again(level, level->block, CHAIN_BLOCK_BYTES);

		r->input_at = n > 0 ? gzip_header_length(level->block, (size_t)n) : 0;
	}
	(void)archive_read_support_format_zip_streamable(archive);
	(void)archive_read_set_read_callback(archive, on_read);
	(void)archive_read_set_callback_data(archive, level);
	if (archive_read_open1(archive) == ARCHIVE_OK &&
	    archive_read_next_header(archive, &entry) >= ARCHIVE_WARN && catch_up(level, archive))
		return archive;
	(void)archive_read_free(archive);
	return NULL;
}

bool rescue_begin(struct chain_level *level)
{
	struct rescue *r = level->rescue;
	uint8_t method = find_method(level->magic->name);
	struct archive *archive;

	if (!r || r->begun || r->too_many || method == 0 || level->chain->status != CAPTURE_CUT)
		return false;
	/* libarchive unwraps gzip in gzip with one reader: then what it gave out is not what this would give.
	 */
	if (level->position > 0 && archive_filter_count(level->archive) != 2)
		return false;
	r->begun = true;
	archive = open_rescuer(level, method);
	if (!archive)
		return false;
	(void)archive_read_free(level->archive);
	level->archive = archive;
	r->err = level->chain->err;
	level->chain->status = CAPTURE_COMPLETE;
	level->broken = false;
	return true;
}

int rescue_end(struct chain_level *level)
{
	level->broken = true;
	if (level->chain->status == CAPTURE_COMPLETE) {
		level->chain->status = CAPTURE_CUT;
		level->chain->err = level->rescue->err;
	}
	return -1;
}

bool rescue_begun(const struct chain_level *level)
{
	return level->rescue && level->rescue->begun;
}

int rescue_init(struct chain_level *level)
{
	if (level->magic->role != MAGIC_COMPRESSION)
		return 0;
	level->rescue = mem_calloc(1, sizeof(*level->rescue));
	return level->rescue ? 0 : -1;
}

void rescue_free(struct chain_level *level)
{
	if (level->rescue)
		mem_free(level->rescue->kept);
	mem_free(level->rescue);
	level->rescue = NULL;
}
