/*
 * Reading a byte and checking its bound are one act. A failed read yields 0, empties the cursor and sets
 * short_read: nothing later can read past it. Read a whole header, then ask cur_ok once, then believe it. A
 * declared length becomes a child cursor (cur_sub) or a trim, never pointer arithmetic. Every loop over a cursor
 * has a cap *and* stops when not ok.
 */
#ifndef BASE_CURSOR_H
#define BASE_CURSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct cursor {
	const uint8_t *p;
	const uint8_t *end;
	bool short_read;
};

/* BYTES may be NULL: an empty cursor. */
static inline struct cursor cur_make(const uint8_t *bytes, size_t length)
{
	/* Never hold NULL: taking 0 bytes must give a pointer, and arithmetic on NULL is undefined. */
	static const uint8_t nothing[1];

	if (!bytes)
		return (struct cursor){.p = nothing, .end = nothing, .short_read = false};
	return (struct cursor){.p = bytes, .end = bytes + length, .short_read = false};
}

static inline size_t cur_left(const struct cursor *c)
{
	return (size_t)(c->end - c->p);
}

static inline bool cur_ok(const struct cursor *c)
{
	return !c->short_read;
}

/* N bytes and past them; NULL when there are fewer. */
static inline const uint8_t *cur_take(struct cursor *c, size_t n)
{
	const uint8_t *p = c->p;

	if (n > cur_left(c)) {
		c->short_read = true;
		c->p = c->end;
		return NULL;
	}
	c->p += n;
	return p;
}

static inline void cur_skip(struct cursor *c, size_t n)
{
	(void)cur_take(c, n);
}

static inline uint8_t cur_u8(struct cursor *c)
{
	const uint8_t *p = cur_take(c, 1);

	return p ? p[0] : 0;
}

static inline uint16_t cur_be16(struct cursor *c)
{
	const uint8_t *p = cur_take(c, 2);

	if (!p)
		return 0;
	return (uint16_t)((p[0] << 8) | p[1]);
}

static inline uint32_t cur_be24(struct cursor *c)
{
	const uint8_t *p = cur_take(c, 3);

	return p ? ((uint32_t)p[0] << 16) | ((uint32_t)p[1] << 8) | p[2] : 0;
}

static inline uint32_t cur_be32(struct cursor *c)
{
	const uint8_t *p = cur_take(c, 4);

	return p ? ((uint32_t)p[0] << 24) | ((uint32_t)p[1] << 16) | ((uint32_t)p[2] << 8) | p[3] : 0;
}

static inline uint64_t cur_be64(struct cursor *c)
{
	uint64_t high = cur_be32(c);

	return (high << 32) | cur_be32(c);
}

static inline uint16_t cur_le16(struct cursor *c)
{
	const uint8_t *p = cur_take(c, 2);

	if (!p)
		return 0;
	return (uint16_t)((p[1] << 8) | p[0]);
}

static inline uint32_t cur_le32(struct cursor *c)
{
	const uint8_t *p = cur_take(c, 4);

	return p ? ((uint32_t)p[3] << 24) | ((uint32_t)p[2] << 16) | ((uint32_t)p[1] << 8) | p[0] : 0;
}

/* Copies N bytes out; zeroes OUT when there are fewer. */
static inline void cur_copy(struct cursor *c, void *out, size_t n)
{
	const uint8_t *p = cur_take(c, n);

	if (p)
		memcpy(out, p, n);
	else
		memset(out, 0, n);
}

/* A child over the next N bytes, the parent past them. Too few: an empty child, both short. */
static inline struct cursor cur_sub(struct cursor *c, size_t n)
{
	const uint8_t *p = cur_take(c, n);

	if (!p)
		return (struct cursor){.p = c->end, .end = c->end, .short_read = true};
	return cur_make(p, n);
}

/* Drops what lies behind the next N bytes (Ethernet padding, trailers). Longer than what is left: no change. */
static inline void cur_trim(struct cursor *c, size_t n)
{
	if (n < cur_left(c))
		c->end = c->p + n;
}

/* The byte at OFFSET from here without moving; 0 when it is not there (does not set short_read). */
static inline uint8_t cur_peek(const struct cursor *c, size_t offset)
{
	return offset < cur_left(c) ? c->p[offset] : 0;
}

#endif
