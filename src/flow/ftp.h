/*
 * Private to flow/: FTP control connections and what they announce. ftp.c reads the control's lines,
 * ftp_line.c their words, child.c finds the connections that were announced.
 */
#ifndef FLOW_FTP_H
#define FLOW_FTP_H

#include "table.h"

enum {
	FTP_LINE_MAX = 256,
	FTP_PAIR_HEADS = 1 << 10,
	FTP_PORT = 21,
	FTP_DATA_PORT = 20,
	SECONDS_EXPECTED = 300
};

/* One direction of a control connection: a line that may come in pieces. */
struct ftp_stream {
	char line[FTP_LINE_MAX];
	uint16_t length;
	uint16_t reply_lines; /* code of a reply of several lines that has not ended; 0: none */
	bool skipping;        /* until the end of a line that is too long, or whose begin was not seen */
	bool has_next;
	uint32_t next; /* the number that follows what was read */
};

struct ftp_control {
	struct flow_end end[2];
	struct ftp_stream stream[2];
	uint32_t next, previous; /* controls of the same hash of hosts, number + 1 */
	uint8_t server;          /* side */
	bool unreadable;         /* TLS, cut, or taken up in its middle: what it announces may be missed */
	bool encrypted;
	bool asked;    /* the client asked where to connect to, and no reply to that was seen */
	bool unproven; /* the greeting came in pieces, and has not ended */
	bool refuted;  /* it was none */
};

struct ftp_expected {
	struct fifo_link link;
	struct flow_end listener; /* the end that was announced */
	struct flow_end opener;   /* the host that will connect to it */
	uint16_t parent;
	uint8_t confidence;
};

struct ftp {
	struct flow_pool controls;
	uint32_t control_count, control_max;
	uint32_t pair_heads[FTP_PAIR_HEADS];
	struct fifo expected;
};

/* What a line announces. */
struct ftp_word {
	enum { FTP_NOTHING, FTP_LISTENS, FTP_ENCRYPTS, FTP_ASKS, FTP_REFUSES } kind;
	struct addr address; /* family none: the announcer's own */
	uint16_t port;
};

/* LINE of LENGTH bytes without its end, from the client or the server. */
struct ftp_word ftp_read_command(const char *line, size_t length);
struct ftp_word ftp_read_reply(const char *line, size_t length);

/* The controls of the hosts of A and B begin here. */
uint32_t *ftp_pair_head(const struct flow_table *table, const struct flow_end *a, const struct flow_end *b);
/* Side SIDE of control connection E announced that it listens at WORD. */
void ftp_announce(struct flow_table *table, struct flow_entry *e, const struct ftp_word *word, unsigned side,
		  const struct keyed_packet *p);

#endif
