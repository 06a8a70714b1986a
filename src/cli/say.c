#include "cli.h"
#include <stdarg.h>
#include <unistd.h>

PRINTF_LIKE(2, 0) static void say(const char *kind, const char *format, va_list args)
{
	struct err line;

	vsnprintf(line.text, sizeof line.text, format, args);
	fprintf(stderr, "tapaudit: %s%s\n", kind, line.text);
}

void say_error(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say("", format, args);
	va_end(args);
}

void say_warning(const struct run_options *options, const char *format, ...)
{
	va_list args;

	if (options->quiet)
		return;
	va_start(args, format);
	say("warning: ", format, args);
	va_end(args);
}

bool say_messages(const struct run_options *options, const struct message_list *messages)
{
	for (size_t i = 0; i < messages->error_count; i++)
		say_error("%s", messages->errors[i]);
	for (size_t i = 0; i < messages->warning_count; i++)
		say_warning(options, "%s", messages->warnings[i]);
	return messages->error_count > 0;
}
