#include "nightly_beginning.h"
#include "base/hash.h"
#include "base/timestamp.h"
#include <stdio.h>
#include <string.h>

enum { BATCH = 64, STEP_BYTES = BEGINNING_STEP_TEXT / 2, DIGEST_BYTES = 16 };

static bool is_step(uint64_t packets)
{
	return packets == 1 || packets == 4 || packets == 16 || packets == 64 || packets == BEGINNING_PACKETS;
}

static void add_step(struct beginning *out, const struct hash128 *hash)
{
	uint8_t digest[DIGEST_BYTES];
	char *end = out->text + strlen(out->text);

	hash128_finish(hash, digest);
	hash_hex(digest, STEP_BYTES, end);
}

static void add_packet(struct beginning *out, struct hash128 *hash, const struct packet *packet)
{
	const uint64_t numbers[] = {(uint64_t)packet->time_ns, packet->caplen, packet->wirelen};

	out->packets++;
	out->bytes += packet->wirelen;
	if (out->packets == 1)
		out->first_ns = packet->time_ns;
	if (packet->time_ns != TIME_UNKNOWN &&
	    (out->last_ns == TIME_UNKNOWN || packet->time_ns > out->last_ns))
		out->last_ns = packet->time_ns;
	if (out->packets > BEGINNING_PACKETS)
		return;
	hash128_add(hash, numbers, sizeof numbers);
	hash128_add(hash, packet->data, packet->caplen);
	if (is_step(out->packets))
		add_step(out, hash);
}

bool beginning_read(const struct capture_input *input, const struct capture_options *options,
		    uint64_t packets, struct beginning *out, struct capture_summary *summary)
{
	enum capture_status status = CAPTURE_COMPLETE;
	struct err err = {""};
	struct hash128 *hash = hash128_new();
	struct capture *capture = hash ? capture_open(input, options, &status, &err) : NULL;
	struct packet batch[BATCH];
	size_t count;

	*out = (struct beginning){.first_ns = TIME_UNKNOWN, .last_ns = TIME_UNKNOWN};
	while (capture && (packets == 0 || out->packets < packets)) {
		size_t wanted =
		    packets == 0 || packets - out->packets > BATCH ? BATCH : (size_t)(packets - out->packets);

		if ((count = capture_read(capture, batch, wanted)) == 0)
			break;
		for (size_t i = 0; i < count; i++)
			add_packet(out, hash, &batch[i]);
	}
	if (summary && capture) {
		*summary = *capture_summary(capture);
	} else if (summary) {
		*summary = (struct capture_summary){
		    .status = status, .first_ns = TIME_UNKNOWN, .last_ns = TIME_UNKNOWN};
		(void)snprintf(summary->error, sizeof summary->error, "%s", err.text);
	}
	bool opened = capture != NULL;
	capture_close(capture);
	hash128_free(hash);
	return opened;
}

bool beginnings_agree(const char *a, const char *b)
{
	/* Most differ in the first packet. */
	if (strncmp(a, b, BEGINNING_STEP_TEXT) != 0)
		return false;
	size_t left = strlen(a), right = strlen(b), length = left < right ? left : right;

	return length > 0 && strncmp(a, b, length) == 0;
}
