#include "json_parts.h"
#include "report/report.h"
#include "words.h"
#include <string.h>

/* The contract's order, which is not the order in which a packet is tried against the buckets. */
static const enum accounting accounting_order[] = {
    ACCOUNT_AUDITED,   ACCOUNT_HOUSEKEEPING, ACCOUNT_ICMP_ERROR, ACCOUNT_NON_IP,   ACCOUNT_UNSUPPORTED,
    ACCOUNT_MALFORMED, ACCOUNT_TRUNCATED,    ACCOUNT_FRAGMENT,   ACCOUNT_FILTERED,
};
_Static_assert(sizeof accounting_order / sizeof accounting_order[0] == ACCOUNT_COUNT,
	       "every bucket is shown");

void json_accounting(struct json_page *page, cJSON *parent, const char *name,
		     const uint64_t counts[ACCOUNT_COUNT])
{
	cJSON *object = json_object(page, parent, name);

	for (size_t i = 0; i < ACCOUNT_COUNT; i++)
		json_count(page, object, accounting_name(accounting_order[i]), counts[accounting_order[i]]);
}

static void json_input(struct json_page *page, cJSON *array, const struct input_record *input)
{
	cJSON *object = json_object_item(page, array);

	json_text(page, object, "path", input->name);
	json_text_or_null(page, object, "fingerprint", input->fingerprint);
	json_text_or_null(page, object, "sha256", input->sha256);
	json_text_or_null(page, object, "format", input->format);
	json_count(page, object, "packets", input->packets);
	json_count(page, object, "bytes", input->bytes);
	json_time(page, object, "first", input->first_ns, 9);
	json_time(page, object, "last", input->last_ns, 9);
	json_text(page, object, "status", input->status);
	json_text_or_null(page, object, "error", input->error);
	json_text_or_null(page, object, "link_types", input->link_types);
	json_text_or_null(page, object, "unsupported", input->unsupported);
	json_accounting(page, object, "accounting", input->accounting);
}

void json_health(struct json_page *page, cJSON *parent, const struct ledger_health *health)
{
	cJSON *object = json_object(page, parent, "health");
	char grade[2];

	json_text(page, object, "grade", word_grade(health, grade));
	cJSON *reasons = json_array(page, object, "reasons");
	for (size_t i = 0; i < health->reason_count; i++)
		json_text_item(page, reasons, health->reasons[i]);
	const struct {
		const char *name;
		uint64_t count;
	} counts[] = {
	    {"dropped", health->dropped},
	    {"tcp_bytes", health->flows.tcp_bytes},
	    {"acked_unseen_bytes", health->flows.acked_unseen_bytes},
	    {"sided_flows", health->flows.sided_flows},
	    {"onesided_flows", health->flows.onesided_flows},
	    {"duplicates", health->duplicates},
	    {"evidence_cut", health->flows.evidence_cut},
	    {"clock_steps", health->clock_steps},
	    {"evicted", health->flows.evicted},
	    {"forgotten", health->forgotten},
	    {"folded", health->folded},
	    {"snaplen_min", health->snaplen_min},
	};
	for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++)
		json_count(page, object, counts[i].name, counts[i].count);
}

static void json_capture(struct json_page *page, const struct audit_result *result,
			 const struct ledger *ledger)
{
	cJSON *object = json_object(page, page->root, "capture");

	json_count(page, object, "packets", result->packets);
	json_accounting(page, object, "accounting", result->accounting);
	json_count(page, object, "flows", result->flows);
	json_count(page, object, "edges", result->edge_count);
	json_health(page, object, &result->health);
	json_text_or_null(page, object, "filter", ledger_filter(ledger));
}

static void json_exceptions(struct json_page *page, const struct audit_result *result)
{
	cJSON *array = json_array(page, page->root, "exceptions");

	for (size_t i = 0; i < result->exception_count; i++) {
		const struct audit_exception *exception = &result->exceptions[i];
		cJSON *object = json_object_item(page, array);

		json_text(page, object, "id", exception->id);
		json_text(page, object, "state", exception->state);
		json_bool(page, object, "used", exception->used);
		json_text(page, object, "expires", exception->expires);
		json_text(page, object, "owner", exception->owner);
		json_text(page, object, "reason", exception->reason);
	}
}

static void json_head(struct json_page *page, const struct audit_result *result,
		      const struct report_options *options)
{
	json_text(page, page->root, "schema", "tapaudit.report/1");
	cJSON *tool = json_object(page, page->root, "tool");
	json_text(page, tool, "name", "tapaudit");
	json_text(page, tool, "version", options->version);
	json_time(page, page->root, "generated", options->generated_ns, 0);
	json_text(page, page->root, "verdict", run_verdict_name(result->verdict));
	json_names(page, page->root, "reasons", result->reasons);
}

/* What the audit warns of, and what became of captures that were not read, or not whole. */
static void json_warnings(struct json_page *page, const struct audit_result *result,
			  const struct input_record *inputs, size_t input_count)
{
	cJSON *array = json_array(page, page->root, "warnings");

	for (size_t i = 0; i < result->warnings.count; i++)
		json_text_item(page, array, result->warnings.items[i]);
	for (size_t i = 0; i < input_count; i++)
		if (word_is_told(&inputs[i]))
			json_text_item(page, array, inputs[i].error[0] ? inputs[i].error : inputs[i].name);
}

int report_json(struct strbuf *out, const struct audit_result *result, const struct ledger *ledger,
		const struct report_options *options, struct err *err)
{
	struct json_page page = {.root = cJSON_CreateObject()};
	size_t input_count;
	const struct input_record *inputs = ledger_inputs(ledger, &input_count);

	json_head(&page, result, options);
	cJSON *array = json_array(&page, page.root, "inputs");
	for (size_t i = 0; i < input_count; i++)
		json_input(&page, array, &inputs[i]);
	json_capture(&page, result, ledger);
	json_systems(&page, result);
	cJSON *edges = json_object(&page, page.root, "edges");
	for (int v = 0; v < VERDICT_COUNT; v++)
		json_count(&page, edges, edge_verdict_name((enum edge_verdict)v), result->edges[v]);
	json_findings(&page, result, options);
	json_exceptions(&page, result);
	json_text(&page, page.root, "site", options->site_name);
	json_comparison(&page, options);
	cJSON *remarks = json_array(&page, page.root, "remarks");
	for (size_t i = 0; i < options->remark_count; i++)
		json_text_item(&page, remarks, options->remarks[i]);
	json_warnings(&page, result, inputs, input_count);
	return json_finish(&page, out, err);
}
