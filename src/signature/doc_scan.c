#include "doc.h"
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum scan_state { EXPECT_VALUE, EXPECT_VALUE_OR_CLOSE, EXPECT_KEY, EXPECT_KEY_OR_CLOSE, EXPECT_MORE };

/* Length of the UTF-8 sequence at P, 0 when there is none (RFC 3629: no overlong forms, no surrogates). */
static size_t utf8_length(const unsigned char *p, size_t left)
{
	size_t length = p[0] < 0x80 ? 1 : p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;

	if (length == 1)
		return 1;
	if (p[0] < 0xc2 || p[0] > 0xf4 || left < length)
		return 0;
	for (size_t i = 1; i < length; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	if ((p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xed && p[1] > 0x9f))
		return 0;
	if ((p[0] == 0xf0 && p[1] < 0x90) || (p[0] == 0xf4 && p[1] > 0x8f))
		return 0;
	return length;
}

int doc_scan_fail(struct doc_scan *scan, size_t offset, const char *format, ...)
{
	char what[256];
	size_t line = 1, column = 1;
	va_list args;

	for (size_t i = 0; i < offset; i++) {
		if (scan->text[i] == '\n') {
			line++;
			column = 1;
		} else if (((unsigned char)scan->text[i] & 0xc0) != 0x80) {
			column++;
		}
	}
	va_start(args, format);
	(void)vsnprintf(what, sizeof(what), format, args);
	va_end(args);
	return err_set(scan->err, "%zu:%zu: %s", line, column, what);
}

static int scan_bytes(struct doc_scan *scan)
{
	const unsigned char *p = (const unsigned char *)scan->text;

	for (size_t i = 0; i < scan->length;) {
		size_t length = utf8_length(p + i, scan->length - i);

		if (p[i] == 0)
			return doc_scan_fail(scan, i, "zero byte; a JSON file is text");
		if (length == 0)
			return doc_scan_fail(scan, i, "invalid UTF-8");
		i += length;
	}
	return 0;
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static void skip_space(struct doc_scan *scan)
{
	while (scan->at < scan->length && is_space(scan->text[scan->at]))
		scan->at++;
}

/* The character here, in quotes, for a message. */
static const char *found_here(const struct doc_scan *scan, char out[8])
{
	const unsigned char *p = (const unsigned char *)scan->text + scan->at;
	size_t length = utf8_length(p, scan->length - scan->at);

	(void)snprintf(out, 8, "\"%.*s\"", (int)length, (const char *)p);
	return out;
}

static int fail_expected(struct doc_scan *scan, const char *expected)
{
	char found[8];

	if (scan->at >= scan->length)
		return doc_scan_fail(scan, scan->length, "expected %s, found the end of the file", expected);
	if (scan->text[scan->at] == '/')
		return doc_scan_fail(scan, scan->at, "expected %s, found \"/\" (JSON has no comments)",
				     expected);
	return doc_scan_fail(scan, scan->at, "expected %s, found %s", expected, found_here(scan, found));
}

static int scan_word(struct doc_scan *scan)
{
	static const char *const words[] = {"true", "false", "null"};
	const char *start = scan->text + scan->at;
	size_t length = 0;

	while (scan->at + length < scan->length && memchr("aeflnrstu", start[length], 9))
		length++;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (length == strlen(words[i]) && memcmp(start, words[i], length) == 0) {
			scan->at += length;
			return 0;
		}
	}
	return fail_expected(scan, "a value");
}

static int open_level(struct doc_scan *scan, enum scan_state *state)
{
	char c = scan->text[scan->at];

	if (scan->depth == DOC_MAX_DEPTH)
		return doc_scan_fail(scan, scan->at, "nested deeper than %d", DOC_MAX_DEPTH);
	scan->open[scan->depth++] = c;
	scan->at++;
	*state = c == '{' ? EXPECT_KEY_OR_CLOSE : EXPECT_VALUE_OR_CLOSE;
	return 0;
}

static int scan_value(struct doc_scan *scan, enum scan_state *state)
{
	char c = scan->at < scan->length ? scan->text[scan->at] : 0;

	if (++scan->values > DOC_MAX_VALUES)
		return doc_scan_fail(scan, scan->at, "more than %d values", DOC_MAX_VALUES);
	if (c == '{' || c == '[')
		return open_level(scan, state);
	*state = EXPECT_MORE;
	if (c == '"')
		return doc_scan_string(scan);
	if (c == '-' || (c >= '0' && c <= '9'))
		return doc_scan_number(scan);
	return scan_word(scan);
}

static int scan_key(struct doc_scan *scan)
{
	if (scan->at >= scan->length || scan->text[scan->at] != '"')
		return fail_expected(scan, "a key in double quotes");
	if (doc_scan_string(scan) != 0)
		return -1;
	skip_space(scan);
	if (scan->at >= scan->length || scan->text[scan->at] != ':')
		return fail_expected(scan, "\":\"");
	scan->at++;
	return 0;
}

static bool try_close(struct doc_scan *scan)
{
	char close = scan->open[scan->depth - 1] == '{' ? '}' : ']';

	if (scan->at >= scan->length || scan->text[scan->at] != close)
		return false;
	scan->at++;
	scan->depth--;
	return true;
}

static int scan_more(struct doc_scan *scan, enum scan_state *state)
{
	bool object = scan->open[scan->depth - 1] == '{';

	if (try_close(scan))
		return 0;
	if (scan->at >= scan->length || scan->text[scan->at] != ',')
		return fail_expected(scan, object ? "\",\" or \"}\"" : "\",\" or \"]\"");
	scan->at++;
	*state = object ? EXPECT_KEY : EXPECT_VALUE;
	return 0;
}

static int scan_step(struct doc_scan *scan, enum scan_state *state)
{
	switch (*state) {
	case EXPECT_KEY_OR_CLOSE:
	case EXPECT_VALUE_OR_CLOSE:
		if (try_close(scan)) {
			*state = EXPECT_MORE;
			return 0;
		}
		*state = *state == EXPECT_KEY_OR_CLOSE ? EXPECT_KEY : EXPECT_VALUE;
		return 0;
	case EXPECT_KEY: *state = EXPECT_VALUE; return scan_key(scan);
	case EXPECT_VALUE: return scan_value(scan, state);
	case EXPECT_MORE: return scan_more(scan, state);
	}
	return -1;
}

int doc_scan(struct doc_scan *scan, const char *text, size_t length, struct err *err)
{
	enum scan_state state = EXPECT_VALUE;

	*scan = (struct doc_scan){.text = text, .length = length, .err = err};
	if (scan_bytes(scan) != 0)
		return -1;
	skip_space(scan);
	if (scan->at == length)
		return doc_scan_fail(scan, length, "the file is empty");
	do {
		skip_space(scan);
		if (scan_step(scan, &state) != 0)
			return -1;
	} while (scan->depth > 0 || state != EXPECT_MORE);
	skip_space(scan);
	if (scan->at < length)
		return doc_scan_fail(scan, scan->at, "text after the end of the JSON value");
	return 0;
}
