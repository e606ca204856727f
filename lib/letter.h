#ifndef TEDUH_LETTER_H
#define TEDUH_LETTER_H

#include <stddef.h>
#include <stdint.h>

#include "lib/letter_read.h"
#include "lib/roster.h"
#include "lib/seal.h"
#include "lib/wire.h"

struct err;

/*
 * The letter document: the exact bytes that author and approver sign and
 * that post renders.  Made by the CLI at submit, opaque from then on.
 *
 *   {"v":1,"case":ID,"draft":N,"revision":N,"desk":NAME,"author":NAME,
 *    "participant":N,"to":ADDRESS|null,"mode":"mail","subject":TEXT,
 *    "body":TEXT,
 *    "attachments":[{"name":TEXT,"type":TEXT,"size":N,"hash":HEX}],
 *    "message_id":"<...>","reply_token":TEXT,"in_reply_to":"<...>"|null,
 *    "references":["<...>"],"crisis":BOOL,"not_before":N,"expires":N,
 *    "last_read":[{"case":ID,"deposit":HEX}],"opening":N,
 *    "former":[NAME]}
 *
 * opening (may be absent: 0) is how many bytes of the body the desk's own
 * first line takes, its empty line included: words of nobody, for the eyes
 * that see a preview.
 * former (absent when it is empty) are those who wrote the draft before its
 * author took it over; none of them may be the approver.
 * to is null exactly when mode is "pickup" (no address is known).
 * Attachment k (from 0) is part PART_ATTACHMENT + k of the same item; hash
 * is seal_hash("teduh/attachment/v1") of its plain bytes.
 */
#define LETTER_MAX		(256 * 1024)	/* bytes of the document */
#define LETTER_BODY_MAX		(64 * 1024)
#define LETTER_SUBJECT_MAX	200		/* bytes */
#define LETTER_ATTACHMENTS_MAX	10
#define LETTER_REFERENCES_MAX	20
#define LETTER_ID_MAX		255		/* bytes, angles included */
#define LETTER_EXPIRES_S	(14 * 86400)	/* default life of a letter */
#define LETTER_FORMER_MAX	8
#define LETTER_ATTACHMENT_HASH	"teduh/attachment/v1"

struct letter_attachment {
	char		*name;
	char		*type;
	int64_t		 size;
	unsigned char	 hash[SEAL_HASH];
};

/* Strings are owned; "" never stands for absent, NULL does. */
struct letter {
	char		 case_id[CASE_ID_LEN + 1];
	int64_t		 draft, revision;
	char		 desk[ROSTER_NAME_MAX + 1];
	char		 author[ROSTER_NAME_MAX + 1];
	int64_t		 participant;
	char		*to;		/* NULL when mode is "pickup" */
	char		 mode[16];
	char		*subject, *body;
	struct letter_attachment attachments[LETTER_ATTACHMENTS_MAX];
	size_t		 nattachments;
	char		*message_id, *reply_token, *in_reply_to;
	char		*references[LETTER_REFERENCES_MAX];
	size_t		 nreferences;
	int		 crisis;
	int64_t		 not_before, expires;
	struct letter_read last_read[LETTER_LAST_READ_MAX];
	size_t		 nlast_read;
	int64_t		 opening;	/* bytes of body, or 0 */
	char		 former[LETTER_FORMER_MAX][ROSTER_NAME_MAX + 1];
	size_t		 nformer;
};

void	 letter_init(struct letter *);
void	 letter_free(struct letter *);
/*
 * Checks every field (address, sizes, header-safe text), then prints. The
 * caller frees; NULL with ERR_INPUT.
 */
char	*letter_print(const struct letter *, size_t *len, struct err *);
/*
 * Strict: unknown members, wrong types, unsafe text are ERR_INPUT. The struct
 * is initialised by the call; there is nothing to free after -1.
 */
int	 letter_parse(struct letter *, const void *, size_t, struct err *);

/* 1 if this person wrote it before its author did. */
int	 letter_is_former(const struct letter *, const char *name);
/*
 * 1 if it may stand in In-Reply-To and References: <...> of printable ASCII
 * without spaces or further angles, at most LETTER_ID_MAX bytes.  Those of
 * strangers' mail are asked first; a letter with a bad one is refused.
 */
int	 letter_id_valid(const char *);
/*
 * A name as text_file_name() leaves it, at most that long; a type of two
 * tokens that is not multipart/ or message/ (base64 is not allowed there).
 */
int	 letter_attachment_check(const struct letter_attachment *,
	    struct err *);

/* 128 random bits @ domain, with angle brackets; the caller frees. */
char	*letter_message_id_new(const char *domain);
/* 80 random bits, 16 Crockford characters in lower case. */
char	*letter_token_new(void);

/*
 * A draft as the counsellor is writing it (part PART_VIEW of a draft item),
 * signed with PURPOSE_DRAFT:
 *   {"v":1,"case":ID,"participant":N,"author":NAME,"subject":TEXT|null,
 *    "body":TEXT,"attachments":[{name,type,size,hash}],"at":N}
 * and a note (PURPOSE_NOTE), also the reason of a return:
 *   {"v":1,"case":ID,"author":NAME,"text":TEXT,"draft":N|null,"at":N}
 * Both are plain JSON objects that the CLI prints and parses with wire.h.
 */

#endif
