/* Digests of the files under which is judged: whether two reports were made under the same ones. */
#include "base/mem.h"
#include "folder.h"
#include "nightly.h"
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

/* All signatures, used or not: which of them extend which is not worth telling apart here. */
static int add_signatures(struct hash128 *hash, const char *folder)
{
	struct json_files names = {0};
	int result = json_files_list(&names, folder);

	for (size_t i = 0; i < names.count && result == 0; i++) {
		char path[PATH_MAX];

		if (snprintf(path, sizeof path, "%s/%s", folder, names.items[i]) >= PATH_MAX)
			continue;
		hash128_add(hash, names.items[i], strlen(names.items[i]) + 1);
		result = add_file(hash, path);
	}
	json_files_clear(&names);
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
