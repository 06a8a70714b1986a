/*
 * The words of FTP that announce a data connection: PORT, EPRT, 227 (RFC 959, RFC 1123 section 4.1.2.6), 229
 * (RFC 2428), and those that hide all that follows (RFC 4217).
 */
#include "ftp.h"
#include <strings.h>

/* A decimal number up to MAX; false when there is none. */
static bool read_number(const char **at, const char *end, unsigned max, unsigned *number)
{
	const char *p = *at;

	*number = 0;
	for (; p < end && *p >= '0' && *p <= '9'; p++) {
		*number = *number * 10 + (unsigned)(*p - '0');
		if (*number > max)
			return false;
	}
	if (p == *at)
		return false;
	*at = p;
	return true;
}

/* h1,h2,h3,h4,p1,p2 */
static struct ftp_word read_six(const char *at, const char *end)
{
	struct ftp_word word = {.kind = FTP_NOTHING};
	uint8_t bytes[6];

	for (unsigned i = 0; i < 6; i++) {
		unsigned number;

		if ((i > 0 && (at >= end || *at++ != ',')) || !read_number(&at, end, UINT8_MAX, &number))
			return word;
		bytes[i] = (uint8_t)number;
	}
	word.kind = FTP_LISTENS;
	word.address = addr_ipv4(bytes);
	word.port = (uint16_t)(bytes[4] << 8 | bytes[5]);
	return word;
}

/* |family|address|port|, with any delimiter; an empty address is the speaker's own. */
static struct ftp_word read_delimited(const char *at, const char *end)
{
	struct ftp_word word = {.kind = FTP_NOTHING};
	char text[ADDR_TEXT_MAX] = "";
	size_t length = 0;
	unsigned port;
	char delimiter;

	if (at >= end)
		return word;
	delimiter = *at++;
	while (at < end && *at != delimiter)
		at++;
	for (at++; at < end && *at != delimiter && length + 1 < sizeof(text); at++)
		text[length++] = *at;
	if (at >= end || *at++ != delimiter || !read_number(&at, end, UINT16_MAX, &port) || at >= end ||
	    *at != delimiter)
		return word;
	if (length > 0 && addr_parse(&word.address, text))
		return word;
	word.kind = FTP_LISTENS;
	word.port = (uint16_t)port;
	return word;
}

static bool begins(const char *line, size_t length, const char *word)
{
	size_t wanted = strlen(word);

	return length >= wanted && strncasecmp(line, word, wanted) == 0;
}

static const char *skip_spaces(const char *at, const char *end)
{
	while (at < end && *at == ' ')
		at++;
	return at;
}

struct ftp_word ftp_read_command(const char *line, size_t length)
{
	const char *end = line + length;

	if (begins(line, length, "PORT "))
		return read_six(skip_spaces(line + 5, end), end);
	if (begins(line, length, "EPRT "))
		return read_delimited(skip_spaces(line + 5, end), end);
	if (begins(line, length, "PASV") || begins(line, length, "EPSV"))
		return (struct ftp_word){.kind = FTP_ASKS};
	return (struct ftp_word){.kind = FTP_NOTHING};
}

struct ftp_word ftp_read_reply(const char *line, size_t length)
{
	const char *at = line + 4, *end = line + length;

	if (begins(line, length, "234 "))
		return (struct ftp_word){.kind = FTP_ENCRYPTS};
	if (begins(line, length, "227 ")) {
		/* Words and brackets around the numbers are not agreed upon; the first digit is. */
		while (at < end && (*at < '0' || *at > '9'))
			at++;
		return read_six(at, end);
	}
	if (begins(line, length, "229 ")) {
		while (at < end && *at != '(')
			at++;
		return read_delimited(at + 1, end);
	}
	if (length > 0 && (*line == '4' || *line == '5'))
		return (struct ftp_word){.kind = FTP_REFUSES};
	return (struct ftp_word){.kind = FTP_NOTHING};
}
