/* Digests of the files under which is judged: whether two reports were made under the same ones. */
#include "base/mem.h"
#include "nightly.h"
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

static int add_file(struct hash128 *hash, const char *path)
{
	size_t length;
	char *text = read_whole(path, &length);

	if (!text)
		return -1;
	hash128_add(hash, &length, sizeof length);
	hash128_add(hash, text, length);
	mem_free(text);
	return 0;
}

static int is_json(const struct dirent *entry)
{
	size_t length = strlen(entry->d_name);

	return length > 5 && strcmp(entry->d_name + length - 5, ".json") == 0;
}

static int by_bytes(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

/* All signatures, used or not: which of them extend which is not worth telling apart here. */
static int add_signatures(struct hash128 *hash, const char *folder)
{
	struct dirent **entries = NULL;
	int count = scandir(folder, &entries, is_json, by_bytes);
	int result = count < 0 ? -1 : 0;

	if (result != 0)
		say_error("%s: cannot be listed", folder);
	for (int i = 0; i < count; i++) {
		char path[PATH_MAX];

		if (result == 0 &&
		    snprintf(path, sizeof path, "%s/%s", folder, entries[i]->d_name) < PATH_MAX) {
			hash128_add(hash, entries[i]->d_name, strlen(entries[i]->d_name) + 1);
			result = add_file(hash, path);
		}
		free(entries[i]); /* scandir's own */
	}
	free(entries);
	return result;
}

static void finish(struct hash128 *hash, char out[DIGEST_TEXT])
{
	uint8_t bytes[16];

	hash128_finish(hash, bytes);
	hash_hex(bytes, sizeof bytes, out);
	hash128_reset(hash);
}

int nightly_digests(struct nightly *nightly)
{
	struct hash128 *hash = hash128_new();
	char folder[PATH_MAX];
	int result = -1;

	if (!hash) {
		say_error("out of memory");
		return -1;
	}
	if (add_file(hash, nightly->options->site) == 0 && signatures_folder(nightly->options, folder) == 0) {
		finish(hash, nightly->site_digest);
		/* Another version of the program may judge otherwise, like another signature. */
		hash128_add(hash, TAPAUDIT_VERSION, sizeof TAPAUDIT_VERSION);
		result = add_signatures(hash, folder);
		finish(hash, nightly->signatures_digest);
	}
	hash128_free(hash);
	return result;
}
