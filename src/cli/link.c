/* Where a folder lies, seen from a page that is about to be written. */
#include "cli.h"
#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* The folder of the file PAGE, or PAGE where it is the folder that gets several files. */
static bool page_folder(const char *page, char out[PATH_MAX])
{
	char path[PATH_MAX];
	char *slash;

	if (snprintf(path, sizeof path, "%s", page) >= PATH_MAX)
		return false;
	slash = strrchr(path, '/');
	if (!slash)
		return realpath(".", out) != NULL;
	slash[slash == path] = '\0';
	return realpath(path, out) != NULL;
}

int link_folder(struct strbuf *out, const char *page, const char *folder)
{
	char page_path[PATH_MAX], folder_path[PATH_MAX], from[PATH_MAX + 1], to[PATH_MAX + 1];
	size_t shared = 0;

	if (!page || strcmp(page, "-") == 0 || !page_folder(page, page_path) ||
	    !realpath(folder, folder_path))
		return -1;
	/* Both end with a slash, so that what is shared ends with a whole name. */
	(void)snprintf(from, sizeof from, "%s/", page_path);
	(void)snprintf(to, sizeof to, "%s/", folder_path);
	for (size_t i = 0; from[i] && from[i] == to[i]; i++)
		if (from[i] == '/')
			shared = i + 1;
	for (const char *rest = from + shared; *rest; rest++)
		if (*rest == '/' && rest[-1] != '/')
			strbuf_add(out, "../");
	strbuf_add(out, to + shared);
	/* "." for the page's own folder; no slash at the end. */
	if (out->length == 0)
		strbuf_add(out, ".");
	else if (out->text && out->text[out->length - 1] == '/')
		out->text[--out->length] = '\0';
	return strbuf_ok(out) ? 0 : -1;
}
