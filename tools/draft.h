#ifndef TEDUH_TOOLS_DRAFT_H
#define TEDUH_TOOLS_DRAFT_H

#include <jansson.h>
#include <stdint.h>

#include "lib/letter.h"
#include "tools/casefile.h"
#include "tools/session.h"

/*
 * What a counsellor writes: the draft, and how documents of staff are sealed,
 * uploaded and signed.
 */
#define DRAFT_FILES_MAX	(25 * 1024 * 1024)	/* bytes together */

struct draft_file {
	struct letter_attachment about;
	char		*bytes;		/* owned */
};

struct draft {
	int64_t		 no, revision;	/* 0: not saved yet */
	int64_t		 participant;
	char		*subject;	/* owned; NULL: the desk's */
	char		*body;		/* owned */
	struct draft_file files[LETTER_ATTACHMENTS_MAX];
	size_t		 nfiles;
};

void	draft_init(struct draft *);
void	draft_free(struct draft *);

/* Read a file from the disk as the next attachment. */
int	draft_attach(struct draft *, const char *path, struct err *);
/*
 * The draft with this number, verified, with its attachments (in bytes only
 * when files is true). d is initialised by the call; free it in any case.
 */
int	draft_read(struct casefile *, int64_t no, int files, struct draft *,
	    struct err *);

/*
 * The fence of the own claim on the case, as it was read; JSON null when
 * there is none.
 */
json_t	*draft_fence(const struct session *, const struct casefile *);
/*
 * Save: seal, upload, sign. The DRAFT that the service now has, or NULL, also
 * when a colleague had the case since fence was the own one.
 */
json_t	*draft_save(struct session *, struct casefile *,
	    const struct draft *, json_t *fence, struct err *);
/*
 * The letter that was made of this DRAFT: the item, and what stands in it,
 * verified and the draft's own. -1 with ERR_DENIED when it is not. The letter
 * is initialised by the caller, who frees it in any case.
 */
int	draft_letter(struct casefile *, const json_t *draft, int64_t no,
	    struct casefile_item **, struct letter *, struct err *);
/* Make the letter of a saved draft and submit it. The DRAFT, or NULL. */
json_t	*draft_submit(struct session *, struct casefile *, int64_t no,
	    struct err *);
/* The same as a crisis letter, which leaves at once; why goes with it. */
json_t	*draft_crisis(struct session *, struct casefile *, int64_t no,
	    const char *why, struct err *);

/*
 * To whom a letter to this participant (of *l) goes, as roles signed it: mode
 * and address, which stays NULL where the mode wants none; and the thread of
 * the newest letter that came from there. 0 or -1.
 */
int	draft_address(struct casefile *, struct letter *, struct err *);
int	draft_thread(struct casefile *, struct letter *, struct err *);
/* -1 when it would go to ourselves: from is the desk's address. */
int	draft_not_ours(const struct casefile *, const struct letter *,
	    const char *from, struct err *);

/*
 * A staff document as a new item: its parts are uploaded, and {item,
 * signature, grant} is what the service wants to hear of it.
 */
struct draft_document {
	const char		*purpose;
	const char		*bytes;
	size_t			 len;
	const struct draft_file	*files;
	size_t			 nfiles;
	unsigned char		 item[SEAL_ID];	/* filled */
	struct secret		*key;		/* filled; the caller frees */
};
json_t	*draft_upload(struct session *, const struct casefile *,
	    struct draft_document *, struct err *);
/* The item's key for the postman alone, as base64. NULL with *e. */
json_t	*draft_postman(struct session *, const struct casefile *,
	    const unsigned char item[SEAL_ID], const struct secret *key,
	    struct err *);
/*
 * The same for whoever has the participant's return code, {key, box}; JSON
 * null when there is none. NULL with *e.
 */
json_t	*draft_seeker(const struct casefile *, int64_t participant,
	    const unsigned char item[SEAL_ID], const struct secret *key,
	    struct err *);
/*
 * The mail that tells a participant of reply mode `notice` of an answer
 * (tools/care.h); JSON null for any other. NULL with *e.
 */
json_t	*draft_notice(struct session *, struct casefile *,
	    int64_t participant, struct err *);
#endif
