#include "doc.h"
#include <stdint.h>
#include <string.h>

/* cJSON copies a number into 64 bytes and goes astray behind that. */
enum { NUMBER_MAX_LENGTH = 60 };

static char byte_at(const struct doc_scan *scan, size_t at)
{
	return at < scan->length ? scan->text[at] : 0;
}

/* The four digits at AT, -1 when they are not. */
static int32_t hex4(const struct doc_scan *scan, size_t at)
{
	int32_t value = 0;

	for (size_t i = 0; i < 4; i++) {
		char c = byte_at(scan, at + i);
		int32_t digit;

		if (c >= '0' && c <= '9')
			digit = c - '0';
		else if (c >= 'a' && c <= 'f')
			digit = c - 'a' + 10;
		else if (c >= 'A' && c <= 'F')
			digit = c - 'A' + 10;
		else
			return -1;
		value = value * 16 + digit;
	}
	return value;
}

/* "\uXXXX", in pairs beyond the basic plane (RFC 8259 section 7). */
static int scan_unicode(struct doc_scan *scan)
{
	int32_t unit = hex4(scan, scan->at + 2), low;

	if (unit < 0)
		return doc_scan_fail(scan, scan->at, "\\u needs four hexadecimal digits");
	if (unit == 0)
		return doc_scan_fail(scan, scan->at, "\\u0000 is not allowed");
	if (unit >= 0xdc00 && unit <= 0xdfff)
		return doc_scan_fail(scan, scan->at, "half of a surrogate pair");
	if (unit >= 0xd800 && unit <= 0xdbff) {
		low = hex4(scan, scan->at + 8);
		if (byte_at(scan, scan->at + 6) != '\\' || byte_at(scan, scan->at + 7) != 'u' ||
		    low < 0xdc00 || low > 0xdfff)
			return doc_scan_fail(scan, scan->at, "half of a surrogate pair");
		scan->at += 6;
	}
	scan->at += 6;
	return 0;
}

static int scan_escape(struct doc_scan *scan)
{
	char c = byte_at(scan, scan->at + 1);

	if (c == 'u')
		return scan_unicode(scan);
	if (c == 0 || !strchr("\"\\/bfnrt", c))
		return doc_scan_fail(scan, scan->at,
				     "unknown escape; escapes are \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX");
	scan->at += 2;
	return 0;
}

int doc_scan_string(struct doc_scan *scan)
{
	size_t start = scan->at++;

	while (scan->at < scan->length) {
		unsigned char c = (unsigned char)scan->text[scan->at];

		if (c == '"') {
			scan->at++;
			return 0;
		}
		if (c == '\n' || c == '\r')
			break;
		if (c < 0x20)
			return doc_scan_fail(scan, scan->at,
					     "control character in a string; write \\t or \\u00XX");
		if (c != '\\')
			scan->at++;
		else if (scan_escape(scan) != 0)
			return -1;
	}
	return doc_scan_fail(scan, start, "string without an end");
}

static size_t scan_digits(struct doc_scan *scan)
{
	size_t start = scan->at;

	while (byte_at(scan, scan->at) >= '0' && byte_at(scan, scan->at) <= '9')
		scan->at++;
	return scan->at - start;
}

/* Fraction and exponent (RFC 8259 section 6). *WHOLE tells that there were none. */
static int scan_number_tail(struct doc_scan *scan, size_t start, bool *whole)
{
	char c = byte_at(scan, scan->at);

	*whole = true;
	if (c == '.') {
		*whole = false;
		scan->at++;
		if (scan_digits(scan) == 0)
			return doc_scan_fail(scan, start, "number without digits behind its point");
		c = byte_at(scan, scan->at);
	}
	if (c == 'e' || c == 'E') {
		*whole = false;
		scan->at++;
		c = byte_at(scan, scan->at);
		if (c == '+' || c == '-')
			scan->at++;
		if (scan_digits(scan) == 0)
			return doc_scan_fail(scan, start, "number without digits in its exponent");
	}
	return 0;
}

int doc_scan_number(struct doc_scan *scan)
{
	size_t start = scan->at, digits;
	bool whole, zero;

	if (byte_at(scan, scan->at) == '-')
		scan->at++;
	zero = byte_at(scan, scan->at) == '0';
	digits = scan_digits(scan);
	if (digits == 0)
		return doc_scan_fail(scan, start, "\"-\" without a number");
	if (zero && digits > 1)
		return doc_scan_fail(scan, start, "number with a leading zero");
	if (scan_number_tail(scan, start, &whole) != 0)
		return -1;
	if (scan->at - start > NUMBER_MAX_LENGTH)
		return doc_scan_fail(scan, start, "number of more than %d characters", NUMBER_MAX_LENGTH);
	if (!whole && scan->fraction_count < DOC_MAX_FRACTIONS)
		scan->fractions[scan->fraction_count++] = (struct doc_fraction){
		    .ordinal = scan->numbers, .offset = start, .length = scan->at - start};
	scan->numbers++;
	return 0;
}
