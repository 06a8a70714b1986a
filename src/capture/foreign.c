#include "magic.h"
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define EDITCAP "editcap"

struct foreign_kind {
	uint8_t offset;
	uint8_t length; /* 0: told by the file's extension, as it has no magic */
	const char *bytes;
	const char *extension;
	const char *what;
	const char *remedy; /* EDITCAP: spelled out with the file's own name */
};

static const struct foreign_kind kinds[] = {
    {0, 8, "snoop\0\0\0", NULL, "Solaris snoop", EDITCAP},
    {0, 8, "btsnoop\0", NULL, "Bluetooth HCI snoop", EDITCAP},
    {0, 4, "GMBU", NULL, "Microsoft Network Monitor 2", EDITCAP},
    {0, 4, "RTSS", NULL, "Microsoft Network Monitor 1", EDITCAP},
    {0, 12, "TRSNIFF data", NULL, "NetXray or Sniffer", EDITCAP},
    {0, 4, "XCP\0", NULL, "NetXray or Sniffer for Windows", EDITCAP},
    {0, 4, "VL\0\0", NULL, "NetXray 1", EDITCAP},
    {0, 8, "iptrace ", NULL, "AIX iptrace", EDITCAP},
    {0, 5, "\x7fVeri", NULL, "AG Group EtherPeek", EDITCAP},
    {0, 4, "\xa1\xb2\x34\xcd", NULL, "a private variant of pcap", EDITCAP},
    {0, 4, "\xcd\x34\xb2\xa1", NULL, "a private variant of pcap", EDITCAP},
    {0, 4, "\xa1\xe2\xcb\x12", NULL, "a very old pcap", EDITCAP},
    {0, 4, "\x12\xcb\xe2\xa1", NULL, "a very old pcap", EDITCAP},
    {0, 0, NULL, ".etl", "Windows event trace", "convert it with: pktmon etl2pcap, or etl2pcapng"},
    {0, 0, NULL, ".erf", "Endace ERF", EDITCAP},
    {0, 4,
     "\x7f"
     "ELF",
     NULL, "a program", "name a capture instead"},
    {0, 2, "MZ", NULL, "a Windows program", "name a capture instead"},
    {0, 4, "%PDF", NULL, "a PDF document", "name a capture instead"},
    {0, 15, "SQLite format 3", NULL, "an SQLite database", "name a capture instead"},
    {0, 4, "\x89PNG", NULL, "a picture", "name a capture instead"},
    {0, 5, "<?xml", NULL, "XML text", "export packets as pcapng, not as text"},
};

enum { SHOWN_BYTES = 12 };

/* The first bytes for a human: 'TRSNIFF data', or in hexadecimal where they are no text. */
static void show_start(const uint8_t *head, size_t length, char *out, size_t size)
{
	size_t n = length < SHOWN_BYTES ? length : SHOWN_BYTES, printable = 0;

	while (printable < n && isprint(head[printable]))
		printable++;
	if (printable >= 4 || printable == n || isspace(head[printable])) {
		(void)snprintf(out, size, "'%.*s'", (int)printable, (const char *)head);
		return;
	}
	for (size_t i = 0, used = 0; i < n && i < 8 && used < size; i++)
		used += (size_t)snprintf(out + used, size - used, "%s%02x", i ? " " : "", head[i]);
}

static const struct foreign_kind *find_kind(const char *path, const uint8_t *head, size_t length)
{
	const char *dot = strrchr(path, '.');

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		const struct foreign_kind *k = &kinds[i];

		if (k->length == 0 && dot && strcasecmp(dot, k->extension) == 0)
			return k;
		if (k->length && length >= (size_t)k->offset + k->length &&
		    memcmp(head + k->offset, k->bytes, k->length) == 0)
			return k;
	}
	return NULL;
}

static bool all_zero(const uint8_t *head, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (head[i])
			return false;
	return true;
}

/* No control characters, and little that is not ASCII. */
static bool all_text(const uint8_t *head, size_t length)
{
	size_t high = 0;

	for (size_t i = 0; i < length; i++) {
		if (head[i] < 0x20 && !isspace(head[i]))
			return false;
		high += head[i] >= 0x7f;
	}
	return high <= length / 2;
}

static void describe_unknown(const uint8_t *head, size_t length, const char *start, struct err *err)
{
	size_t at = 0;

	while (at < length && isspace(head[at]))
		at++;
	if (all_zero(head, length))
		(void)err_set(
		    err, "not a capture: starts with nothing but zeros (never written, or lost by the disk); "
			 "copy it again");
	else if (!all_text(head, length))
		(void)err_set(err, "not a capture: starts with %s (unknown); name a pcap or pcapng file",
			      start);
	else if (at < length && (head[at] == '{' || head[at] == '['))
		(void)err_set(
		    err, "not a capture: starts with %s (JSON text); export packets as pcapng, not as text",
		    start);
	else
		(void)err_set(err,
			      "not a capture: starts with %s (text); a hex dump is converted with: text2pcap",
			      start);
}

void magic_describe_foreign(const char *path, const uint8_t *head, size_t length, struct err *err)
{
	const struct foreign_kind *kind = find_kind(path, head, length);
	const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path, *dot = strrchr(base, '.');
	int stem = (int)(dot && dot != base ? dot - base : (long)strlen(base));
	char start[64] = "";

	show_start(head, length, start, sizeof(start));
	if (!kind)
		describe_unknown(head, length, start, err);
	else if (strcmp(kind->remedy, EDITCAP) == 0)
		(void)err_set(err,
			      "not a capture: starts with %s (%s); convert it with: editcap %s %.*s.pcapng",
			      start, kind->what, base, stem, base);
	else
		(void)err_set(err, "not a capture: starts with %s (%s); %s", start, kind->what, kind->remedy);
}
