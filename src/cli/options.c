#include "base/mem.h"
#include "confine.h"
#include "store/store.h"
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

enum { OPTIONS_MAX = 48, LETTER_BASE = 256, HELP_COLUMN = 26, HELP_WIDTH = 100 };

static void print_help_text(const char *text, size_t column)
{
	size_t at = column;

	for (const char *word = text; *word;) {
		size_t length = strcspn(word, " ");

		if (at + length > HELP_WIDTH) {
			printf("\n%*s", HELP_COLUMN, "");
			at = HELP_COLUMN;
		}
		printf("%.*s%s", (int)length, word, word[length] ? " " : "");
		at += length + 1;
		word += length + (word[length] == ' ');
	}
	printf("\n");
}

static void print_command_usage(const struct command *command)
{
	printf("usage: tapaudit %s [options] %s\n\n%s\n", command->name, command->operands, command->summary);
	if (command->details)
		printf("\n%s\n", command->details);
	printf("\n");
	for (size_t i = 0; i < command->option_count; i++) {
		const struct option_spec *spec = &command->options[i];
		int width = printf("  %c%c%s--%s%s%s", spec->letter ? '-' : ' ',
				   spec->letter ? spec->letter : ' ', spec->letter ? ", " : "  ", spec->name,
				   spec->argument ? "=" : "", spec->argument ? spec->argument : "");

		if (width < HELP_COLUMN - 1)
			width += printf("%*s", HELP_COLUMN - width, "");
		else
			width = HELP_COLUMN + printf("\n%*s", HELP_COLUMN, "") - HELP_COLUMN - 1;
		print_help_text(spec->help, (size_t)width);
	}
}

/* The table as getopt wants it: each option's value is its row's number beyond all letters. */
static void options_to_getopt(const struct command *command, struct option *longs, char *letters)
{
	size_t at = 0;

	letters[at++] = ':';
	for (size_t i = 0; i < command->option_count; i++) {
		const struct option_spec *spec = &command->options[i];

		longs[i] = (struct option){spec->name, spec->argument ? required_argument : no_argument, NULL,
					   LETTER_BASE + (int)i};
		if (!spec->letter)
			continue;
		letters[at++] = spec->letter;
		if (spec->argument)
			letters[at++] = ':';
	}
	letters[at] = '\0';
	longs[command->option_count] = (struct option){0};
}

static int parse_number(const char *text, bool with_unit, uint64_t *out)
{
	static const char units[] = "KMGT";
	char *end = NULL;

	if (text[0] < '0' || text[0] > '9')
		return -1;
	errno = 0;
	uint64_t value = strtoull(text, &end, 10);
	if (errno)
		return -1;
	const char *unit = with_unit && *end ? strchr(units, *end & ~0x20) : NULL;
	if (unit) {
		unsigned shift = 10U * (unsigned)(unit - units + 1);

		if (value > UINT64_MAX >> shift)
			return -1;
		value <<= shift;
		end++;
		if (*end == 'B' || *end == 'b')
			end++;
	}
	*out = value;
	return *end ? -1 : 0;
}

/* Numbers and sizes: whether they need a unit, the least that makes sense, and what they are called. */
static const struct {
	bool with_unit;
	uint64_t least;
	const char *what;
} number_kinds[] = {
    [OPTION_NUMBER] = {false, 0, "number"},
    [OPTION_COUNT] = {false, 1, "number above 0"},
    [OPTION_SIZE] = {true, 0, "size such as 512M"},
    [OPTION_MEMORY] = {true, 1 << 20, "size such as 512M, at least 1M"},
};

static int store_number(const struct option_spec *spec, uint64_t *field, const char *text)
{
	uint64_t value;

	if (parse_number(text, number_kinds[spec->kind].with_unit, &value) != 0 ||
	    value < number_kinds[spec->kind].least) {
		say_error("--%s: \"%s\" is not a %s", spec->name, text, number_kinds[spec->kind].what);
		return -1;
	}
	*field = value;
	return 0;
}

static int options_store(const struct option_spec *spec, struct run_options *options, const char *text)
{
	char *field = (char *)options + spec->offset;

	switch (spec->kind) {
	case OPTION_FLAG: *(bool *)(void *)field = true; return 0;
	case OPTION_TEXT:
		if (*(const char **)(void *)field) {
			say_error("--%s: given twice, \"%s\" and \"%s\"; one is taken", spec->name,
				  *(const char **)(void *)field, text);
			return -1;
		}
		*(const char **)(void *)field = text;
		return 0;
	case OPTION_LIST: {
		struct text_list *list = (struct text_list *)(void *)field;

		if (mem_grow((void **)&list->items, &list->capacity, list->count + 1, sizeof *list->items) !=
		    0) {
			say_error("out of memory");
			return -1;
		}
		list->items[list->count++] = text;
		return 0;
	}
	case OPTION_NUMBER:
	case OPTION_COUNT:
	case OPTION_SIZE:
	case OPTION_MEMORY: return store_number(spec, (uint64_t *)(void *)field, text);
	}
	return -1;
}

static const struct option_spec *options_find(const struct command *command, int value)
{
	if (value >= LETTER_BASE)
		return &command->options[value - LETTER_BASE];
	for (size_t i = 0; i < command->option_count; i++) {
		if (command->options[i].letter == value)
			return &command->options[i];
	}
	return NULL;
}

/* 0, or -1 after saying what is wrong. */
static int options_parse(const struct command *command, int argc, char **argv, struct run_options *options)
{
	struct option longs[OPTIONS_MAX + 1];
	char letters[2 * OPTIONS_MAX + 2];
	int value;

	options_to_getopt(command, longs, letters);
	opterr = 0;
	optind = 1;
	while ((value = getopt_long(argc, argv, letters, longs, NULL)) != -1) {
		const struct option_spec *spec =
		    value == '?' || value == ':' ? NULL : options_find(command, value);

		if (!spec) {
			say_error("%s: %s %s; tapaudit %s --help lists the options", command->name,
				  value == ':' ? "a value is missing after" : "no such option:",
				  argv[optind > 1 ? optind - 1 : 1], command->name);
			return -1;
		}
		if (options_store(spec, options, optarg) != 0)
			return -1;
	}
	return 0;
}

/* A fleet's store names the sensor, unless --sensor does. */
static int run_as_sensor(const struct command *command, struct run_options *options, char *const *operands,
			 size_t count)
{
	struct place_parts place = {.sensor = NULL};
	struct arena arena = {0};
	struct err err;
	int status = STATUS_TROUBLE;

	if (options->store && store_place_read(options->store, &arena, &place, &err) != 0) {
		say_error("%s", err.text);
	} else {
		if (!options->sensor)
			options->sensor = place.sensor;
		if (command->confines_itself || confine_offline(command, options, operands, count) == 0)
			status = command->run(options, operands, count);
	}
	arena_clear(&arena);
	return status;
}

int command_run(const struct command *command, int argc, char **argv)
{
	struct run_options options = {0};

	if (options_parse(command, argc, argv, &options) != 0)
		return STATUS_TROUBLE;
	if (options.help) {
		print_command_usage(command);
		return STATUS_PASS;
	}
	if (options.version) {
		printf("tapaudit %s\n", TAPAUDIT_VERSION);
		return STATUS_PASS;
	}
	size_t count = (size_t)(argc - optind);
	if (count < command->operands_min || count > command->operands_max) {
		say_error("usage: tapaudit %s [options] %s; --help tells more", command->name,
			  command->operands);
		return STATUS_TROUBLE;
	}
	int status = run_as_sensor(command, &options, argv + optind, count);
	mem_free(options.interfaces.items);
	mem_free(options.retired.items);
	return status;
}
