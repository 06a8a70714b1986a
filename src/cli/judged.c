#include "judged.h"
#include "base/mem.h"
#include <string.h>

int parse_severity(const char *name, enum severity *out)
{
	*out = SEVERITY_MEDIUM;
	if (!name)
		return 0;
	for (int s = 0; s < SEVERITY_COUNT; s++) {
		if (strcmp(severity_name((enum severity)s), name) == 0) {
			*out = (enum severity)s;
			return 0;
		}
	}
	say_error("--fail-on: \"%s\" is none of info, low, medium, high", name);
	return -1;
}

int judged_load(struct judged *judged, const struct run_options *options)
{
	judged->library = open_signatures(options);
	if (!judged->library)
		return -1;
	if (!options->site)
		return 0;
	judged->site = site_load(options->site, judged->library, &judged->messages);
	return say_messages(options, &judged->messages) || !judged->site ? -1 : 0;
}

static const struct signature **load_all(struct judged *judged, const struct run_options *options,
					 size_t *count)
{
	const char *const *ids = signature_library_ids(judged->library, count);
	const struct signature **all = mem_calloc(*count ? *count : 1, sizeof *all);
	bool complete = all != NULL;

	/* All of them, also after a broken one: each mistake is said. */
	for (size_t i = 0; all && i < *count; i++) {
		all[i] = signature_get(judged->library, ids[i], &judged->messages);
		complete &= all[i] != NULL;
	}
	if (say_messages(options, &judged->messages) || !complete) {
		mem_free(all);
		return NULL;
	}
	return all;
}

int judged_infer(struct judged *judged, const struct run_options *options, const struct ledger *ledger)
{
	size_t count;
	struct err err;
	const struct signature **all = load_all(judged, options, &count);

	if (!all)
		return -1;
	judged->inference = audit_infer(ledger, all, count, &err);
	mem_free(all);
	if (!judged->inference)
		say_error("%s", err.text);
	return judged->inference ? 0 : -1;
}

/* The same draft that `discover` writes, so that both judge alike. */
static int site_from_inference(struct judged *judged, const struct run_options *options)
{
	struct strbuf draft = {0};
	struct err err;

	if (report_draft_site(&draft, judged->inference, "inferred", &err) != 0) {
		say_error("%s", err.text);
		strbuf_clear(&draft);
		return -1;
	}
	judged->site = site_parse(strbuf_text(&draft), draft.length, "inferred site", judged->library,
				  &judged->messages);
	strbuf_clear(&draft);
	return say_messages(options, &judged->messages) || !judged->site ? -1 : 0;
}

bool filter_admits(void *filter, const struct audit_probe *probe)
{
	struct capture_probe packet = {probe->from,      probe->to,      probe->protocol,
				       probe->from_port, probe->to_port, probe->answers};

	return capture_filter_admits(filter, &packet);
}

/* What was let through: by the user's filter, and by those under which captures were made. */
static void all_filters(struct strbuf *out, const char *own, const struct ledger *ledger)
{
	static const char mark[] = CAPTURE_FILTER_OF_FILE;
	const size_t mark_length = sizeof(mark) - 1;

	if (own)
		strbuf_addf(out, "(%s)", own);
	for (const char *one = ledger_filter(ledger); *one;) {
		size_t length = strcspn(one, ";");

		if (length > mark_length && memcmp(one + length - mark_length, mark, mark_length) == 0)
			strbuf_addf(out, "%s(%.*s)", out->length ? " and " : "", (int)(length - mark_length),
				    one);
		one += length + (one[length] == ';');
	}
}

/* A rule whose packets the filter hid is not missing. */
static int judged_filter(struct judged *judged, const struct run_options *options,
			 const struct ledger *ledger, struct audit_options *audit)
{
	struct strbuf text = {0};
	struct err err;

	all_filters(&text, options->filter, ledger);
	if (text.length == 0 && strbuf_ok(&text))
		return 0;
	judged->filter = strbuf_ok(&text) ? capture_filter_new(strbuf_text(&text), &err) : NULL;
	if (!strbuf_ok(&text))
		(void)err_no_memory(&err);
	strbuf_clear(&text);
	if (!judged->filter) {
		say_error("%s", err.text);
		return -1;
	}
	audit->context = judged->filter;
	audit->admits = filter_admits;
	return 0;
}

int judged_run(struct judged *judged, const struct run_options *options, const struct ledger *ledger)
{
	struct audit_options audit = {.now_ns = report_time_ns(),
				      .last_day = judged->has_last_day ? &judged->last_day : NULL};
	struct err err;

	if (parse_severity(options->fail_on, &audit.fail_on) != 0)
		return -1;
	audit.expect_all = options->expect != NULL;
	audit.unwatched = judged->unwatched;
	if (judged_filter(judged, options, ledger, &audit) != 0)
		return -1;
	if (!judged->site &&
	    (judged_infer(judged, options, ledger) != 0 || site_from_inference(judged, options) != 0))
		return -1;
	audit.inference = judged->inference;
	judged->matrix = matrix_compile(judged->site, &err);
	if (judged->matrix)
		judged->result = audit_run(ledger, judged->matrix, &audit, &err);
	if (!judged->result)
		say_error("%s", err.text);
	return judged->result ? 0 : -1;
}

void judged_clear(struct judged *judged)
{
	if (judged->result)
		audit_free(judged->result);
	capture_filter_free(judged->filter);
	if (judged->matrix)
		matrix_free(judged->matrix);
	if (judged->inference)
		inference_free(judged->inference);
	if (judged->site)
		site_free(judged->site);
	if (judged->library)
		signature_library_close(judged->library);
	message_list_clear(&judged->messages);
}
