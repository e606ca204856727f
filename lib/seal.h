#ifndef TEDUH_SEAL_H
#define TEDUH_SEAL_H

#include <stddef.h>
#include <stdint.h>

#include "lib/secret.h"

struct err;
struct buf;

/*
 * Sealing: everything Teduh does with libsodium, but signatures and the
 * person's key file.  doc/security.md carries the argument, doc/protocol.md
 * the bytes.  Public values are plain arrays; every secret is a
 * `struct secret` (secret.h), in locked, guarded memory.
 */
#define SEAL_KEY	32	/* any key, public or secret */
#define SEAL_HASH	32	/* BLAKE2b-256 */
#define SEAL_ID		16	/* a random item id */

/* Call once, first. 0, or -1 with *e when the library cannot start. */
int		 seal_init(struct err *);

void		 seal_random(void *, size_t len);
uint32_t	 seal_random_below(uint32_t bound);
void		 seal_wipe(void *, size_t len);
/* 1 when equal; takes the same time wherever they differ. */
int		 seal_equal(const void *, const void *, size_t len);

/*
 * Sub-key `number` of a 32-byte key for a purpose (crypto_kdf; `context` is
 * exactly 8 characters). Never NULL.
 */
struct secret	*seal_derive(const struct secret *key, uint64_t number,
		    const char context[8]);

/*
 * BLAKE2b-256 over  purpose NUL bytes,  unkeyed or keyed.  Nothing personal
 * is ever hashed without a key.
 */
void	seal_hash(unsigned char out[SEAL_HASH], const char *purpose,
	    const void *, size_t len);
void	seal_hash_keyed(unsigned char out[SEAL_HASH],
	    const struct secret *key, const char *purpose,
	    const void *, size_t len);
/*
 * seal_hash_keyed() over bytes that come piece by piece; end frees, out may be
 * NULL.
 */
struct seal_hashing;
struct seal_hashing *seal_hashing_new(const struct secret *key,
	    const char *purpose);
void	seal_hashing_add(struct seal_hashing *, const void *, size_t len);
void	seal_hashing_end(struct seal_hashing *, unsigned char out[SEAL_HASH]);

/* X25519. */
struct secret	*seal_pair_new(unsigned char pub[SEAL_KEY]);
struct secret	*seal_pair_from_seed(const struct secret *seed32,
		    unsigned char pub[SEAL_KEY]);
void		 seal_pair_public(const struct secret *,
		    unsigned char pub[SEAL_KEY]);

/*
 * Boxes: small things sealed to one X25519 public key: grants, case and team
 * secrets, an invitation.  purpose and context (UTF-8, without NUL) and the
 * recipient are inside the box and compared after opening, because a box
 * says nothing about who made it or where it belongs.
 *
 * A sealer shares one ephemeral key between the boxes of one commit to one
 * recipient; it is wiped when freed.
 *
 *   box = ephemeral public (32) | nonce (24) | crypto_box( purpose NUL
 *         context NUL recipient public (32) plain )
 */
struct sealer;

struct sealer	*sealer_new(const unsigned char recipient[SEAL_KEY],
		    struct err *);
void		 sealer_free(struct sealer *);
/* Append the box to *out. 0, or -1 with *e (out is full). */
int		 sealer_seal(struct sealer *, const char *purpose,
		    const char *context, const void *plain, size_t len,
		    struct buf *out, struct err *);
/* A sealer for a single box. */
int		 seal_box(const unsigned char recipient[SEAL_KEY],
		    const char *purpose, const char *context,
		    const void *plain, size_t len, struct buf *out,
		    struct err *);
/*
 * The plain bytes, to be freed with secret_free(), or NULL: ERR_DENIED when
 * it is not for this key, this purpose or this context, or was changed.
 */
struct secret	*seal_box_open(const struct secret *key, const char *purpose,
		    const char *context, const void *box, size_t len,
		    struct err *);

/*
 * Parts: the long things.  An item has a content key and, for a letter that
 * came in, a key of its own for the raw bytes; each part is a
 * crypto_secretstream under its sub-key.
 *
 *   part = header (24) | chunk | chunk | ...
 *   chunk = at most 64 KiB of padded plain bytes + 17
 *   sub-key = seal_derive(item key, part number, "teduhprt")
 *   associated data of every chunk = "teduh/part/v1" NUL item id (16)
 *                                    part number (4, big endian)
 *
 * The plain bytes are followed by 0x80 and zeros up to the next size of
 * seal_padded(), so that the store shows sizes only in steps.  The last
 * chunk carries TAG_FINAL; a part that ends without it does not open.
 */
#define SEAL_CHUNK_PLAIN	65536
#define SEAL_CHUNK		(SEAL_CHUNK_PLAIN + 17)
#define SEAL_PART_HEADER	24

enum seal_part {
	PART_VIEW = 0,		/* a letter as read, or a staff document */
	PART_RAW = 1,		/* the bytes as they came; own key */
	PART_FACE = 2,		/* what the queue shows */
	PART_PARTY = 3,		/* name and exact address of who wrote */
	PART_ATTACHMENT = 16	/* 16 + n, n from 0 */
};

/* Bytes that n plain bytes occupy before sealing (padding included). */
uint64_t	 seal_padded(uint64_t n);

/*
 * Receives the part piece by piece, in order: when sealing the header, then
 * one call per chunk. 0 to go on, -1 with *e.
 */
typedef int	 seal_sink(void *ctx, const void *, size_t len, struct err *);

struct seal_stream;

struct seal_stream *seal_stream_new(const struct secret *item_key,
		    const unsigned char item[SEAL_ID], uint32_t part,
		    seal_sink *, void *ctx, struct err *);
int		 seal_stream_add(struct seal_stream *, const void *, size_t,
		    struct err *);
/* Pads, writes the final chunk; hash = seal_part_hash() of the whole part. */
int		 seal_stream_end(struct seal_stream *,
		    unsigned char hash[SEAL_HASH], struct err *);
void		 seal_stream_free(struct seal_stream *);

/* Opens what seal_stream wrote; sealed bytes may come in any pieces. */
struct open_stream;

struct open_stream *open_stream_new(const struct secret *item_key,
		    const unsigned char item[SEAL_ID], uint32_t part,
		    seal_sink *, void *ctx, struct err *);
int		 open_stream_add(struct open_stream *, const void *, size_t,
		    struct err *);
/*
 * -1 with ERR_DENIED when the part is not complete or was changed. hash (may
 * be NULL) receives seal_part_hash() of them, to be compared with what was
 * signed. Nothing that was handed to the sink counts before this is 0.
 */
int		 open_stream_end(struct open_stream *,
		    unsigned char hash[SEAL_HASH], struct err *);
void		 open_stream_free(struct open_stream *);

/* Whole parts in memory, over the streams above. */
int		 seal_part_bytes(const struct secret *item_key,
		    const unsigned char item[SEAL_ID], uint32_t part,
		    const void *plain, size_t len, struct buf *out,
		    unsigned char hash[SEAL_HASH], struct err *);
int		 open_part_bytes(const struct secret *item_key,
		    const unsigned char item[SEAL_ID], uint32_t part,
		    const void *sealed, size_t len, struct buf *out,
		    unsigned char hash[SEAL_HASH], struct err *);

/*
 * The hash that seal_stream_end() gives, over sealed bytes at hand:
 * seal_hash() with the purpose "teduh/part/v1".
 */
void		 seal_part_hash(unsigned char hash[SEAL_HASH],
		    const void *sealed, size_t len);
/* The same piece by piece, for parts that are longer than memory. */
struct part_hash;

struct part_hash *part_hash_new(void);
void		 part_hash_add(struct part_hash *, const void *, size_t);
/* Gives the hash and frees. */
void		 part_hash_end(struct part_hash *,
		    unsigned char hash[SEAL_HASH]);

/* No core, not dumpable: for programs that hold secrets, after exec. */
int		 seal_harden_process(struct err *);

#endif
