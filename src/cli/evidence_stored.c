/* --evidence of what is judged from a store: the captures are looked for in the spool, and known by their
 * fingerprints. Those that are gone leave what an earlier run wrote of them. */
#include "base/mem.h"
#include "evidence.h"
#include <string.h>
#include <unistd.h>

int evidence_check(const struct run_options *options, const char *command)
{
	if (!options->evidence || options->spool)
		return 0;
	say_error("%s: --evidence needs --spool DIR, where the captures lie", command);
	return -1;
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* True when INPUT may be what was called NAME: by the whole name, or by the last part of it, with or without
 * the end that a compression adds. */
static bool may_be(const struct capture_input *input, const char *name, bool whole)
{
	char *own = capture_input_name(input);
	const char *left = own ? base_name(own) : "", *right = base_name(name);
	size_t length = strlen(left) < strlen(right) ? strlen(left) : strlen(right);
	bool same = own && (whole ? strcmp(own, name) == 0
				  : strncmp(left, right, length) == 0 && strspn(left + length, ".") <= 1 &&
					(!left[length] || left[length] == '.') &&
					(!right[length] || right[length] == '.'));

	mem_free(own);
	return same;
}

static bool has_fingerprint(const struct capture_input *input, const struct capture_options *options,
			    const char *fingerprint)
{
	struct capture_summary summary;

	return capture_scan(input, options, &summary) == 0 && strcmp(summary.fingerprint, fingerprint) == 0;
}

/* Where RECORD lies in the spool; NULL: nowhere. */
static const struct capture_input *find_capture(const struct capture_list *spool,
						const struct capture_options *options,
						const struct input_record *record)
{
	for (int whole = 1; whole >= 0; whole--)
		for (size_t i = 0; i < spool->count; i++)
			if (may_be(&spool->items[i], record->name, whole) &&
			    has_fingerprint(&spool->items[i], options, record->fingerprint))
				return &spool->items[i];
	return NULL;
}

/* Input I of the ledger is item I of LIST, which borrows from SPOOL. What is gone cannot be opened. */
static int list_captures(struct capture_list *list, const struct capture_list *spool,
			 const struct run_options *options, const struct ledger *ledger, size_t *gone)
{
	struct capture_options capture = reading_capture_options(options);
	size_t count;
	const struct input_record *records = ledger_inputs(ledger, &count);
	static char nowhere[] = "";

	capture.sha256 = false;
	*list = (struct capture_list){.items = mem_calloc(count + 1, sizeof *list->items), .count = count};
	if (!list->items)
		return -1;
	*gone = 0;
	for (size_t i = 0; i < count; i++) {
		const struct capture_input *found =
		    records[i].packets > 0 ? find_capture(spool, &capture, &records[i]) : NULL;

		list->items[i] = found ? *found : (struct capture_input){.path = nowhere};
		*gone += records[i].packets > 0 && !found;
	}
	return 0;
}

/* What an earlier run wrote stays good where its captures are gone. */
static int keep_earlier(struct evidence_files *files, const struct run_options *options,
			const struct audit_result *result, size_t *without)
{
	for (size_t i = 0; i < result->finding_count; i++) {
		char *path;

		if (files->paths[i] || result->findings[i].evidence.openings[0].frame == 0)
			continue;
		path = evidence_path(&files->arena, options, result, i);
		if (!path)
			return -1;
		if (access(path, F_OK) == 0)
			files->paths[i] = path;
		else
			++*without;
	}
	return 0;
}

static int write_found(struct evidence_files *files, const struct run_options *options,
		       const struct capture_list *spool, const struct ledger *ledger,
		       const struct audit_result *result)
{
	struct capture_list list;
	size_t gone = 0, without = 0;

	if (list_captures(&list, spool, options, ledger, &gone) != 0) {
		say_error("out of memory");
		return -1;
	}
	files->partial = gone > 0;
	int status = evidence_write(files, options, &list, ledger, result);
	mem_free(list.items);
	if (status != 0 || gone == 0)
		return status;
	if (keep_earlier(files, options, result, &without) != 0) {
		say_error("out of memory");
		return -1;
	}
	if (without > 0)
		files->remark =
		    arena_printf(&files->arena,
				 "%zu capture%s no longer in the spool: of %zu finding%s there are no "
				 "packets to show.",
				 gone, gone == 1 ? " is" : "s are", without, without == 1 ? "" : "s");
	return 0;
}

int evidence_stored(struct evidence_files *files, const struct run_options *options,
		    const struct ledger *ledger, const struct audit_result *result)
{
	struct capture_options capture = reading_capture_options(options);
	struct capture_list spool = {0};
	struct err err;
	int status = -1;

	if (evidence_folder(options) != 0)
		return -1;
	if (capture_list_expand(&spool, &options->spool, 1, &capture, &err) != 0)
		say_error("%s", err.text);
	else
		status = write_found(files, options, &spool, ledger, result);
	capture_list_clear(&spool);
	return status;
}
