/* The finding that somebody means. */
#include "explain_parts.h"
#include <string.h>

enum { ID_LEAST = 4, IDS_LISTED = 10, ID_SHOWN = 8, ID_MOST = 32 };

static const char *finding_id(const cJSON *finding)
{
	const char *id = read_text(finding, "id");

	return id ? id : "";
}

static size_t common_length(const char *a, const char *b)
{
	size_t length = 0;

	while (a[length] && a[length] == b[length])
		length++;
	return length;
}

static void add_id(struct strbuf *list, const cJSON *finding, size_t shown, int length)
{
	const char *kind = read_text(finding, "kind");

	strbuf_addf(list, "%s%.*s", shown ? ", " : "", length, finding_id(finding));
	if (kind)
		strbuf_addf(list, " (%.24s)", kind);
}

/* Names the findings that share LEAST characters with ID. They are told apart by as much of their ids as it
 * takes. */
static int refuse(const cJSON *findings, const char *id, size_t least, const char *what, struct err *err)
{
	struct strbuf list = {0};
	size_t count = 0;
	int length = strlen(id) < ID_SHOWN ? ID_SHOWN : ID_MOST;
	const cJSON *item;

	cJSON_ArrayForEach(item, findings)
	{
		if (!*finding_id(item) || common_length(finding_id(item), id) < least)
			continue;
		if (count < IDS_LISTED)
			add_id(&list, item, count, least > 0 ? length : ID_SHOWN);
		count++;
	}
	if (count > IDS_LISTED)
		strbuf_addf(&list, " and %zu more", count - IDS_LISTED);
	if (!strbuf_ok(&list))
		err_no_memory(err);
	else
		err_set(err, "%s \"%.64s\"%s%s", what, id,
			!count      ? "; the report has no findings"
			: least > 0 ? "; nearest: "
				    : "; there are ",
			strbuf_text(&list));
	strbuf_clear(&list);
	return -1;
}

/* As many leading characters of ID as some finding has too. */
static size_t best_common(const cJSON *findings, const char *id)
{
	size_t best = 0;
	const cJSON *item;

	cJSON_ArrayForEach(item, findings)
	{
		size_t common = common_length(finding_id(item), id);

		best = common > best ? common : best;
	}
	return best;
}

/* What is excused may share its id with what is not: that one is meant. */
static bool is_meant_instead(const cJSON *found, const cJSON *item)
{
	return !found || (read_text(found, "exception") && !read_text(item, "exception"));
}

const cJSON *explain_find(const cJSON *findings, const char *id, struct err *err)
{
	const cJSON *item, *found = NULL;
	size_t length = strlen(id), matches = 0;

	if (length < ID_LEAST) {
		refuse(findings, id, 0, "at least 4 characters of a finding's id are needed, not", err);
		return NULL;
	}
	cJSON_ArrayForEach(item, findings)
	{
		if (strncmp(finding_id(item), id, length) != 0)
			continue;
		matches += !found || strcmp(finding_id(item), finding_id(found)) != 0;
		found = is_meant_instead(found, item) ? item : found;
	}
	if (matches == 0)
		refuse(findings, id, best_common(findings, id), "no finding", err);
	else if (matches > 1)
		refuse(findings, id, length, "more than one finding begins with", err);
	return matches == 1 ? found : NULL;
}
