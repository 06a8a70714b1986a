#include "base/mem.h"
#include "cli.h"
#include "observe/record_sort.h"
#include <errno.h>
#include <string.h>

static const struct option_spec flows_options[] = {
    OPTION_ROW('f', "format", "FORMAT", OPTION_TEXT, formats, "csv (default) or json, one object a line"),
    OPTION_ROW('o', "output", "FILE", OPTION_TEXT, output, "where to write (default: standard output)"),
    OPTION_ROW(0, "unsorted", NULL, OPTION_FLAG, unsorted, "flows as they end, without waiting to sort them"),
    OPTION_READING_ROWS,
    OPTION_VERBOSITY_ROWS,
    OPTION_HELP_ROWS,
};

/* Where flow lines go. Text is written in pieces, so a month of flows needs no month of memory. */
struct flow_writer {
	FILE *out;
	const char *path;
	struct record_sort *sort; /* NULL: unsorted */
	const struct ledger *ledger;
	struct strbuf text;
	bool json;
	bool failed;
};

enum { FLUSH_BYTES = 1 << 16 };

static void writer_flush(struct flow_writer *writer)
{
	if (!writer->failed && writer->text.length > 0 &&
	    fwrite(writer->text.text, 1, writer->text.length, writer->out) != writer->text.length) {
		say_error("%s: cannot write: %s", writer->path, strerror(errno));
		writer->failed = true;
	}
	writer->text.length = 0;
}

static void writer_put(struct flow_writer *writer, const struct flow_record *record, const char *input_name)
{
	(writer->json ? report_flow_json : report_flow_csv)(&writer->text, record, input_name);
	if (writer->text.length >= FLUSH_BYTES)
		writer_flush(writer);
}

static void writer_put_sorted(void *context, const struct flow_record *record)
{
	struct flow_writer *writer = context;
	size_t count;
	const struct input_record *inputs = ledger_inputs(writer->ledger, &count);

	writer_put(writer, record, record->start.input < count ? inputs[record->start.input].name : "");
}

static void writer_take(void *context, const struct flow_record *record, const char *input_name)
{
	struct flow_writer *writer = context;

	if (writer->sort)
		record_sort_add(writer->sort, record);
	else
		writer_put(writer, record, input_name);
}

static int writer_open(struct flow_writer *writer, const struct run_options *options)
{
	struct err err;

	writer->path = options->output && strcmp(options->output, "-") != 0 ? options->output : NULL;
	writer->out = writer->path ? fopen(writer->path, "we") : stdout;
	if (!writer->out) {
		say_error("%s: cannot write: %s", writer->path, strerror(errno));
		return -1;
	}
	if (!writer->path)
		writer->path = "standard output";
	if (!options->unsorted) {
		writer->sort = record_sort_new(0, &err);
		if (!writer->sort) {
			say_error("%s", err.text);
			if (writer->out != stdout)
				(void)fclose(writer->out);
			return -1;
		}
	}
	if (!writer->json)
		report_flow_csv_header(&writer->text);
	return 0;
}

static int writer_close(struct flow_writer *writer)
{
	struct err err;

	if (writer->sort && writer->ledger &&
	    record_sort_finish(writer->sort, writer, writer_put_sorted, &err) != 0) {
		say_error("%s", err.text);
		writer->failed = true;
	}
	if (!strbuf_ok(&writer->text)) {
		say_error("out of memory");
		writer->failed = true;
	}
	writer_flush(writer);
	if (writer->out && (writer->out == stdout ? fflush(stdout) : fclose(writer->out)) != 0 &&
	    !writer->failed) {
		say_error("%s: cannot write: %s", writer->path, strerror(errno));
		writer->failed = true;
	}
	record_sort_free(writer->sort);
	strbuf_clear(&writer->text);
	return writer->failed ? -1 : 0;
}

static int flows_run(const struct run_options *options, char *const *operands, size_t operand_count)
{
	struct flow_writer writer = {0};
	struct ledger *ledger = NULL;
	struct run_options reading_options = *options;
	struct reading reading = {.options = &reading_options,
				  .operands = operands,
				  .operand_count = operand_count,
				  .context = &writer,
				  .record = writer_take};
	bool trouble = false;
	const char *format = options->formats ? options->formats : "csv";

	if (strcmp(format, "csv") != 0 && strcmp(format, "json") != 0) {
		say_error("--format: \"%s\" is neither csv nor json", format);
		return STATUS_TROUBLE;
	}
	writer.json = strcmp(format, "json") == 0;
	/* Of several threads nobody knows whose flow ends first. */
	if (options->unsorted)
		reading_options.threads = 1;
	if (writer_open(&writer, options) != 0)
		return STATUS_TROUBLE;
	if (reading_run(&reading, &ledger, &trouble) != 0)
		trouble = true;
	writer.ledger = ledger;
	if (writer_close(&writer) != 0)
		trouble = true;
	ledger_free(ledger);
	return trouble ? STATUS_TROUBLE : STATUS_PASS;
}

const struct command command_flows = {
    .name = "flows",
    .operands = "FILE|DIR|-...",
    .summary = "list every flow, with who opened it and how that is known",
    .options = flows_options,
    .option_count = sizeof flows_options / sizeof flows_options[0],
    .operands_min = 1,
    .operands_max = SIZE_MAX,
    .sorts_on_disk = true,
    .run = flows_run,
};
