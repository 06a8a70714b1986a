/*
 * Protocols that speak in lines: FTP (RFC 959), SMTP (RFC 5321), HTTP (RFC 9112), and RFB's greeting (RFC
 * 6143).
 */
#include "evidence_parts.h"

enum { LINE_MAX_BYTES = 512, HTTP_LINE_MAX_BYTES = 16384 };

struct line {
	const char *text;
	size_t length;
	bool whole; /* its end was seen */
};

/* The first line, if all of it is printable; false when something else is in it. */
static bool read_line(struct cursor c, size_t max, struct line *line)
{
	size_t left = cur_left(&c) < max ? cur_left(&c) : max;
	const uint8_t *bytes = cur_take(&c, left);

	*line = (struct line){.text = (const char *)bytes, .length = left};
	for (size_t i = 0; bytes && i < left; i++) {
		if (bytes[i] == '\n' || bytes[i] == '\r') {
			line->length = i;
			line->whole = true;
			return true;
		}
		if ((bytes[i] < 0x20 && bytes[i] != '\t') || bytes[i] == 0x7f)
			return false;
	}
	return bytes != NULL;
}

static bool line_starts(const struct line *line, const char *word)
{
	size_t length = strlen(word);

	return line->length >= length && memcmp(line->text, word, length) == 0;
}

static bool line_has(const struct line *line, const char *word)
{
	return memmem(line->text, line->length, word, strlen(word)) != NULL;
}

static bool conclude(struct evidence *evidence, enum evidence_protocol protocol, enum evidence_side side)
{
	evidence->protocol = (uint8_t)protocol;
	evidence->side = (uint8_t)side;
	return true;
}

/* Words of replies that follow a greeting: without one of them, and on another port, a number in front of a
 * text says nothing. */
static bool is_about_login(const struct line *line)
{
	static const char *const words[] = {"ogin",   "ogged",    "assword", "ser ",   "serna",
					    "uest",   "TLS",      "SSL",     "AUTH",   "uth",
					    "imeout", "imed out", "onnect",  "ervice", "ccount"};

	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (line_has(line, words[i]))
			return true;
	return false;
}

/* Greetings and first replies: three digits, then a space, or a dash where more lines follow. FTP and SMTP
 * begin alike; a greeting without a word of either is FTP's unless its port is mail's. */
bool evidence_reply(struct payload p, struct evidence *evidence)
{
	static const char *const codes[] = {"220", "230", "331", "332", "234", "421", "530"};
	struct line line;
	bool known = false;

	if (!read_line(p.at, LINE_MAX_BYTES, &line) || !line.whole || line.length < 4 ||
	    (line.text[3] != ' ' && line.text[3] != '-'))
		return false;
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]) && !known; i++)
		known = line_starts(&line, codes[i]);
	if (!known || (!line_starts(&line, "220") && !payload_on_port(&p, 21) && !payload_on_port(&p, 25) &&
		       !payload_on_port(&p, 587) && !payload_on_port(&p, 465) && !is_about_login(&line)))
		return false;
	if (line_has(&line, "SMTP") || payload_on_port(&p, 25) || payload_on_port(&p, 587) ||
	    payload_on_port(&p, 465))
		return conclude(evidence, EVIDENCE_SMTP, EVIDENCE_ANSWERS);
	return conclude(evidence, EVIDENCE_FTP, EVIDENCE_ANSWERS);
}

static const char *const methods[] = {
    "GET ",    "POST ",     "HEAD ",      "PUT ",         "DELETE ",       "OPTIONS ",  "CONNECT ", "TRACE ",
    "PATCH ",  "COPY ",     "MOVE ",      "LOCK ",        "UNLOCK ",       "MKCOL ",    "SEARCH ",  "REPORT ",
    "NOTIFY ", "PROPFIND ", "PROPPATCH ", "RPC_IN_DATA ", "RPC_OUT_DATA ", "SUBSCRIBE "};

/* "HTTP/" digit "." digit at OFFSET of the line. */
static bool is_version(const struct line *line, size_t offset)
{
	const char *t = line->text + offset;

	return line->length >= offset + 8 && memcmp(t, "HTTP/", 5) == 0 && t[5] >= '0' && t[5] <= '9' &&
	       t[6] == '.' && t[7] >= '0' && t[7] <= '9';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_status_line(const struct line *line)
{
	const char *t = line->text;

	if (!is_version(line, 0) || line->length < 12 || t[8] != ' ')
		return false;
	return t[9] >= '1' && t[9] <= '5' && is_digit(t[10]) && is_digit(t[11]) &&
	       (line->length == 12 || t[12] == ' ');
}

/* METHOD SP target SP version. Where the line's end was not captured, its target must be a path or a URL. */
static bool is_request_line(const struct line *line)
{
	size_t target = 0;

	for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]) && target == 0; i++) {
		if (line_starts(line, methods[i]))
			target = strlen(methods[i]);
	}
	if (target == 0)
		return line_starts(line, "PRI * HTTP/2.0");
	if (line->whole)
		return line->length > target + 9 && line->text[line->length - 9] == ' ' &&
		       is_version(line, line->length - 8);
	return line->length > target + 8 &&
	       (line->text[target] == '/' || memcmp(line->text + target, "http://", 7) == 0);
}

bool evidence_http(struct payload p, struct evidence *evidence)
{
	struct line line;

	if (!read_line(p.at, HTTP_LINE_MAX_BYTES, &line))
		return false;
	if (is_status_line(&line))
		return conclude(evidence, EVIDENCE_HTTP, EVIDENCE_ANSWERS);
	return is_request_line(&line) && conclude(evidence, EVIDENCE_HTTP, EVIDENCE_ASKS);
}

/* Both sides send this line, the server first: only the first of a connection says something, and that
 * weakly. */
bool evidence_rfb(struct payload p, struct evidence *evidence)
{
	enum { BYTES = 12 };
	const uint8_t *t = cur_take(&p.at, BYTES);

	if (!t || p.length != BYTES || memcmp(t, "RFB 00", 6) != 0 || t[7] != '.' || t[BYTES - 1] != '\n')
		return false;
	for (size_t i = 6; i < BYTES - 1; i++) {
		if (i != 7 && !is_digit((char)t[i]))
			return false;
	}
	evidence->weak = true;
	return conclude(evidence, EVIDENCE_RFB, EVIDENCE_ANSWERS);
}
