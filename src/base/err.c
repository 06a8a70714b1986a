#include "base/err.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* Well-formed UTF-8 by its first byte (RFC 3629 section 4): length, and the range of the second byte, which
 * shuts out overlong forms, surrogates and, in the first row, the C1 control characters. */
static const struct {
	uint8_t first_low, first_high;
	uint8_t length;
	uint8_t second_low, second_high;
} utf8_forms[] = {
    {0xC2, 0xC2, 2, 0xA0, 0xBF}, {0xC3, 0xDF, 2, 0x80, 0xBF}, {0xE0, 0xE0, 3, 0xA0, 0xBF},
    {0xE1, 0xEC, 3, 0x80, 0xBF}, {0xED, 0xED, 3, 0x80, 0x9F}, {0xEE, 0xEF, 3, 0x80, 0xBF},
    {0xF0, 0xF0, 4, 0x90, 0xBF}, {0xF1, 0xF3, 4, 0x80, 0xBF}, {0xF4, 0xF4, 4, 0x80, 0x8F},
};

/* Length of the character at P that may stand in a message, 0 if none may. CUT: it is right up to the end of
 * the text, which came too early. */
static size_t printable_length(const uint8_t *p, size_t left, bool *cut)
{
	*cut = false;
	if (p[0] < 0x80)
		return p[0] >= 0x20 && p[0] != 0x7F;
	for (size_t i = 0; i < sizeof(utf8_forms) / sizeof(utf8_forms[0]); i++) {
		if (p[0] < utf8_forms[i].first_low || p[0] > utf8_forms[i].first_high)
			continue;
		for (size_t k = 1; k < utf8_forms[i].length; k++) {
			uint8_t low = k == 1 ? utf8_forms[i].second_low : 0x80;
			uint8_t high = k == 1 ? utf8_forms[i].second_high : 0xBF;

			if (k == left)
				*cut = true;
			if (k == left || p[k] < low || p[k] > high)
				return 0;
		}
		return utf8_forms[i].length;
	}
	return 0;
}

/* Copies LENGTH bytes, '?' for each that a terminal should not get. A text that was SHORTENED loses a half
 * character at its end instead. */
static void copy_printable(char *out, const char *text, size_t length, bool shortened)
{
	const uint8_t *bytes = (const uint8_t *)text;
	size_t used = 0;

	for (size_t at = 0; at < length;) {
		bool cut;
		size_t n = printable_length(bytes + at, length - at, &cut);

		if (n == 0 && cut && shortened)
			break;
		if (n == 0) {
			out[used++] = '?';
			at++;
			continue;
		}
		memcpy(out + used, text + at, n);
		used += n;
		at += n;
	}
	out[used] = '\0';
}

static void set_text(struct err *err, const char *format, va_list args) PRINTF_LIKE(2, 0);
static void set_text(struct err *err, const char *format, va_list args)
{
	/* Not straight into ERR: an argument may point there. */
	char text[ERR_TEXT_MAX];
	int wanted = vsnprintf(text, sizeof(text), format, args);
	bool shortened = wanted >= (int)sizeof(text);

	if (wanted < 0)
		text[0] = '\0';
	copy_printable(err->text, text, strlen(text), shortened);
}

int err_set(struct err *err, const char *format, ...)
{
	va_list args;

	if (!err)
		return -1;
	va_start(args, format);
	set_text(err, format, args);
	va_end(args);
	return -1;
}

int err_prefix(struct err *err, const char *format, ...)
{
	struct err context;
	va_list args;

	if (!err)
		return -1;
	va_start(args, format);
	set_text(&context, format, args);
	va_end(args);
	return err_set(err, "%s: %s", context.text, err->text);
}

int err_no_memory(struct err *err)
{
	return err_set(err, "out of memory");
}
