#include "magic.h"
#include <archive.h>
#include <ctype.h>
#include <string.h>
#include <strings.h>

struct signature {
	struct magic magic;
	uint16_t offset;
	uint8_t length;
	const char *bytes;
};

/* pzstd begins with a frame to be skipped, which libarchive does not take for zstd unless told to. */
static int enable_skippable_zstd(struct archive *archive)
{
	return archive_read_append_filter(archive, ARCHIVE_FILTER_ZSTD);
}

/* Readers of libarchive that could run programs or open files by themselves (lrzip, grzip, mtree) are left
 * out. */
static const struct signature known[] = {
    {{MAGIC_PCAP, "pcap", NULL}, 0, 4, "\xa1\xb2\xc3\xd4"},
    {{MAGIC_PCAP, "pcap", NULL}, 0, 4, "\xd4\xc3\xb2\xa1"},
    {{MAGIC_PCAP, "pcap", NULL}, 0, 4, "\xa1\xb2\x3c\x4d"},
    {{MAGIC_PCAP, "pcap", NULL}, 0, 4, "\x4d\x3c\xb2\xa1"},
    {{MAGIC_PCAP, "pcap", NULL}, 0, 4, "\xa1\xb2\xcd\x34"},
    {{MAGIC_PCAP, "pcap", NULL}, 0, 4, "\x34\xcd\xb2\xa1"},
    {{MAGIC_COMPRESSION, "gzip", archive_read_support_filter_gzip}, 0, 3, "\x1f\x8b\x08"},
    {{MAGIC_COMPRESSION, "bzip2", archive_read_support_filter_bzip2}, 0, 3, "BZh"},
    {{MAGIC_COMPRESSION, "xz", archive_read_support_filter_xz}, 0, 6, "\xfd\x37zXZ\x00"},
    {{MAGIC_COMPRESSION, "zstd", archive_read_support_filter_zstd}, 0, 4, "\x28\xb5\x2f\xfd"},
    {{MAGIC_COMPRESSION, "zstd", enable_skippable_zstd}, 0, 4, "\x50\x2a\x4d\x18"},
    {{MAGIC_COMPRESSION, "lz4", archive_read_support_filter_lz4}, 0, 4, "\x04\x22\x4d\x18"},
    {{MAGIC_COMPRESSION, "lz4", archive_read_support_filter_lz4}, 0, 4, "\x02\x21\x4c\x18"},
    {{MAGIC_COMPRESSION, "compress", archive_read_support_filter_compress}, 0, 2, "\x1f\x9d"},
    {{MAGIC_COMPRESSION, "lzip", archive_read_support_filter_lzip}, 0, 4, "LZIP"},
    {{MAGIC_COMPRESSION, "lzma", archive_read_support_filter_lzma}, 0, 3, "\x5d\x00\x00"},
    {{MAGIC_ARCHIVE, "zip", archive_read_support_format_zip}, 0, 4, "PK\x03\x04"},
    {{MAGIC_ARCHIVE, "zip", archive_read_support_format_zip}, 0, 4, "PK\x05\x06"},
    {{MAGIC_ARCHIVE, "7z", archive_read_support_format_7zip}, 0, 6, "7z\xbc\xaf\x27\x1c"},
    {{MAGIC_ARCHIVE, "rar", archive_read_support_format_rar}, 0, 7, "Rar!\x1a\x07\x00"},
    {{MAGIC_ARCHIVE, "rar", archive_read_support_format_rar5}, 0, 8, "Rar!\x1a\x07\x01\x00"},
    {{MAGIC_ARCHIVE, "tar", archive_read_support_format_tar}, 257, 5, "ustar"},
    {{MAGIC_ARCHIVE, "cab", archive_read_support_format_cab}, 0, 4, "MSCF"},
    {{MAGIC_ARCHIVE, "xar", archive_read_support_format_xar}, 0, 4, "xar!"},
    {{MAGIC_ARCHIVE, "cpio", archive_read_support_format_cpio}, 0, 6, "070701"},
    {{MAGIC_ARCHIVE, "cpio", archive_read_support_format_cpio}, 0, 6, "070707"},
};

static const struct magic pcapng = {MAGIC_PCAPNG, "pcapng", NULL};
static const struct magic old_tar = {MAGIC_ARCHIVE, "tar", archive_read_support_format_tar};
static const struct magic foreign = {MAGIC_FOREIGN, "", NULL};

/* draft-ietf-opsawg-pcapng section 4.1: the block type and, behind its length, the byte-order magic. */
static bool is_pcapng(const uint8_t *head, size_t length)
{
	if (length < 4 || memcmp(head, "\x0a\x0d\x0d\x0a", 4) != 0)
		return false;
	return length < 12 || memcmp(head + 8, "\x1a\x2b\x3c\x4d", 4) == 0 ||
	       memcmp(head + 8, "\x4d\x3c\x2b\x1a", 4) == 0;
}

/* Tar from before POSIX has no magic, only a sum over its header, the sum's own field counted as blanks. */
static bool is_old_tar(const uint8_t *head, size_t length)
{
	enum { SUM_AT = 148, SUM_BYTES = 8, BLOCK = 512 };
	unsigned long sum = 0, stated = 0;

	if (length < BLOCK)
		return false;
	for (size_t i = 0; i < BLOCK; i++)
		sum += i >= SUM_AT && i < SUM_AT + SUM_BYTES ? ' ' : head[i];
	for (size_t i = SUM_AT; i < SUM_AT + SUM_BYTES; i++) {
		if (head[i] >= '0' && head[i] <= '7')
			stated = stated * 8 + (unsigned long)(head[i] - '0');
		else if (head[i] != ' ' && head[i] != 0)
			return false;
	}
	return sum == stated;
}

const struct magic *magic_identify(const uint8_t *head, size_t length)
{
	if (is_pcapng(head, length))
		return &pcapng;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		const struct signature *s = &known[i];

		if (length >= (size_t)s->offset + s->length &&
		    memcmp(head + s->offset, s->bytes, s->length) == 0)
			return &s->magic;
	}
	return is_old_tar(head, length) ? &old_tar : &foreign;
}

bool magic_is_capture(const uint8_t *head, size_t length)
{
	enum magic_role role = magic_identify(head, length)->role;

	return role == MAGIC_PCAP || role == MAGIC_PCAPNG;
}

static const char *skip_back(const char *name, const char *end, const char *suffix)
{
	size_t length = strlen(suffix);

	if ((size_t)(end - name) > length && strncasecmp(end - length, suffix, length) == 0)
		return end - length;
	return NULL;
}

bool magic_named_like_capture(const char *name)
{
	static const char *const compressed[] = {".gz", ".bz2", ".xz", ".zst", ".lz4", ".z", ".lz", ".lzma"};
	static const char *const captures[] = {".pcap", ".pcapng", ".cap", ".dmp", ".ntar"};
	const char *end = name + strlen(name);

	for (size_t i = 0; i < sizeof(compressed) / sizeof(compressed[0]); i++) {
		const char *before = skip_back(name, end, compressed[i]);

		if (before) {
			end = before;
			break;
		}
	}
	/* tcpdump -C numbers its files behind the extension. */
	while (end > name && isdigit((unsigned char)end[-1]))
		end--;
	for (size_t i = 0; i < sizeof(captures) / sizeof(captures[0]); i++)
		if (skip_back(name, end, captures[i]))
			return true;
	return false;
}
