#include "store/pack.h"
#include "store_samples.h"

TestSuite(store_pack, .timeout = 10);

enum { NUMBERS = 8 };

/* The ledger's numbers and a store's, which differ. */
struct both_maps {
	int64_t inputs[NUMBERS], store_inputs[NUMBERS + 10];
	struct row_maps out, in;
};

static void maps_make(struct both_maps *maps)
{
	*maps = (struct both_maps){.out = {.inputs = {maps->inputs, NUMBERS}},
				   .in = {.inputs = {maps->store_inputs, NUMBERS + 10}}};
	for (size_t i = 0; i < NUMBERS + 10; i++)
		maps->store_inputs[i] = -1;
	for (size_t i = 0; i < NUMBERS; i++) {
		maps->inputs[i] = (int64_t)(i + 10);
		maps->store_inputs[i + 10] = (int64_t)i;
	}
}

static struct pack pack_edges(const struct edge_row *rows, size_t count, const struct row_maps *maps)
{
	struct pack pack = {.bytes = NULL};

	pack_begin(&pack);
	for (size_t i = 0; i < count; i++)
		cr_assert_eq(pack_add(&pack, &row_shapes[SHAPE_EDGES], maps, &rows[i]), 0);
	return pack;
}

Test(store_pack, edges_come_back_as_they_were)
{
	struct ledger *ledger = store_sample(3, "ABC", "one", 400);
	struct both_maps maps;
	struct unpack unpack;
	size_t count, at = 0;
	const struct edge_row *rows = ledger_edges(ledger, &count);

	maps_make(&maps);
	while (at < count) {
		size_t first = at;

		while (at < count && rows[at].key.bucket == rows[first].key.bucket)
			at++;
		struct pack pack = pack_edges(rows + first, at - first, &maps.out);
		cr_assert_eq(unpack_begin(&unpack, &row_shapes[SHAPE_EDGES], rows[first].key.bucket,
					  rows[first].key.sensor, pack.bytes, pack.length),
			     0);
		for (size_t i = first; i < at; i++) {
			cr_assert_eq(unpack_next(&unpack, &row_shapes[SHAPE_EDGES], &maps.in), 1);
			cr_assert_arr_eq(&unpack.row.edge, &rows[i], sizeof(rows[i]), "row %zu", i);
		}
		cr_assert_eq(unpack_next(&unpack, &row_shapes[SHAPE_EDGES], &maps.in), 0);
		cr_assert_lt(pack.length / (at - first), 80, "%zu bytes a row", pack.length / (at - first));
		mem_free(pack.bytes);
	}
	ledger_free(ledger);
}

/* What is in stores stays readable: the bytes are the format. */
Test(store_pack, bytes_of_two_hosts)
{
	static const uint8_t expected[] = {
	    8,    0x1b, 4,  10, 1, 0, 1,    6,    2,    0,    0,    0,    0,    9,    5,    0xac,
	    0x02, /* 4 bytes, 6 bytes, 5, 300 */
	    0x31, 4,    10, 1,  0, 2, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f, 1};
	struct host_row rows[2] = {{.bucket = 7, .address = sample_host(1, 0, 1), .mac = {2, 0, 0, 0, 0, 9}},
				   {.bucket = 7, .address = sample_host(1, 0, 2), .mac = {2, 0, 0, 0, 0, 9}}};
	struct pack pack = {.bytes = NULL};
	const struct row_maps none = {0};

	rows[0].unicast_received = 5;
	rows[0].group_sent = 300;
	rows[1].unicast_received = 5;
	rows[1].group_sent = INT64_MAX;
	rows[1].group_received = 1;
	pack_begin(&pack);
	for (size_t i = 0; i < 2; i++)
		cr_assert_eq(pack_add(&pack, &row_shapes[SHAPE_HOSTS], &none, &rows[i]), 0);
	cr_expect_eq(pack.length, sizeof(expected));
	for (size_t i = 0; i < sizeof(expected) && i < pack.length; i++)
		cr_expect_eq(pack.bytes[i], expected[i], "byte %zu: %02x, not %02x", i, pack.bytes[i],
			     expected[i]);
	mem_free(pack.bytes);
}

/* A pack of a version that knew fewer columns: the rest is zero. */
Test(store_pack, fewer_columns_are_read_more_are_refused)
{
	static const uint8_t fewer[] = {5, 5, 4, 10, 1, 0, 1, 5};
	static const uint8_t too_many[] = {9, 1, 4, 10, 1, 0, 1};
	static const uint8_t a_bit_too_far[] = {5, 8, 5};
	const struct row_maps none = {0};
	struct unpack unpack;

	cr_assert_eq(unpack_begin(&unpack, &row_shapes[SHAPE_HOSTS], 7, 3, fewer, sizeof(fewer)), 0);
	cr_assert_eq(unpack_next(&unpack, &row_shapes[SHAPE_HOSTS], &none), 1);
	cr_assert_eq(unpack.row.host.bucket, 7);
	cr_assert_eq(unpack.row.host.sensor, 3);
	cr_assert_eq(unpack.row.host.unicast_sent, 5);
	cr_assert_eq(unpack.row.host.group_received, 0);
	cr_assert_eq(unpack_next(&unpack, &row_shapes[SHAPE_HOSTS], &none), 0);
	cr_assert_eq(unpack_begin(&unpack, &row_shapes[SHAPE_HOSTS], 7, 3, too_many, sizeof(too_many)), -1);
	cr_assert_eq(
	    unpack_begin(&unpack, &row_shapes[SHAPE_HOSTS], 7, 3, a_bit_too_far, sizeof(a_bit_too_far)), 0);
	cr_assert_eq(unpack_next(&unpack, &row_shapes[SHAPE_HOSTS], &none), -1);
}

Test(store_pack, values_that_no_field_holds_are_refused)
{
	struct both_maps maps;
	struct ledger *ledger = store_sample(3, "ABC", "one", 1);
	struct edge_row rows[5];
	struct unpack unpack;
	size_t count;

	maps_make(&maps);
	for (size_t i = 0; i < 5; i++)
		memcpy(&rows[i], ledger_edges(ledger, &count), sizeof(rows[i]));
	rows[0].key.basis = DIRECTION_COUNT;
	rows[1].vlan_count = LEDGER_VLANS + 1;
	rows[2].packets[0] = UINT64_C(1) << 63;
	rows[3].evidence.openings[0].frame = UINT64_C(1) << 63;
	rows[4].key.parent_assumed = 2;
	for (size_t i = 0; i < 5; i++) {
		struct pack pack = pack_edges(&rows[i], 1, &maps.out);

		cr_assert_eq(unpack_begin(&unpack, &row_shapes[SHAPE_EDGES], 1, 0, pack.bytes, pack.length),
			     0);
		cr_assert_eq(unpack_next(&unpack, &row_shapes[SHAPE_EDGES], &maps.in), -1, "row %zu", i);
		mem_free(pack.bytes);
	}
	/* An input that nobody knows, written and read. */
	struct pack pack = pack_edges(ledger_edges(ledger, &count), 1, &maps.out);
	cr_assert_eq(unpack_begin(&unpack, &row_shapes[SHAPE_EDGES], 1, 0, pack.bytes, pack.length), 0);
	cr_assert_eq(unpack_next(&unpack, &row_shapes[SHAPE_EDGES], &maps.out), -1);
	maps.out.inputs.count = 0;
	cr_assert_eq(pack_add(&pack, &row_shapes[SHAPE_EDGES], &maps.out, &rows[0]), 0);
	rows[1].evidence.openings[0].frame++;
	cr_assert_eq(pack_add(&pack, &row_shapes[SHAPE_EDGES], &maps.out, &rows[1]), -1);
	mem_free(pack.bytes);
	ledger_free(ledger);
}

/* Bytes in a block of exactly their length, read to the end or to a refusal. */
static void read_all(const uint8_t *bytes, size_t length, const struct row_maps *maps)
{
	uint8_t *copy = malloc(length ? length : 1);
	struct unpack unpack;
	size_t rows = 0;

	memcpy(copy, bytes, length);
	if (unpack_begin(&unpack, &row_shapes[SHAPE_EDGES], 1, 0, copy, length) == 0)
		while (unpack_next(&unpack, &row_shapes[SHAPE_EDGES], maps) == 1)
			cr_assert_leq(++rows, length);
	free(copy);
}

Test(store_pack, cut_or_changed_anywhere_it_is_read_within_its_bounds)
{
	struct ledger *ledger = store_sample(5, "ABC", "one", 40);
	struct sample_random random = {.state = 11};
	struct both_maps maps;
	size_t count;
	const struct edge_row *rows = ledger_edges(ledger, &count);

	maps_make(&maps);
	struct pack pack = pack_edges(rows, count, &maps.out);
	for (size_t length = 0; length <= pack.length; length++)
		read_all(pack.bytes, length, &maps.in);
	for (size_t i = 0; i < 20000; i++) {
		size_t at = sample_below(&random, (uint32_t)pack.length);
		uint8_t kept = pack.bytes[at];

		pack.bytes[at] = (uint8_t)sample_next(&random);
		read_all(pack.bytes, pack.length, &maps.in);
		pack.bytes[at] = kept;
	}
	mem_free(pack.bytes);
	ledger_free(ledger);
}
