/*
 * Bounded buffers, and the allocator that ends the process when memory is
 * out: roles are crash-only, an open transaction rolls back, the keeper
 * starts them again.
 *
 * Invariant: len <= room <= max and bytes[len] == 0.  Limits are compared by
 * subtraction, which cannot wrap, never by sums.
 */
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/buf.h"

#define FIRST_ROOM	256

void
mem_out(void)
{
	abort();
}

void *
mem_alloc(size_t n)
{
	void *p;

	if ((p = calloc(1, n == 0 ? 1 : n)) == NULL)
		mem_out();
	return p;
}

void *
mem_dup(const void *bytes, size_t n)
{
	char *p = mem_alloc(n + 1);

	if (n > 0)
		memcpy(p, bytes, n);
	return p;
}

char *
mem_strdup(const char *s)
{
	return mem_dup(s, strlen(s));
}

void
buf_init(struct buf *b, size_t max)
{
	b->len = 0;
	b->max = max;
	b->room = max < FIRST_ROOM ? max : FIRST_ROOM;
	b->bytes = mem_alloc(b->room + 1);
}

void
buf_free(struct buf *b)
{
	if (b->bytes != NULL) {
		sodium_memzero(b->bytes, b->room + 1);
		free(b->bytes);
	}
	memset(b, 0, sizeof(*b));
}

void
buf_clear(struct buf *b)
{
	if (b->bytes != NULL)
		sodium_memzero(b->bytes, b->len);
	b->len = 0;
}

/* Move to a larger block; the old one is wiped, for letters pass here. */
static void
grow(struct buf *b, size_t need)
{
	size_t room = b->room;
	char *bytes;

	while (room < need)
		room = room > b->max / 2 ? b->max : room * 2;
	bytes = mem_alloc(room + 1);
	memcpy(bytes, b->bytes, b->len);
	sodium_memzero(b->bytes, b->room + 1);
	free(b->bytes);
	b->bytes = bytes;
	b->room = room;
}

int
buf_add(struct buf *b, const void *bytes, size_t n)
{
	if (n == 0)
		return 0;
	if (n > b->max - b->len)
		return -1;
	if (n > b->room - b->len)
		grow(b, b->len + n);
	memcpy(b->bytes + b->len, bytes, n);
	b->len += n;
	b->bytes[b->len] = '\0';
	return 0;
}

int
buf_adds(struct buf *b, const char *s)
{
	return buf_add(b, s, strlen(s));
}

int
buf_addc(struct buf *b, char c)
{
	return buf_add(b, &c, 1);
}

int
buf_addf(struct buf *b, const char *format, ...)
{
	va_list ap, again;
	int n;

	va_start(ap, format);
	va_copy(again, ap);
	n = vsnprintf(NULL, 0, format, ap);
	va_end(ap);
	if (n < 0 || (size_t)n > b->max - b->len) {
		va_end(again);
		return -1;
	}
	if ((size_t)n > b->room - b->len)
		grow(b, b->len + (size_t)n);
	(void)vsnprintf(b->bytes + b->len, (size_t)n + 1, format, again);
	va_end(again);
	b->len += (size_t)n;
	return 0;
}

char *
buf_take(struct buf *b, size_t *len)
{
	char *bytes = b->bytes;

	if (len != NULL)
		*len = b->len;
	memset(b, 0, sizeof(*b));
	return bytes;
}
