#ifndef TEDUH_STRAND_H
#define TEDUH_STRAND_H

#include <stddef.h>
#include <stdint.h>

#include "lib/roster.h"
#include "lib/wire.h"

struct buf;
struct desk;
struct err;
struct return_code;

/*
 * What a return code opens: the letters of one person and the answers to
 * them, and how far the next answer is.  Opened by role web within the
 * request that carries the code, and freed, which is wiped, before its end.
 *
 * Nothing is believed but what is signed.  The row that the locator names
 * must have the key that the code leads to, and role web must have signed
 * that key in a deposit of this person.  Own letters are those of the case's
 * signed deposits.  An answer is shown when role post has signed that it may
 * be (lib/publication.h) and the signatures hold that post asked for when it
 * did (letter_check.h): who wrote it may have left since, and it stays.
 * What fails is not shown; it is counted in `refused`.
 */
#define STRAND_ITEMS_MAX	200

/*
 * How far the answer to the person's newest letter is.  It only rises; a new
 * letter begins anew.
 *
 *   received   nobody of the staff has had the case in hand since
 *   reading    somebody has claimed it, or claimed, passed, handed, tagged,
 *              linked or closed it after that letter
 *   coming     an answer written after that letter waits for its review, for
 *              its time or for what keeps it back
 *   answered   an answer is shown that is newer, or went by mail
 */
enum strand_status { STRAND_RECEIVED, STRAND_READING, STRAND_COMING,
    STRAND_ANSWERED };

struct strand_file {
	char		*name, *type;
	size_t		 size;
	uint32_t	 part;
	unsigned char	 hash[SEAL_HASH];	/* of what was signed */
};

struct strand_item {
	int		 ours;		/* an answer; 0: a letter of theirs */
	int64_t		 at;		/* came; was shown first */
	char		*text;		/* UTF-8; a long mail's first 64 KiB */
	struct strand_file *files;
	size_t		 nfiles;
	int64_t		 seq;
	unsigned char	 id[SEAL_ID];
};

struct strand {
	char		 case_id[CASE_ID_LEN + 1];
	int64_t		 participant;
	char		 desk[ROSTER_NAME_MAX + 1];
	char		 mode[16];	/* pickup, notice, mail: as signed */
	enum strand_status status;
	int64_t		 due;		/* Unix seconds; 0: nothing is */
	int64_t		 erased_until;	/* 0: nobody asked for it; else no
					   items are here (erase.h) */
	int		 erase_own;	/* they asked, and may take it back */
	int		 erase_kept;	/* a supervisor keeps it meanwhile */
	struct strand_item *items;	/* oldest first */
	size_t		 nitems;
	size_t		 older;		/* so many before them are not here, */
	int64_t		 oldest;	/* to be had as those before this */
	/* To be logged by the role, without content: how many items failed
	   a check, and the word of the last ("publication", "author", ...). */
	size_t		 refused;
	const char	*why;
	struct secret	*seeker;	/* X25519, the secret half ... */
	unsigned char	 key[SEAL_KEY];	/* ... and the public one */
	/* What a further letter of theirs says again (deposit_form.h). */
	int64_t		 epoch;
	unsigned char	 case_key[SEAL_KEY];
	unsigned char	 address[SEAL_HASH], check[SEAL_HASH];
};

/*
 * 1 and *strand, free it with strand_free(): of this desk, or of one to
 * which it gave the case.  0: nothing of them is under the code: an unknown
 * locator, a wrong number, an erased case, all after the same work, or the
 * right code of another desk, after one look more.  -1 with ERR_DENIED what
 * was signed of the case does not hold, ERR_RETRY, ERR_IO.  Not in a
 * transaction; one of its own is made when the status has risen.
 */
int	strand_open(struct desk *, const char *desk_name,
	    const struct return_code *, struct strand **, struct err *);
/*
 * The same with the items before that seq, for whoever turns pages. What it
 * says of the status is not that of the newest page, and is not remembered.
 */
int	strand_open_before(struct desk *, const char *desk_name,
	    const struct return_code *, int64_t before, struct strand **,
	    struct err *);
void	strand_free(struct strand *);	/* NULL is fine */

/*
 * Append a file's bytes (items[item].files[file]) to out, which must have
 * room for its size. 0; -1 with ERR_DENIED it is not the one that was signed.
 */
int	strand_fetch(struct desk *, const struct strand *, size_t item,
	    size_t file, struct buf *out, struct err *);

#endif
