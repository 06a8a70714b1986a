#include "../../src/capture/live.h"
#include "base/mem.h"
#include <criterion/criterion.h>
#include <string.h>

TestSuite(capture_live_buffer, .timeout = 10);

enum { BYTES = 4096 };

static bool put(struct live_buffer *buffer, uint64_t frame, uint32_t caplen)
{
	struct live_record *record = live_buffer_add(buffer, caplen);

	if (!record)
		return false;
	record->frame = frame;
	memset(record + 1, (int)(frame & 0xff), caplen);
	return true;
}

static bool is_whole(const struct live_record *record)
{
	for (uint32_t i = 0; i < record->caplen; i++)
		if (live_record_bytes(record)[i] != (uint8_t)record->frame)
			return false;
	return true;
}

/* Reads what waits; returns how many. */
static uint64_t read_all(struct live_buffer *buffer, uint64_t from)
{
	uint64_t count = 0;
	const struct live_record *record;

	while ((record = live_buffer_step(buffer, &buffer->next, buffer->head))) {
		cr_assert_eq(record->frame, from + count);
		cr_assert(is_whole(record));
		count++;
	}
	return count;
}

Test(capture_live_buffer, every_record_once_in_order_whatever_their_lengths)
{
	struct live_buffer buffer;
	uint64_t put_frames = 0, read_frames = 0;

	cr_assert_eq(live_buffer_init(&buffer, BYTES), 0);
	for (uint32_t round = 0; round < 5000; round++) {
		uint32_t many = 1 + round * 7 % 9;

		for (uint32_t i = 0; i < many; i++)
			put_frames += put(&buffer, put_frames, (round * 37 + i * 101) % 700);
		read_frames += read_all(&buffer, read_frames);
		cr_assert_eq(read_frames, put_frames);
	}
	live_buffer_clear(&buffer);
}

Test(capture_live_buffer, what_waits_is_never_given_up)
{
	struct live_buffer buffer;
	uint64_t count = 0;

	cr_assert_eq(live_buffer_init(&buffer, BYTES), 0);
	while (put(&buffer, count, 100))
		count++;
	cr_expect_gt(count, 20);
	cr_expect_not(put(&buffer, count, 100));
	cr_expect_eq(read_all(&buffer, 0), count);
	cr_expect(put(&buffer, count, 100));
	cr_expect_eq(read_all(&buffer, count), 1);
	live_buffer_clear(&buffer);
}

Test(capture_live_buffer, what_was_read_stays_until_its_place_is_needed)
{
	struct live_buffer buffer;
	const struct live_record *record;
	uint64_t at, first, count = 0;

	cr_assert_eq(live_buffer_init(&buffer, BYTES), 0);
	for (uint64_t i = 0; i < 300; i++) {
		cr_assert(put(&buffer, i, 60));
		cr_assert_eq(read_all(&buffer, i), 1);
	}
	at = buffer.oldest;
	record = live_buffer_step(&buffer, &at, buffer.next);
	cr_assert_not_null(record);
	for (first = record->frame; record; record = live_buffer_step(&buffer, &at, buffer.next))
		cr_assert_eq(record->frame, first + count++);
	cr_expect_eq(first + count, 300);
	cr_expect_gt(count, 30);
	live_buffer_clear(&buffer);
}
