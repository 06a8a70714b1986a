/* Pieces of statements. */
#include "clickhouse.h"
#include <string.h>

void sql_add_text(struct strbuf *out, const char *text, size_t length)
{
	strbuf_add_char(out, '\'');
	for (size_t i = 0; i < length; i++) {
		unsigned char byte = (unsigned char)text[i];

		if (byte < ' ' || byte == 0x7f)
			strbuf_addf(out, "\\x%02X", byte);
		else if (byte == '\'' || byte == '\\')
			strbuf_addf(out, "\\%c", byte);
		else
			strbuf_add_char(out, (char)byte);
	}
	strbuf_add_char(out, '\'');
}

void sql_add_table(struct strbuf *out, const struct clickhouse *house, const char *table)
{
	strbuf_addf(out, "%s.%s", house->place.database, table);
}

void sql_add_visible(struct strbuf *out, const struct clickhouse *house, int32_t first, int32_t end,
		     const char *sensors)
{
	strbuf_addf(out, "attempt GLOBAL IN (SELECT argMax(attempt, version) FROM ");
	sql_add_table(out, house, "segment");
	strbuf_addf(out, " WHERE first_bucket < %d AND last_bucket >= %d", end, first);
	if (sensors)
		strbuf_addf(out, " AND sensor IN (%s)", sensors);
	strbuf_add(out, " GROUP BY sensor, segment)");
}
