/* Opening an input: down to the leaf that was asked for, and what to say when that is no capture. */
#include "base/mem.h"
#include "reader.h"
#include <stdio.h>
#include <string.h>

static const char STDIN_NAME[] = "standard input";

char *capture_input_name(const struct capture_input *input)
{
	struct strbuf name = {0};

	strbuf_add(&name, strcmp(input->path, "-") == 0 ? STDIN_NAME : input->path);
	if (input->member) {
		strbuf_add_char(&name, ':');
		strbuf_add(&name, input->member);
	}
	if (strbuf_ok(&name))
		return name.text;
	strbuf_clear(&name);
	return NULL;
}

/* An archive itself is opened only where its members could not stand for it. */
static enum capture_status explain_archive(struct chain *chain, bool named, struct err *err)
{
	uint32_t captures = 0;

	for (;;) {
		enum chain_found found = chain_next(chain);
		const uint8_t *head;
		size_t length;

		if (found == CHAIN_FAILED) {
			(void)err_set(err, "%s; no member after that can be read%s", chain->err.text,
				      capture_status_remedy(chain->status));
			return chain->status;
		}
		if (found != CHAIN_LEAF)
			break;
		head = chain_peek(chain, &length);
		captures += head && magic_is_capture(head, length);
	}
	if (captures > 0)
		(void)err_set(err, "an archive that holds captures; name the file, or unpack it first");
	else
		(void)err_set(err, "an archive that holds no capture");
	return named || captures > 0 ? CAPTURE_FOREIGN : CAPTURE_SKIPPED;
}

/* The top of the chain is a leaf: a capture (CAPTURE_COMPLETE), or why not. */
static enum capture_status judge_leaf(struct chain *chain, const struct capture_input *input, struct err *err)
{
	const char *name = input->member ? input->member : input->path;
	size_t length = 0;
	const uint8_t *head = chain_peek(chain, &length);
	bool expected = input->named || magic_named_like_capture(name);

	if (length > 0 && head && magic_is_capture(head, length))
		return CAPTURE_COMPLETE;
	if (chain->status != CAPTURE_COMPLETE && (chain->status != CAPTURE_FOREIGN || expected)) {
		(void)err_set(err, "%s%s", chain->err.text, capture_status_remedy(chain->status));
		return chain->status;
	}
	if (!expected) {
		(void)err_set(err, "skipped, no capture");
		return CAPTURE_SKIPPED;
	}
	if (length == 0) {
		(void)err_set(err, "empty: holds no bytes; was it copied whole?");
		return CAPTURE_EMPTY;
	}
	magic_describe_foreign(name, head, length, err);
	return CAPTURE_FOREIGN;
}

/* Members before it are passed over; ARCHIVES, which may be NULL, is told of each. */
static enum capture_status find_member(struct chain *chain, const struct capture_input *input,
				       struct capture_archives *archives, struct err *err)
{
	for (;;) {
		enum chain_found found = chain_next(chain);

		if (found == CHAIN_LEAF && chain->leaves == input->member_index + 1)
			return judge_leaf(chain, input, err);
		if (found == CHAIN_LEAF && archives)
			archives_pass(archives, chain, chain->leaves - 1);
		if (found == CHAIN_LEAF)
			continue;
		if (found == CHAIN_FAILED)
			(void)err_set(err, "%s%s", chain->err.text, capture_status_remedy(chain->status));
		else
			(void)err_set(err, "no longer in the archive");
		return found == CHAIN_FAILED ? chain->status : CAPTURE_UNREADABLE;
	}
}

static enum capture_status find_leaf(struct chain *chain, const struct capture_input *input,
				     const struct capture_options *options, struct err *err)
{
	enum chain_found found;

	if (chain_open(chain, input->path, options) != 0) {
		(void)err_set(err, "%s", chain->err.text);
		return chain->status;
	}
	found = chain_unwrap(chain);
	if (found == CHAIN_FAILED) {
		(void)err_set(err, "%s", chain->err.text);
		return chain->status;
	}
	if (found == CHAIN_ARCHIVE)
		return input->member ? find_member(chain, input, options ? options->archives : NULL, err)
				     : explain_archive(chain, input->named, err);
	if (!input->member)
		return judge_leaf(chain, input, err);
	(void)err_set(err, "no longer an archive");
	return CAPTURE_UNREADABLE;
}

/* Gives C a chain whose top is the leaf that was asked for. */
static enum capture_status find_input(struct capture *c, const struct capture_input *input,
				      const struct capture_options *options, struct err *err)
{
	if (input->member && options && options->archives) {
		c->chain = archives_take_kept(options->archives, input->path, input->member_index);
		if (c->chain)
			return judge_leaf(c->chain, input, err);
		c->archives = options->archives;
		c->chain = archives_take(c->archives, input->path, input->member_index);
		if (c->chain)
			return find_member(c->chain, input, c->archives, err);
	}
	c->chain = mem_calloc(1, sizeof(*c->chain));
	if (c->chain)
		return find_leaf(c->chain, input, options, err);
	(void)err_no_memory(err);
	return CAPTURE_UNREADABLE;
}

static void name_format(struct capture *c)
{
	struct strbuf text = {0};

	strbuf_add(&text, c->pcapng ? "pcapng" : "pcap");
	chain_wrappings(c->chain, &text);
	(void)snprintf(c->summary.format, sizeof(c->summary.format), "%s", strbuf_text(&text));
	strbuf_clear(&text);
}

/* The leaf is a capture: get ready to read it. */
static int begin_reading(struct capture *c, bool sha256, bool read_ahead)
{
	void *interfaces = NULL;
	size_t length;
	const uint8_t *head = chain_peek(c->chain, &length);

	c->pcapng = magic_identify(head, length)->role == MAGIC_PCAPNG;
	c->print = fingerprint_new(sha256);
	if (!c->print || mem_grow(&interfaces, &c->interface_capacity, 1, sizeof(*c->interfaces)) != 0)
		return -1;
	c->interfaces = interfaces;
	c->interfaces[0] = (struct capture_interface){0};
	name_format(c);
	/* Last: from here on the chain may be another thread's. */
	return window_init(&c->window, c->chain, c->print, read_ahead);
}

static struct capture *open_input(const struct capture_input *input, const struct capture_options *options,
				  bool sha256, enum capture_status *status, struct err *err)
{
	struct capture *c = mem_calloc(1, sizeof(*c));
	char *name = capture_input_name(input);

	if (!c || !name) {
		mem_free(c);
		mem_free(name);
		*status = CAPTURE_UNREADABLE;
		(void)err_no_memory(err);
		return NULL;
	}
	c->name = name;
	c->accept_cut = options && options->accept_cut;
	c->summary.first_ns = TIME_UNKNOWN;
	c->summary.last_ns = TIME_UNKNOWN;
	*status = find_input(c, input, options, err);
	if (*status == CAPTURE_COMPLETE && begin_reading(c, sha256, options && options->read_ahead) == 0)
		return c;
	if (*status == CAPTURE_COMPLETE) {
		*status = CAPTURE_UNREADABLE;
		(void)err_no_memory(err);
	}
	(void)err_prefix(err, "%s", c->name);
	capture_close(c);
	return NULL;
}

struct capture *capture_open(const struct capture_input *input, const struct capture_options *options,
			     enum capture_status *status, struct err *err)
{
	/* Standard input cannot be read a second time, so what capture_scan would do has to happen on the
	 * way. */
	bool sha256 = options && options->sha256 && strcmp(input->path, "-") == 0;

	return open_input(input, options, sha256, status, err);
}

int capture_scan(const struct capture_input *input, const struct capture_options *options,
		 struct capture_summary *out)
{
	enum { BATCH = 256 };
	enum capture_status status;
	struct packet packets[BATCH];
	struct err err = {""};
	bool sha256 = options && options->sha256;

	if (input->scanned && (!sha256 || input->scanned->sha256[0])) {
		*out = *input->scanned;
		return 0;
	}
	struct capture *c = open_input(input, options, sha256, &status, &err);
	if (!c) {
		*out = (struct capture_summary){
		    .status = status, .first_ns = TIME_UNKNOWN, .last_ns = TIME_UNKNOWN};
		memcpy(out->error, err.text, sizeof(out->error));
		return -1;
	}
	while (capture_read(c, packets, BATCH) > 0)
		;
	*out = c->summary;
	capture_close(c);
	return 0;
}
