#include "base/hash.h"
#include "base/mem.h"
#include "cli.h"
#include <string.h>

/* The observe floor has one context for both calls; this is it. */
struct observe_context {
	struct progress progress;
	const struct reading *reading;
	char **names; /* by input number */
	size_t name_count;
};

static bool observe_progress_call(void *context, const struct observe_progress *state)
{
	struct observe_context *both = context;

	return progress_show(&both->progress, state);
}

static void observe_record_call(void *context, const struct flow_record *record)
{
	struct observe_context *both = context;

	uint32_t input = record->start.input;

	both->reading->record(both->reading->context, record,
			      input < both->name_count ? both->names[input] : "");
}

static void observe_open_call(void *context, const struct flow_open *open)
{
	struct observe_context *both = context;

	both->reading->open(both->reading->context, open);
}

int reading_decode_options(const struct run_options *options, struct decode_options *decode)
{
	static const char separators[] = ",";

	for (const char *word = options->key; word && *word;) {
		size_t length = strcspn(word, separators);

		if (length == 4 && strncmp(word, "vlan", length) == 0) {
			decode->key_vlan = true;
		} else if (length == 3 && strncmp(word, "vni", length) == 0) {
			decode->key_vni = true;
		} else {
			say_error("--key: \"%.*s\" is neither vlan nor vni", (int)length, word);
			return -1;
		}
		word += length + (word[length] == ',');
	}
	return 0;
}

static bool say_inputs(const struct run_options *options, const struct ledger *ledger)
{
	size_t count;
	const struct input_record *inputs = ledger_inputs(ledger, &count);
	bool trouble = false;

	for (size_t i = 0; i < count; i++) {
		trouble |= inputs[i].trouble;
		if (inputs[i].trouble)
			say_error("%s", inputs[i].error);
		else if (inputs[i].error[0])
			say_warning(options, "%s", inputs[i].error);
		if (inputs[i].unsupported[0])
			say_warning(options, "%s: link type not understood: %s", inputs[i].name,
				    inputs[i].unsupported);
	}
	if (count == 0) {
		say_error("nothing to read: no capture in what was named");
		trouble = true;
	}
	return trouble;
}

struct capture_options reading_capture_options(const struct run_options *options)
{
	return (struct capture_options){
	    .accept_cut = options->accept_cut,
	    .sha256 = options->hash || options->evidence,
	    .max_bytes = options->max_bytes,
	    .max_ratio = (uint32_t)(options->max_ratio > UINT32_MAX ? UINT32_MAX : options->max_ratio),
	};
}

struct addr_range *site_ranges(const struct site *site, size_t *count)
{
	size_t total = 0;

	for (size_t s = 0; site && s < site->system_count; s++) {
		for (size_t b = 0; b < site->systems[s].binding_count; b++)
			total += site->systems[s].bindings[b].range_count;
	}
	*count = total;
	struct addr_range *ranges = total ? mem_calloc(total, sizeof *ranges) : NULL;
	size_t at = 0;
	for (size_t s = 0; ranges && s < site->system_count; s++) {
		for (size_t b = 0; b < site->systems[s].binding_count; b++) {
			const struct site_binding *binding = &site->systems[s].bindings[b];

			for (size_t r = 0; r < binding->range_count; r++)
				ranges[at++] = binding->ranges[r];
		}
	}
	return ranges;
}

static int observe_with(const struct capture_list *list, struct observe_options *observe,
			struct observe_context *context, struct ledger **out)
{
	const struct reading *reading = context->reading;
	struct err err;
	struct addr_range *ranges = site_ranges(reading->site, &observe->fold_last_count);

	if (!ranges && observe->fold_last_count > 0) {
		say_error("out of memory");
		return -1;
	}
	observe->fold_last = ranges;
	progress_start(&context->progress, reading->options);
	int result = observe_run(list, observe, out, &err);
	progress_end(&context->progress);
	mem_free(ranges);
	if (result != 0)
		say_error("%s", err.text);
	return result;
}

static int observe_list(const struct capture_list *list, struct observe_context *context, struct ledger **out)
{
	const struct run_options *options = context->reading->options;
	struct observe_options observe = {
	    .capture = reading_capture_options(options),
	    .filter = options->filter,
	    .sensor = options->sensor,
	    .memory_bytes = options->memory_bytes,
	    .hash_seed = hash_seed_random(),
	    .threads = (unsigned)(options->threads > 256 ? 256 : options->threads),
	    .context = context,
	    .record = context->reading->record ? observe_record_call : NULL,
	    .carried = context->reading->carried,
	    .carried_count = context->reading->carried_count,
	    .open = context->reading->open ? observe_open_call : NULL,
	    .progress = observe_progress_call,
	};

	if (reading_decode_options(options, &observe.decode) != 0)
		return -1;
	return observe_with(list, &observe, context, out);
}

static void free_names(struct observe_context *context)
{
	for (size_t i = 0; i < context->name_count; i++)
		mem_free(context->names[i]);
	mem_free(context->names);
}

static int list_names(struct observe_context *context, const struct capture_list *list)
{
	context->names = mem_calloc(list->count ? list->count : 1, sizeof *context->names);
	for (size_t i = 0; context->names && i < list->count; i++) {
		context->names[i] = capture_input_name(&list->items[i]);
		if (!context->names[i])
			break;
		context->name_count = i + 1;
	}
	if (context->name_count == list->count && context->names)
		return 0;
	say_error("out of memory");
	return -1;
}

int reading_run_list(const struct reading *reading, const struct capture_list *list, struct ledger **out,
		     bool *trouble)
{
	struct observe_context context = {.reading = reading};
	int result = list_names(&context, list);

	if (result == 0)
		result = observe_list(list, &context, out);
	free_names(&context);
	if (result == 0)
		*trouble = say_inputs(reading->options, *out);
	return result;
}

int reading_expand(const struct reading *reading, struct capture_list *list)
{
	struct capture_options capture = reading_capture_options(reading->options);
	struct err err;

	if (capture_list_expand(list, (const char *const *)reading->operands, reading->operand_count,
				&capture, &err) == 0)
		return 0;
	say_error("%s", err.text);
	return -1;
}

int reading_run(const struct reading *reading, struct ledger **out, bool *trouble)
{
	struct capture_list list = {0};
	int result = reading_expand(reading, &list);

	if (result == 0)
		result = reading_run_list(reading, &list, out, trouble);
	capture_list_clear(&list);
	return result;
}
