/*
 * Opening a part, for the roles that hold a key to it.  It is opened as it
 * comes out of the store; it is never whole in sealed form.
 */
#include "daemon/desk/item.h"
#include "lib/buf.h"
#include "lib/err.h"

static int
add_plain(void *ctx, const void *bytes, size_t len, struct err *e)
{
	if (buf_add(ctx, bytes, len) == 0)
		return 0;
	err_set(e, ERR_INPUT, "a part is larger than it may be");
	return -1;
}

static int
add_sealed(void *ctx, const void *bytes, size_t len, struct err *e)
{
	return open_stream_add(ctx, bytes, len, e);
}

int
item_open(struct desk *d, const struct secret *key,
    const unsigned char item[SEAL_ID], uint32_t part, struct buf *out,
    unsigned char hash[SEAL_HASH], struct err *e)
{
	struct open_stream *stream;
	int result = -1;

	stream = open_stream_new(key, item, part, add_plain, out, e);
	if (stream != NULL && item_get(d, NULL, item, part, add_sealed,
	    stream, e) == 0 && open_stream_end(stream, hash, e) == 0)
		result = 0;
	open_stream_free(stream);
	return result;
}
