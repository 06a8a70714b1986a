/* A folder of reports is one site's: another's days would take the place of its own. */
#include "base/mem.h"
#include "nightly.h"
#include <errno.h>
#include <string.h>
#include <unistd.h>

static const char marker[] = ".site";

static int check(const char *folder, const char *path, const char *site)
{
	size_t length;
	char *owner = read_whole(path, &length);
	int result = 0;

	if (!owner)
		return -1;
	if (length != strlen(site) || memcmp(owner, site, length) != 0) {
		say_error(
		    "%s: holds the reports of site \"%s\", not of \"%s\"; name another folder, or remove %s "
		    "if the site was renamed",
		    folder, owner, site, path);
		result = -1;
	}
	mem_free(owner);
	return result;
}

int folder_claim(const struct nightly *nightly)
{
	const char *folder = nightly->options->output, *site = nightly->files.site->name;
	char path[PATH_MAX];

	if (snprintf(path, sizeof path, "%s/%s", folder, marker) >= PATH_MAX) {
		say_error("%s: name too long", folder);
		return -1;
	}
	if (access(path, F_OK) == 0)
		return check(folder, path, site);
	if (write_lasting(folder, marker, site, strlen(site)) == 0)
		return 0;
	say_error("%s: cannot write: %s", path, strerror(errno));
	return -1;
}
