/* The door of this floor: opens an input through its wrappings, hands out packets, keeps the summary. */
#include "capture/capture.h"
#include "base/mem.h"
#include "reader.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void reader_fail(struct capture *c, enum capture_status status, const char *format, ...)
{
	char text[ERR_TEXT_MAX];
	struct err err;
	va_list args;

	va_start(args, format);
	(void)vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	c->finished = true;
	c->summary.status = status;
	(void)err_set(&err, "%s: %s at byte %llu, after frame %llu; all before it was read%s", c->name, text,
		      (unsigned long long)window_at(&c->window), (unsigned long long)c->frame,
		      capture_status_remedy(status));
	memcpy(c->summary.error, err.text, sizeof(err.text));
}

static bool has_link_type(const struct capture_summary *s, uint16_t link_type)
{
	for (size_t i = 0; i < s->link_type_count && i < CAPTURE_LINK_TYPES; i++)
		if (s->link_types[i] == link_type)
			return true;
	return false;
}

void reader_note_interface(struct capture *c, struct capture_interface *interface)
{
	struct capture_summary *s = &c->summary;

	interface->seen = true;
	if (interface->snaplen && (!s->snaplen_min || interface->snaplen < s->snaplen_min))
		s->snaplen_min = interface->snaplen;
	if (!has_link_type(s, interface->link_type) && s->link_type_count < CAPTURE_LINK_TYPES)
		s->link_types[s->link_type_count++] = interface->link_type;
}

void reader_add_tally(struct capture *c, const struct reader_tally *tally, size_t packets)
{
	struct capture_summary *s = &c->summary;

	s->packets += packets;
	s->bytes += tally->bytes;
	s->untimed += tally->untimed;
	if (tally->untimed == packets)
		return;
	if (s->first_ns == TIME_UNKNOWN || tally->first_ns < s->first_ns)
		s->first_ns = tally->first_ns;
	if (s->last_ns == TIME_UNKNOWN || tally->last_ns > s->last_ns)
		s->last_ns = tally->last_ns;
}

/* The record that is announced is not all there: the file was cut, or its wrapping failed. */
static void end_in_record(struct capture *c)
{
	size_t left = window_left(&c->window);

	c->finished = true;
	if (c->window.shrank)
		reader_fail(c, CAPTURE_CUT, "became shorter while it was read, ends");
	else if (!c->accept_cut || !c->in_section)
		reader_fail(c, CAPTURE_CUT, "cut short: %zu of %zu bytes of a %s", left, c->need,
			    c->in_section ? "record" : "file header");
}

static void fail_by_chain(struct capture *c)
{
	c->finished = true;
	if (c->chain->status == CAPTURE_CUT && c->accept_cut)
		return;
	reader_fail(c, c->chain->status, "%s, stopped", c->chain->err.text);
}

/* Packets that cannot be understood end nothing, but a file that holds them is not sound. */
static void note_undescribed(struct capture *c)
{
	struct err err;

	if (c->undescribed == 0 || c->summary.status != CAPTURE_COMPLETE)
		return;
	c->summary.status = CAPTURE_DAMAGED;
	(void)err_set(&err,
		      "%s: %llu packet%s of interfaces that were never described, the first at frame %llu of "
		      "interface %u; "
		      "all others were read%s",
		      c->name, (unsigned long long)c->undescribed, c->undescribed == 1 ? "" : "s",
		      (unsigned long long)c->undescribed_frame, c->undescribed_id,
		      capture_status_remedy(CAPTURE_DAMAGED));
	memcpy(c->summary.error, err.text, sizeof(err.text));
}

static void read_on(struct capture *c)
{
	struct window *w = &c->window;

	if (!w->ended) {
		if (window_fill(w, c->need) != 0)
			fail_by_chain(c);
		else if (window_left(w) == 0 && !w->shrank)
			c->finished = true;
	} else if (window_left(w) == 0 && !w->shrank) {
		c->finished = true;
	} else {
		end_in_record(c);
	}
}

size_t capture_read(struct capture *c, struct packet *packets, size_t max)
{
	size_t n = 0;

	if (max == 0)
		return 0;
	c->alike = (struct capture_alike){.ascending = false};
	while (n == 0 && !c->finished) {
		n = c->pcapng ? pcapng_read(c, packets, max) : pcap_read(c, packets, max);
		if (n == 0 && !c->finished)
			read_on(c);
	}
	if (n == 0)
		note_undescribed(c);
	if (n == 0 && c->print) {
		window_finish(&c->window, &c->summary);
		fingerprint_free(c->print);
		c->print = NULL;
		c->window.print = NULL;
	}
	return n;
}

struct capture_alike capture_alike(const struct capture *c)
{
	return c->alike;
}

struct capture_bytes *capture_hold(struct capture *c)
{
	return window_hold(&c->window);
}

const struct capture_summary *capture_summary(const struct capture *c)
{
	return &c->summary;
}

static uint64_t read_so_far(const struct capture *c)
{
	if (c->window.plain)
		return window_at(&c->window);
	return c->window.ahead ? ahead_consumed(c->window.ahead) : c->chain->consumed;
}

void capture_progress(const struct capture *c, uint64_t *done, uint64_t *total)
{
	uint64_t at = read_so_far(c);

	*total = c->chain->file_size;
	*done = *total && at > *total ? *total : at;
}

/* What is left of an archive is kept for its other members, unless something is wrong with it. */
static void close_chain(struct capture *c)
{
	if (!c->chain)
		return;
	if (c->archives && !c->chain->over && c->chain->status == CAPTURE_COMPLETE) {
		archives_give(c->archives, c->chain);
		return;
	}
	chain_close(c->chain);
	mem_free(c->chain);
}

void capture_close(struct capture *c)
{
	if (!c)
		return;
	window_clear(&c->window);
	fingerprint_free(c->print);
	close_chain(c);
	mem_free(c->interfaces);
	mem_free(c->name);
	mem_free(c);
}
