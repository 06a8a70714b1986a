/* Shared by the tests of the report's other formats: the sample, written by one of them. */
#ifndef TESTS_REPORT_FORMATS_H
#define TESTS_REPORT_FORMATS_H

#include "report_testkit.h"
#include <criterion/criterion.h>
#include <string.h>

struct written {
	struct sample sample;
	struct strbuf text;
	const char *format;
};

static inline void written_again(struct written *written)
{
	const struct sample *sample = &written->sample;
	struct err err = {""};

	strbuf_clear(&written->text);
	cr_assert_eq(report_format_find(written->format)
			 ->write(&written->text, &sample->result, sample->ledger, &sample->options, &err),
		     0, "%s", err.text);
}

static inline void written_open(struct written *written, const char *format)
{
	*written = (struct written){.format = format};
	sample_open(&written->sample);
	written->sample.result.fail_on = SEVERITY_MEDIUM;
	written_again(written);
}

static inline void written_close(struct written *written)
{
	strbuf_clear(&written->text);
	sample_close(&written->sample);
}

static inline size_t count_of(const char *text, const char *part)
{
	size_t count = 0;

	for (text = strstr(text, part); text; text = strstr(text + 1, part))
		count++;
	return count;
}

/* For starve: writes the sample of CONTEXT, a struct written. */
static inline int write_again(struct strbuf *out, void *context, struct err *err)
{
	const struct written *written = context;

	return report_format_find(written->format)
	    ->write(out, &written->sample.result, written->sample.ledger, &written->sample.options, err);
}

#endif
