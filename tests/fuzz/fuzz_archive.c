/*
 * Door: a file that is compressed, an archive, or both. Checked: the list of what is in it can be opened,
 * each member keeps to the limit of bytes, and what each says of itself is what was read.
 */
#include "capture_road.h"

enum { MEMBERS_MAX = 8, UNPACKED_MAX = 4 << 20, RATIO_MAX = 100 };

static void read_member(const struct capture_input *input, const struct capture_options *options)
{
	enum capture_status status = CAPTURE_STATUS_COUNT;
	struct err err = {""};
	struct capture *c = capture_open(input, options, &status, &err);

	FUZZ_CHECK(status < CAPTURE_STATUS_COUNT && capture_status_name(status));
	if (!c) {
		FUZZ_CHECK(status != CAPTURE_COMPLETE && err.text[0] != '\0');
		return;
	}
	(void)road_read(c, UINT64_MAX);
	FUZZ_CHECK(capture_summary(c)->file_bytes <= UNPACKED_MAX + CHAIN_BLOCK_BYTES);
	capture_close(c);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct capture_options options = {.max_bytes = UNPACKED_MAX, .max_ratio = RATIO_MAX};
	size_t live = mem_live();
	struct capture_list list = {0};
	const char *path = road_file(data, size);
	struct err err;

	FUZZ_CHECK(capture_list_expand(&list, &path, 1, &options, &err) == 0);
	FUZZ_CHECK(list.count > 0);
	for (size_t i = 0; i < list.count && i < MEMBERS_MAX; i++)
		read_member(&list.items[i], &options);
	capture_list_clear(&list);
	FUZZ_CHECK(mem_live() == live);
	return 0;
}
