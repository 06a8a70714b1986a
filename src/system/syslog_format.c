/* RFC 5424 section 6: the message. */
#include "base/timestamp.h"
#include "syslog_parts.h"
#include <stdio.h>
#include <string.h>

enum { NAME_MAX_BYTES = 32, HOST_MAX = 255, PROGRAM_MAX = 48, ID_MAX = 32, TEXT_MIN = 16 };

/* What still fits; once something did not, nothing more is added. */
struct line {
	char *text;
	size_t length;
	bool full;
};

static void add_bytes(struct line *line, const char *bytes, size_t length)
{
	if (line->full || length > SYSLOG_MESSAGE_MAX - line->length) {
		line->full = true;
		return;
	}
	memcpy(line->text + line->length, bytes, length);
	line->length += length;
	line->text[line->length] = '\0';
}

static void add_text(struct line *line, const char *text)
{
	add_bytes(line, text, strlen(text));
}

/* PRINTUSASCII of at most MAX bytes, else "?" for each other byte; "-" where there is none. */
static void add_field(struct line *line, const char *text, size_t max)
{
	size_t length = text ? strnlen(text, max) : 0;

	for (size_t i = 0; i < length; i++)
		add_bytes(line, text[i] > ' ' && text[i] < 0x7f ? &text[i] : "?", 1);
	if (length == 0)
		add_text(line, "-");
}

static bool is_name(const char *name)
{
	size_t length = strlen(name);

	if (length == 0 || length > NAME_MAX_BYTES)
		return false;
	for (size_t i = 0; i < length; i++) {
		if (name[i] <= ' ' || name[i] >= 0x7f || strchr("=]\"", name[i]))
			return false;
	}
	return true;
}

/* Bytes of the character at TEXT: 1 to 4, or 0 where it is no UTF-8 (RFC 3629). */
static size_t character_bytes(const unsigned char *text)
{
	static const struct {
		unsigned char first, last, second_min, second_max;
		size_t bytes;
	} forms[] = {
	    {0x01, 0x7f, 0, 0, 1},       {0xc2, 0xdf, 0x80, 0xbf, 2}, {0xe0, 0xe0, 0xa0, 0xbf, 3},
	    {0xe1, 0xec, 0x80, 0xbf, 3}, {0xed, 0xed, 0x80, 0x9f, 3}, {0xee, 0xef, 0x80, 0xbf, 3},
	    {0xf0, 0xf0, 0x90, 0xbf, 4}, {0xf1, 0xf3, 0x80, 0xbf, 4}, {0xf4, 0xf4, 0x80, 0x8f, 4},
	};

	for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
		size_t bytes = forms[i].bytes;

		if (text[0] < forms[i].first || text[0] > forms[i].last)
			continue;
		if (bytes > 1 && (text[1] < forms[i].second_min || text[1] > forms[i].second_max))
			return 0;
		for (size_t k = 2; k < bytes; k++) {
			if (text[k] < 0x80 || text[k] > 0xbf)
				return 0;
		}
		return bytes;
	}
	return 0;
}

/* Character by character, so that a cut never leaves half of one. Control characters and what is no UTF-8
 * become '?'; ESCAPED are put behind a backslash. RESERVED bytes are left for what has to follow. */
static void add_characters(struct line *line, const char *text, const char *escaped, size_t reserved)
{
	for (const unsigned char *at = (const unsigned char *)text; *at;) {
		size_t bytes = character_bytes(at);
		bool plain = bytes > 0 && (bytes > 1 || (*at >= ' ' && *at != 0x7f));
		bool escape = plain && bytes == 1 && strchr(escaped, *at) != NULL;

		if (line->length + bytes + escape + reserved > SYSLOG_MESSAGE_MAX)
			return;
		if (escape)
			add_bytes(line, "\\", 1);
		add_bytes(line, plain ? (const char *)at : "?", plain ? bytes : 1);
		at += bytes ? bytes : 1;
	}
}

/* Section 6.3. A parameter whose value finds no room is cut, one whose name finds none is left out. */
static bool add_data(struct line *line, const struct syslog_message *message)
{
	static const size_t closing = sizeof "\"]" - 1;

	if (!message->data_id) {
		add_text(line, " -");
		return true;
	}
	if (!is_name(message->data_id))
		return false;
	add_text(line, " [");
	add_text(line, message->data_id);
	for (size_t i = 0; i < message->item_count; i++) {
		const struct syslog_item *item = &message->items[i];

		if (!is_name(item->name))
			return false;
		if (!item->value ||
		    line->length + strlen(item->name) + sizeof " =\"" + closing > SYSLOG_MESSAGE_MAX)
			continue;
		add_text(line, " ");
		add_text(line, item->name);
		add_text(line, "=\"");
		add_characters(line, item->value, "\"\\]", closing);
		add_text(line, "\"");
	}
	add_text(line, "]");
	return true;
}

static bool is_ascii(const char *text)
{
	for (; *text; text++) {
		if ((unsigned char)*text >= 0x80)
			return false;
	}
	return true;
}

size_t syslog_format_with(const struct syslog_header *header, const struct syslog_message *message,
			  char out[SYSLOG_MESSAGE_MAX + 1])
{
	struct line line = {.text = out};
	char start[64], time[TIME_TEXT_MAX], process[16] = "";

	out[0] = '\0';
	time_format(message->time_ns, 6, time);
	snprintf(start, sizeof start, "<%u>1 %s ", header->facility * 8 + (unsigned)message->severity % 8,
		 time[0] ? time : "-");
	add_text(&line, start);
	add_field(&line, header->host, HOST_MAX);
	add_text(&line, " ");
	add_field(&line, header->program, PROGRAM_MAX);
	add_text(&line, " ");
	if (header->process)
		snprintf(process, sizeof process, "%u", header->process);
	add_field(&line, process, sizeof process);
	add_text(&line, " ");
	add_field(&line, message->id, ID_MAX);
	if (!add_data(&line, message))
		return 0;
	if (message->text && message->text[0] && line.length + TEXT_MIN <= SYSLOG_MESSAGE_MAX) {
		/* Section 6.4: a text that is more than ASCII says so by a byte order mark. */
		add_text(&line, is_ascii(message->text) ? " " : " \xef\xbb\xbf");
		add_characters(&line, message->text, "", 0);
	}
	return line.length;
}
