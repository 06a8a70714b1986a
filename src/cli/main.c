#include "cli.h"
#include <locale.h>
#include <string.h>

static const struct command *const commands[] = {
    &command_audit,  &command_live,  &command_nightly,  &command_report,  &command_flows,
    &command_matrix, &command_check, &command_discover, &command_explain, &command_store,
};
enum { COMMAND_COUNT = sizeof commands / sizeof commands[0] };

static void print_usage(FILE *out)
{
	fprintf(out,
		"tapaudit %s: holds captured traffic against the port matrix that a product's vendor "
		"documents\n\n",
		TAPAUDIT_VERSION);
	fprintf(out, "usage: tapaudit COMMAND [options] ...\n\n");
	for (size_t i = 0; i < COMMAND_COUNT; i++)
		fprintf(out, "  %-9s %s\n", commands[i]->name, commands[i]->summary);
	fprintf(out, "\ntapaudit COMMAND --help tells a command's options.\n"
		     "Exit status: 0 pass, 1 fail, 2 trouble, 3 inconclusive.\n");
}

static int run_named(const char *name, int argc, char **argv)
{
	for (size_t i = 0; i < COMMAND_COUNT; i++) {
		if (strcmp(commands[i]->name, name) == 0)
			return command_run(commands[i], argc, argv);
	}
	say_error("no such command: %s; tapaudit --help lists them", name);
	return STATUS_TROUBLE;
}

int main(int argc, char **argv)
{
	setlocale(LC_CTYPE, "");
	if (argc < 2) {
		print_usage(stderr);
		return STATUS_TROUBLE;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "help") == 0) {
		print_usage(stdout);
		return STATUS_PASS;
	}
	if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0) {
		printf("tapaudit %s\n", TAPAUDIT_VERSION);
		return STATUS_PASS;
	}
	return run_named(argv[1], argc - 1, argv + 1);
}
