/* clickhouse://user@host:port/database?name=value&.. */
#include "base/mem.h"
#include "clickhouse.h"
#include <stdlib.h>
#include <string.h>

enum { PORT_HTTP = 8123, PORT_HTTPS = 8443, EVERY_SEC = 900, EVERY_MAX = 86400 };
static const uint64_t spool_bytes_default = UINT64_C(4) << 30;
static const char scheme[] = "clickhouse://";

bool store_place_is_clickhouse(const char *place)
{
	return strncmp(place, scheme, sizeof scheme - 1) == 0;
}

static int hex_digit(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = c ? strchr(digits, c | 0x20) : NULL;

	return at ? (int)(at - digits) : -1;
}

/* LENGTH bytes of TEXT with %XX decoded (RFC 3986); NULL for want of memory or for a byte that no text may
 * hold. */
static char *decoded(const char *text, size_t length)
{
	char *out = mem_calloc(length + 1, 1);
	size_t at = 0;

	for (size_t i = 0; out && i < length; i++) {
		int high = text[i] == '%' && i + 2 < length + 0 ? hex_digit(text[i + 1]) : -1;
		int low = high >= 0 ? hex_digit(text[i + 2]) : -1;

		out[at] = text[i];
		if (low >= 0) {
			out[at] = (char)(16 * high + low);
			i += 2;
		}
		if ((unsigned char)out[at++] < ' ') {
			mem_free(out);
			return NULL;
		}
	}
	return out;
}

/* What may stand in a statement as it is: letters, digits and '_', no digit in front. */
static bool is_identifier(const char *text)
{
	size_t length = strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");

	return length > 0 && length <= CLICKHOUSE_NAME_MAX && text[length] == '\0' &&
	       (text[0] < '0' || text[0] > '9');
}

enum parameter_kind { PARAMETER_NAME, PARAMETER_TEXT, PARAMETER_YES_NO, PARAMETER_SIZE, PARAMETER_SECONDS };
static const struct {
	const char *name;
	enum parameter_kind kind;
	size_t offset;
} parameters[] = {
    {"cluster", PARAMETER_NAME, offsetof(struct clickhouse_place, cluster)},
    {"sensor", PARAMETER_TEXT, offsetof(struct clickhouse_place, sensor)},
    {"spool", PARAMETER_TEXT, offsetof(struct clickhouse_place, spool)},
    {"spool_bytes", PARAMETER_SIZE, offsetof(struct clickhouse_place, spool_bytes)},
    {"every", PARAMETER_SECONDS, offsetof(struct clickhouse_place, every_sec)},
    {"password_file", PARAMETER_TEXT, offsetof(struct clickhouse_place, password_file)},
    {"ca", PARAMETER_TEXT, offsetof(struct clickhouse_place, ca)},
    {"https", PARAMETER_YES_NO, offsetof(struct clickhouse_place, https)},
};
enum { PARAMETERS = sizeof parameters / sizeof parameters[0] };

static int set_size(uint64_t *out, const char *text, struct err *err)
{
	char *end;
	unsigned long long value = strtoull(text, &end, 10);

	if (text[0] < '0' || text[0] > '9' || *end || value == 0)
		return err_set(err, "spool_bytes=%s: a number of bytes is wanted", text);
	*out = value;
	return 0;
}

static int set_seconds(uint64_t *out, const char *text, struct err *err)
{
	char *end;
	unsigned long long value = strtoull(text, &end, 10);

	if (text[0] < '0' || text[0] > '9' || *end || value > EVERY_MAX)
		return err_set(err, "every=%s: seconds from 0 to %d are wanted", text, EVERY_MAX);
	*out = value;
	return 0;
}

/* Takes VALUE. */
static int set_parameter(struct clickhouse_place *place, size_t which, char *value, struct err *err)
{
	void *field = (char *)place + parameters[which].offset;
	const char *name = parameters[which].name;
	int status = 0;

	if (parameters[which].kind == PARAMETER_NAME && !is_identifier(value))
		status = err_set(err, "%s=%s: letters, digits and '_' are allowed", name, value);
	else if (parameters[which].kind == PARAMETER_SIZE)
		status = set_size(field, value, err);
	else if (parameters[which].kind == PARAMETER_SECONDS)
		status = set_seconds(field, value, err);
	else if (parameters[which].kind == PARAMETER_YES_NO && strcmp(value, "yes") != 0 &&
		 strcmp(value, "no") != 0)
		status = err_set(err, "%s=%s: yes or no", name, value);
	else if (parameters[which].kind == PARAMETER_YES_NO)
		*(bool *)field = strcmp(value, "yes") == 0;
	else if (!*value)
		status = err_set(err, "%s= has no value", name);
	if (status ||
	    (parameters[which].kind != PARAMETER_NAME && parameters[which].kind != PARAMETER_TEXT)) {
		mem_free(value);
		return status;
	}
	mem_free(*(char **)field);
	*(char **)field = value;
	return 0;
}

static int parse_parameter(struct clickhouse_place *place, const char *text, size_t length, struct err *err)
{
	const char *equals = memchr(text, '=', length);
	size_t name_length = equals ? (size_t)(equals - text) : length;

	for (size_t i = 0; equals && i < PARAMETERS; i++) {
		if (strlen(parameters[i].name) != name_length ||
		    strncmp(parameters[i].name, text, name_length) != 0)
			continue;
		char *value = decoded(equals + 1, length - name_length - 1);
		return value ? set_parameter(place, i, value, err)
			     : err_set(err, "%s: a control character, or no memory", parameters[i].name);
	}
	struct strbuf names = {0};
	for (size_t i = 0; i < PARAMETERS; i++)
		strbuf_addf(&names, "%s%s", i ? ", " : "", parameters[i].name);
	err_set(err, "%.*s: unknown; known are %s", (int)name_length, text, strbuf_text(&names));
	strbuf_clear(&names);
	return -1;
}

static int parse_parameters(struct clickhouse_place *place, const char *text, struct err *err)
{
	while (*text) {
		size_t length = strcspn(text, "&");

		if (length > 0 && parse_parameter(place, text, length, err))
			return -1;
		text += length + (text[length] == '&');
	}
	return 0;
}

static int parse_port(struct clickhouse_place *place, const char *text, size_t length, struct err *err)
{
	unsigned port = 0;

	for (size_t i = 0; i < length; i++) {
		if (text[i] < '0' || text[i] > '9' || port > 65535)
			return err_set(err, "port %.*s: a number from 1 to 65535 is wanted", (int)length,
				       text);
		port = 10 * port + (unsigned)(text[i] - '0');
	}
	if (length == 0 || port == 0 || port > 65535)
		return err_set(err, "port %.*s: a number from 1 to 65535 is wanted", (int)length, text);
	place->port = port;
	return 0;
}

/* "host", "host:port", "[v6]:port" */
static int parse_host(struct clickhouse_place *place, const char *text, size_t length, struct err *err)
{
	const char *bracket = length > 0 && text[0] == '[' ? memchr(text, ']', length) : NULL;
	size_t host = bracket ? (size_t)(bracket - text) + 1 : strcspn(text, ":/?");

	if (host > length)
		host = length;
	if (host == 0 || (text[0] == '[' && !bracket))
		return err_set(err, "no host; clickhouse://user@host:port/database is wanted");
	place->host = decoded(text, host);
	if (!place->host)
		return err_no_memory(err);
	if (strcspn(place->host, " @\\\"'<>") != strlen(place->host))
		return err_set(err, "host %s: not a host's name", place->host);
	if (host == length)
		return 0;
	return text[host] == ':' ? parse_port(place, text + host + 1, length - host - 1, err)
				 : err_set(err, "%.*s: host:port is wanted", (int)length, text);
}

static int parse_user(struct clickhouse_place *place, const char *text, size_t length, struct err *err)
{
	if (memchr(text, ':', length))
		return err_set(err, "a password has no place in the address, where all can read it: "
				    "password_file=FILE, or the "
				    "environment's TAPAUDIT_CLICKHOUSE_PASSWORD");
	place->user = decoded(text, length);
	return place->user ? 0 : err_no_memory(err);
}

static int parse_database(struct clickhouse_place *place, const char *text, size_t length, struct err *err)
{
	place->database = decoded(text, length);
	if (!place->database)
		return err_no_memory(err);
	if (!is_identifier(place->database))
		return err_set(err, "database '%s': letters, digits and '_' are allowed", place->database);
	return 0;
}

static int parse(struct clickhouse_place *place, const char *text, struct err *err)
{
	size_t authority = strcspn(text, "/?");
	const char *at = memchr(text, '@', authority);
	const char *host = at ? at + 1 : text;

	if (at && parse_user(place, text, (size_t)(at - text), err))
		return -1;
	if (parse_host(place, host, authority - (size_t)(host - text), err))
		return -1;
	text += authority;
	if (*text != '/')
		return err_set(err, "no database; clickhouse://user@host:port/database is wanted");
	size_t length = strcspn(++text, "?");
	if (parse_database(place, text, length, err))
		return -1;
	text += length;
	return parse_parameters(place, text + (*text == '?'), err);
}

int clickhouse_place_parse(struct clickhouse_place *out, const char *text, struct err *err)
{
	*out = (struct clickhouse_place){.spool_bytes = spool_bytes_default, .every_sec = EVERY_SEC};
	int status = parse(out, text + sizeof scheme - 1, err);

	if (status == 0 && !out->user) {
		out->user = mem_strdup("default");
		status = out->user ? 0 : err_no_memory(err);
	}
	if (status == 0 && out->sensor && strlen(out->sensor) >= LEDGER_NAME_MAX)
		status = err_set(err, "sensor=%s: at most %d characters", out->sensor, LEDGER_NAME_MAX - 1);
	if (out->port == 0)
		out->port = out->https ? PORT_HTTPS : PORT_HTTP;
	if (status)
		clickhouse_place_clear(out);
	return status ? err_prefix(err, "--store") : 0;
}

void clickhouse_place_clear(struct clickhouse_place *place)
{
	char **owned[] = {&place->host,   &place->user,  &place->database,      &place->cluster,
			  &place->sensor, &place->spool, &place->password_file, &place->ca};

	for (size_t i = 0; i < sizeof owned / sizeof owned[0]; i++) {
		char **text = owned[i];

		mem_free(*text);
		*text = NULL;
	}
}

static const char *kept(struct arena *arena, const char *text, bool *failed)
{
	const char *copy = text ? arena_strdup(arena, text) : NULL;

	*failed |= text && !copy;
	return copy;
}

int store_place_read(const char *place, struct arena *arena, struct place_parts *out, struct err *err)
{
	struct clickhouse_place parsed;
	bool failed = false;

	*out = (struct place_parts){.sensor = NULL};
	if (!store_place_is_clickhouse(place))
		return 0;
	if (clickhouse_place_parse(&parsed, place, err))
		return -1;
	out->sensor = kept(arena, parsed.sensor, &failed);
	out->spool = kept(arena, parsed.spool, &failed);
	out->password_file = kept(arena, parsed.password_file, &failed);
	out->ca = kept(arena, parsed.ca, &failed);
	clickhouse_place_clear(&parsed);
	return failed ? err_no_memory(err) : 0;
}
