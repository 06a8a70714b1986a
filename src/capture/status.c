/* The words for what became of an input, and for link types. */
#include "reader.h"

struct status_words {
	const char *name;
	bool is_trouble;
	const char *remedy;
};

static const struct status_words words[CAPTURE_STATUS_COUNT] = {
    [CAPTURE_COMPLETE] = {"complete", false, ""},
    [CAPTURE_CUT] = {"cut", true, "; copy the file again, or use --accept-cut"},
    [CAPTURE_DAMAGED] = {"damaged", true, "; copy the file again"},
    [CAPTURE_FOREIGN] = {"foreign", true, ""},
    [CAPTURE_EMPTY] = {"empty", true, ""},
    [CAPTURE_UNREADABLE] = {"unreadable", true, ""},
    [CAPTURE_OVER_LIMIT] = {"over-limit", true, ""},
    [CAPTURE_DUPLICATE] = {"duplicate", false, ""},
    [CAPTURE_SKIPPED] = {"skipped", false, ""},
};

const char *capture_status_name(enum capture_status status)
{
	return (unsigned)status < CAPTURE_STATUS_COUNT ? words[status].name : "unknown";
}

bool capture_status_is_trouble(enum capture_status status)
{
	return (unsigned)status >= CAPTURE_STATUS_COUNT || words[status].is_trouble;
}

const char *capture_status_remedy(enum capture_status status)
{
	return (unsigned)status < CAPTURE_STATUS_COUNT ? words[status].remedy : "";
}
