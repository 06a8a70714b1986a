#include "input_texts.h"
#include <stddef.h>

const char *const input_text_names[INPUT_TEXTS] = {"name",  "fingerprint", "sha256",     "format", "status",
						   "error", "unsupported", "link_types", "filter"};

static const size_t offsets[INPUT_FILTER] = {
    offsetof(struct input_record, name),        offsetof(struct input_record, fingerprint),
    offsetof(struct input_record, sha256),      offsetof(struct input_record, format),
    offsetof(struct input_record, status),      offsetof(struct input_record, error),
    offsetof(struct input_record, unsupported), offsetof(struct input_record, link_types)};

void input_texts_get(const struct input_record *record, const char *filter, const char *texts[INPUT_TEXTS])
{
	for (size_t i = 0; i < INPUT_FILTER; i++)
		texts[i] = *(const char *const *)(const void *)((const char *)record + offsets[i]);
	texts[INPUT_FILTER] = filter;
}

struct input_record input_of_texts(const char *const texts[INPUT_TEXTS])
{
	struct input_record record = {.name = NULL};

	for (size_t i = 0; i < INPUT_FILTER; i++)
		*(const char **)(void *)((char *)&record + offsets[i]) = texts[i];
	return record;
}
