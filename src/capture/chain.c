/* Walking a chain: what wraps what, and from member to member. */
#include "chain.h"
#include "base/mem.h"
#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const uint64_t DEFAULT_MAX_BYTES = UINT64_C(1) << 40;
enum { DEFAULT_MAX_RATIO = 1000, HEADER_TRIES = 100000 };

int chain_fail(struct chain *chain, enum capture_status status, const char *format, ...)
{
	char text[ERR_TEXT_MAX];
	va_list args;

	if (chain->status != CAPTURE_COMPLETE)
		return -1; /* the first failure is the cause of the others */
	va_start(args, format);
	(void)vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	chain->status = status;
	return err_set(&chain->err, "%s", text);
}

static int describe_file(struct chain *chain)
{
	struct stat st;

	if (fstat(chain->fd, &st) != 0)
		return chain_fail(chain, CAPTURE_UNREADABLE, "cannot be examined: %s", strerror(errno));
	chain->regular = S_ISREG(st.st_mode) && lseek(chain->fd, 0, SEEK_CUR) == 0;
	chain->file_size = chain->regular && st.st_size > 0 ? (uint64_t)st.st_size : 0;
	if (S_ISDIR(st.st_mode))
		return chain_fail(chain, CAPTURE_FOREIGN,
				  "a folder that holds no captures; name one that does");
	if (chain->regular)
		(void)posix_fadvise(chain->fd, 0, 0, POSIX_FADV_SEQUENTIAL);
	return 0;
}

int chain_open(struct chain *chain, const char *path, const struct capture_options *options)
{
	*chain = (struct chain){.path = path, .fd = -1, .depth = 1};
	chain->max_bytes = options && options->max_bytes ? options->max_bytes : DEFAULT_MAX_BYTES;
	chain->max_ratio = options && options->max_ratio ? options->max_ratio : DEFAULT_MAX_RATIO;
	chain->levels[0].chain = chain;
	if (strcmp(path, "-") == 0) {
		chain->fd = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
		if (chain->fd < 0)
			return chain_fail(chain, CAPTURE_UNREADABLE, "cannot be read: %s", strerror(errno));
		return describe_file(chain);
	}
	chain->fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (chain->fd < 0)
		return chain_fail(chain, CAPTURE_UNREADABLE, "cannot be opened: %s%s", strerror(errno),
				  errno == ENOENT                     ? "; check the name"
				  : errno == EACCES || errno == EPERM ? "; run as a user who may read it"
								      : "");
	return describe_file(chain);
}

int chain_open_part(struct chain *chain, int fd, uint64_t offset, uint64_t length, const char *wrappings)
{
	*chain = (struct chain){.path = "",
				.depth = 1,
				.file_size = length,
				.wrappings = wrappings,
				.part_at = offset,
				.part_end = offset + length};
	chain->levels[0].chain = chain;
	chain->fd = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	return chain->fd < 0 ? -1 : 0;
}

void chain_close(struct chain *chain)
{
	while (chain->depth > 1)
		chain_pop(chain);
	if (chain->fd >= 0)
		(void)close(chain->fd);
	chain->fd = -1;
}

/* From here on limits and failures are those of a new leaf. */
static void begin_leaf(struct chain *chain)
{
	bool broken = false;

	for (unsigned i = 1; i < chain->depth; i++)
		broken = broken || chain->levels[i].broken;
	/* A level that was given up fails again whatever is asked of it: its first failure stays the reason.
	 */
	if (!broken)
		chain->status = CAPTURE_COMPLETE;
	chain->consumed_mark = chain->consumed;
	for (unsigned i = 0; i < chain->depth; i++)
		chain->levels[i].out_bytes = 0;
}

static struct chain_level *top_level(struct chain *chain)
{
	return &chain->levels[chain->depth - 1];
}

/* libarchive seeks in regular files by itself: it has to start where the file does. */
static int rewind_file(struct chain *chain)
{
	struct chain_level *file = &chain->levels[0];

	if (chain->depth != 1 || !chain->regular)
		return 0;
	file->head_length = 0;
	file->head_taken = 0;
	file->ended = false;
	chain->consumed = 0;
	if (lseek(chain->fd, 0, SEEK_SET) != 0)
		return chain_fail(chain, CAPTURE_UNREADABLE, "cannot be read again: %s", strerror(errno));
	return 0;
}

enum chain_found chain_unwrap(struct chain *chain)
{
	for (;;) {
		size_t length;
		const uint8_t *head = chain_peek(chain, &length);
		const struct magic *magic;
		int r;

		if (!head)
			return chain->depth == 1 ? CHAIN_FAILED : CHAIN_LEAF;
		magic = magic_identify(head, length);
		if (magic->role != MAGIC_COMPRESSION && magic->role != MAGIC_ARCHIVE)
			return CHAIN_LEAF;
		if (chain->depth == CHAIN_LEVELS) {
			(void)chain_fail(chain, CAPTURE_OVER_LIMIT,
					 "wrapped more than %d times; unpack it first", CHAIN_LEVELS - 1);
			return CHAIN_LEAF;
		}
		if (rewind_file(chain) != 0)
			return CHAIN_FAILED;
		r = chain_push(chain, magic);
		if (r > 0) {
			/* Only looks like it. Its bytes are gone into the reader, so say what they were. */
			(void)chain_fail(chain, CAPTURE_FOREIGN, "not a capture: looks like %s but is not",
					 magic->name);
			return CHAIN_LEAF;
		}
		if (r < 0)
			return CHAIN_LEAF;
		if (magic->role == MAGIC_ARCHIVE)
			return CHAIN_ARCHIVE;
	}
}

/* Names come from whoever made the archive and go to terminals and reports. */
static char *member_name(struct archive_entry *entry)
{
	const char *raw = archive_entry_pathname_utf8(entry);
	char *name;

	if (!raw)
		raw = archive_entry_pathname(entry);
	name = mem_strdup(raw && raw[0] ? raw : "unnamed");
	for (char *c = name; c && *c; c++)
		if ((unsigned char)*c < 0x20 || *c == 0x7f)
			*c = '?';
	return name;
}

/* The archive's next plain file. Its failure to go on is its own, and ends it. */
static enum chain_found next_member(struct chain_level *level)
{
	for (unsigned tries = 0; tries < HEADER_TRIES; tries++) {
		struct archive_entry *entry;
		int r = archive_read_next_header(level->archive, &entry);

		if (r == ARCHIVE_EOF)
			return CHAIN_END;
		if (r < ARCHIVE_WARN) {
			(void)chain_archive_failed(level, r);
			return CHAIN_FAILED;
		}
		if (archive_entry_filetype(entry) != AE_IFREG || archive_entry_hardlink(entry))
			continue;
		chain_level_restart(level);
		level->member = member_name(entry);
		if (level->member)
			return CHAIN_LEAF;
		level->chain->status = CAPTURE_UNREADABLE;
		(void)err_no_memory(&level->chain->err);
		return CHAIN_FAILED;
	}
	(void)chain_fail(level->chain, CAPTURE_OVER_LIMIT, "the %s holds more than %d entries",
			 level->magic->name, HEADER_TRIES);
	return CHAIN_FAILED;
}

static bool has_archive_below(const struct chain *chain)
{
	for (unsigned i = 1; i + 1 < chain->depth; i++)
		if (chain->levels[i].magic->role == MAGIC_ARCHIVE)
			return true;
	return false;
}

static enum chain_found count_leaf(struct chain *chain)
{
	if (chain->leaves == CHAIN_MEMBERS_MAX) {
		begin_leaf(chain);
		(void)chain_fail(chain, CAPTURE_OVER_LIMIT, "holds more than %d members; unpack it first",
				 CHAIN_MEMBERS_MAX);
		return CHAIN_FAILED;
	}
	chain->leaves++;
	return CHAIN_LEAF;
}

static enum chain_found find_next(struct chain *chain)
{
	for (;;) {
		enum chain_found found;

		while (chain->depth > 1 && top_level(chain)->magic->role != MAGIC_ARCHIVE)
			chain_pop(chain);
		if (chain->depth == 1)
			return CHAIN_END;
		begin_leaf(chain);
		found = next_member(top_level(chain));
		if (found == CHAIN_LEAF) {
			found = chain_unwrap(chain);
			if (found == CHAIN_LEAF)
				return count_leaf(chain);
			continue;
		}
		if (!has_archive_below(chain))
			return found;
		/* An archive within an archive is over. If it failed, that failure stands as a leaf of its
		 * own. */
		if (found == CHAIN_FAILED) {
			found = count_leaf(chain);
			chain_pop(chain);
			return found;
		}
		chain_pop(chain);
	}
}

enum chain_found chain_next(struct chain *chain)
{
	enum chain_found found = find_next(chain);

	chain->over = found != CHAIN_LEAF;
	return found;
}

ssize_t chain_read(struct chain *chain, void *buffer, size_t size)
{
	return chain_level_read(top_level(chain), buffer, size);
}

const uint8_t *chain_peek(struct chain *chain, size_t *length)
{
	return chain_level_peek(top_level(chain), length);
}

void chain_member_name(const struct chain *chain, struct strbuf *name)
{
	for (unsigned i = 1; i < chain->depth; i++) {
		if (!chain->levels[i].member)
			continue;
		if (name->length)
			strbuf_add_char(name, ':');
		strbuf_add(name, chain->levels[i].member);
	}
}

void chain_wrappings(const struct chain *chain, struct strbuf *text)
{
	strbuf_add(text, chain->wrappings ? chain->wrappings : "");
	for (unsigned i = chain->depth; i > 1; i--) {
		strbuf_add_char(text, ' ');
		strbuf_add(text, chain->levels[i - 1].magic->name);
	}
}
