#include "loader.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

bool loader_ok(const struct loader *loader)
{
	return loader->errors == 0 && !loader->no_memory;
}

int message_add(struct message_list *list, bool warning, const char *text)
{
	size_t count = warning ? list->warning_count : list->error_count;
	size_t *capacity = warning ? &list->warning_capacity : &list->error_capacity;
	const char **lines = warning ? list->warnings : list->errors;
	void *grown = lines;
	struct err clean;

	/* err_set keeps control characters of a hostile name from the terminal. */
	(void)err_set(&clean, "%s", text);
	for (size_t i = 0; i < count; i++)
		if (strcmp(lines[i], clean.text) == 0)
			return 0;
	if (mem_grow(&grown, capacity, count + 1, sizeof(*lines)) != 0)
		return -1;
	lines = grown;
	if (warning)
		list->warnings = lines;
	else
		list->errors = lines;
	lines[count] = arena_strdup(&list->arena, clean.text);
	if (!lines[count])
		return -1;
	if (warning)
		list->warning_count++;
	else
		list->error_count++;
	return 0;
}

void message_list_clear(struct message_list *list)
{
	mem_free(list->errors);
	mem_free(list->warnings);
	arena_clear(&list->arena);
	*list = (struct message_list){0};
}

void loader_place(const struct loader *loader, const struct doc_value *at, struct strbuf *out)
{
	doc_path(at, out);
	if (at->file != loader->file)
		strbuf_addf(out, " of %s", at->file->label);
}

void loader_no_memory(struct loader *loader)
{
	struct err line;

	if (loader->no_memory)
		return;
	loader->no_memory = true;
	loader->errors++;
	(void)err_set(&line, "%s: out of memory", loader->file->path);
	/* A second refusal leaves nothing that could be said. */
	if (message_add(loader->messages, false, line.text) != 0)
		loader->errors++;
}

/* Whether one more message may be said; says "and more" at the first that may not. */
static bool take_turn(struct loader *loader, bool warning)
{
	size_t count = warning ? ++loader->warnings : ++loader->errors;
	struct err more;

	/* Whatever else is found then comes of it. */
	if (loader->no_memory)
		return false;
	if (count <= LOADER_MAX_MESSAGES)
		return true;
	(void)err_set(&more, "%s: and more", loader->file->path);
	if (count == LOADER_MAX_MESSAGES + 1 && message_add(loader->messages, warning, more.text) != 0)
		loader_no_memory(loader);
	return false;
}

static void add_line(struct loader *loader, bool warning, const struct doc_value *at, const char *what)
{
	struct strbuf line = {0};

	strbuf_addf(&line, "%s: ", loader->file->path);
	if (at) {
		loader_place(loader, at, &line);
		strbuf_add(&line, ": ");
	}
	strbuf_add(&line, what);
	if (!strbuf_ok(&line) || message_add(loader->messages, warning, strbuf_text(&line)) != 0)
		loader_no_memory(loader);
	strbuf_clear(&line);
}

void loader_error(struct loader *loader, const struct doc_value *at, const char *format, ...)
{
	char what[ERR_TEXT_MAX];
	va_list args;

	if (!take_turn(loader, false))
		return;
	va_start(args, format);
	(void)vsnprintf(what, sizeof(what), format, args);
	va_end(args);
	add_line(loader, false, at, what);
}

void loader_warn(struct loader *loader, const struct doc_value *at, const char *format, ...)
{
	char what[ERR_TEXT_MAX];
	va_list args;

	if (!take_turn(loader, true))
		return;
	va_start(args, format);
	(void)vsnprintf(what, sizeof(what), format, args);
	va_end(args);
	add_line(loader, true, at, what);
}

void loader_syntax_error(struct loader *loader, const char *path, const char *syntax)
{
	struct err line;

	if (!take_turn(loader, false))
		return;
	(void)err_set(&line, "%s:%s", path, syntax);
	if (message_add(loader->messages, false, line.text) != 0)
		loader_no_memory(loader);
}

void *loader_calloc(struct loader *loader, size_t count, size_t size)
{
	void *block;

	if (count == 0)
		return NULL;
	block = arena_calloc(loader->arena, count, size);
	if (!block)
		loader_no_memory(loader);
	return block;
}
