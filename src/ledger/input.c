#include "base/mem.h"
#include "base/strbuf.h"
#include "internal.h"
#include <string.h>

/* Where the strings of a record lie. */
static const size_t texts[] = {
    offsetof(struct input_record, fingerprint), offsetof(struct input_record, name),
    offsetof(struct input_record, status),      offsetof(struct input_record, error),
    offsetof(struct input_record, format),      offsetof(struct input_record, sha256),
    offsetof(struct input_record, unsupported), offsetof(struct input_record, link_types),
};
enum { TEXT_COUNT = sizeof(texts) / sizeof(texts[0]) };

static const char *text_at(const struct input_record *record, size_t i)
{
	const char *text;

	memcpy(&text, (const char *)record + texts[i], sizeof(text));
	return text ? text : "";
}

static void text_set(struct input_record *record, size_t i, const char *text)
{
	memcpy((char *)record + texts[i], &text, sizeof(text));
}

void input_record_clear(struct input_record *record)
{
	for (size_t i = 0; i < TEXT_COUNT; i++) {
		char *text;

		memcpy(&text, (char *)record + texts[i], sizeof(text));
		mem_free(text);
	}
	memset(record, 0, sizeof(*record));
}

int input_record_copy(struct input_record *to, const struct input_record *from)
{
	struct input_record copy = *from;

	for (size_t i = 0; i < TEXT_COUNT; i++)
		text_set(&copy, i, NULL);
	for (size_t i = 0; i < TEXT_COUNT; i++) {
		const char *text = mem_strdup(text_at(from, i));

		if (!text) {
			input_record_clear(&copy);
			return -1;
		}
		text_set(&copy, i, text);
	}
	*to = copy;
	return 0;
}

int64_t ledger_add_input(struct ledger *ledger, const struct input_record *record)
{
	if (ledger->input_count == WHERE_INPUTS_MAX ||
	    mem_grow((void **)&ledger->inputs, &ledger->input_capacity, ledger->input_count + 1,
		     sizeof(*ledger->inputs)) ||
	    input_record_copy(&ledger->inputs[ledger->input_count], record))
		return -1;
	return (int64_t)ledger->input_count++;
}

int ledger_set_input(struct ledger *ledger, uint32_t input, const struct input_record *record)
{
	struct input_record copy;

	if (input >= ledger->input_count || input_record_copy(&copy, record))
		return -1;
	input_record_clear(&ledger->inputs[input]);
	ledger->inputs[input] = copy;
	return 0;
}

static bool is_duplicate(const struct input_record *record)
{
	return strcmp(text_at(record, 2), "duplicate") == 0;
}

static int numbers_compare(const struct input_record *a, const struct input_record *b)
{
	const uint64_t left[] = {a->trouble, a->packets, a->bytes};
	const uint64_t right[] = {b->trouble, b->packets, b->bytes};

	for (size_t i = 0; i < sizeof(left) / sizeof(left[0]); i++)
		if (left[i] != right[i])
			return left[i] < right[i] ? -1 : 1;
	if (a->last_ns != b->last_ns)
		return a->last_ns < b->last_ns ? -1 : 1;
	for (size_t i = 0; i < ACCOUNT_COUNT; i++)
		if (a->accounting[i] != b->accounting[i])
			return a->accounting[i] < b->accounting[i] ? -1 : 1;
	return 0;
}

int input_record_compare(const struct input_record *a, const struct input_record *b)
{
	if (a->first_ns != b->first_ns)
		return a->first_ns < b->first_ns ? -1 : 1;
	if (is_duplicate(a) != is_duplicate(b))
		return is_duplicate(a) ? 1 : -1;
	for (size_t i = 0; i < TEXT_COUNT; i++) {
		int order = strcmp(text_at(a, i), text_at(b, i));

		if (order != 0)
			return order;
	}
	return numbers_compare(a, b);
}

bool input_record_goes_on(const struct input_record *record, const struct input_record *kept)
{
	/* An hour of a live sensor grows: the later state of it is the larger. */
	if (strcmp(text_at(record, 4), "live") == 0 && record->packets != kept->packets)
		return record->packets > kept->packets;
	return input_record_compare(record, kept) < 0;
}

bool input_record_same(const struct input_record *a, const struct input_record *b)
{
	if (text_at(a, 0)[0] != '\0' && !is_duplicate(a) && !is_duplicate(b))
		return strcmp(text_at(a, 0), text_at(b, 0)) == 0;
	return input_record_compare(a, b) == 0;
}

int ledger_set_filter(struct ledger *ledger, const char *filter)
{
	char *copy = mem_strdup(filter);

	if (!copy)
		return -1;
	mem_free(ledger->filter);
	ledger->filter = copy;
	return 0;
}

const char *ledger_filter(const struct ledger *ledger)
{
	return ledger->filter;
}

/* Takes the smaller of two lists' first filters off its list, or an equal one off both. No filter holds a
 * semicolon. */
static void filter_take(struct strbuf *out, const char **left, const char **right)
{
	size_t left_length = strcspn(*left, ";");
	size_t right_length = strcspn(*right, ";");
	size_t shorter = left_length < right_length ? left_length : right_length;
	int order = memcmp(*left, *right, shorter);

	if (order == 0)
		order = (left_length > right_length) - (left_length < right_length);
	if (left_length == 0 || right_length == 0)
		order = left_length == 0 ? 1 : -1;
	if (out->length > 0)
		strbuf_add_char(out, ';');
	strbuf_add_bytes(out, order <= 0 ? *left : *right, order <= 0 ? left_length : right_length);
	if (order <= 0)
		*left += left_length;
	if (order >= 0)
		*right += right_length;
}

int ledger_join_filter(struct ledger *into, const char *filter)
{
	struct strbuf joined = {0};
	const char *left = into->filter;
	int result;

	for (;;) {
		left += strspn(left, ";");
		filter += strspn(filter, ";");
		if (*left == '\0' && *filter == '\0')
			break;
		filter_take(&joined, &left, &filter);
	}
	result = strbuf_ok(&joined) ? ledger_set_filter(into, strbuf_text(&joined)) : -1;
	strbuf_clear(&joined);
	return result;
}
