/* Exceptions drafted for a whole report: for each finding that has none, what a person would have to fill in.
 */
#include "html_parts.h"

void report_suggest_exceptions(struct strbuf *out, const struct audit_result *result)
{
	size_t drafted = 0;

	strbuf_add(out, "[");
	for (size_t i = 0; i < result->finding_count; i++) {
		if (result->findings[i].exception)
			continue;
		strbuf_add(out, drafted++ ? ",\n" : "\n");
		exception_stubs_add(out, &result->findings[i]);
	}
	strbuf_add(out, "\n]\n");
}
