#ifndef TEDUH_STRAND_KIT_H
#define TEDUH_STRAND_KIT_H

#include "daemon/desk/deposit_form.h"
#include "daemon/desk/strand.h"
#include "lib/letter.h"
#include "tests/unit/desk_kit.h"

/*
 * Letters by form and answers to them over the service of desk_kit.h, all of
 * them really sealed and signed.
 */

/*
 * Setup and teardown of a test: the service of desk_kit.h, and in it one
 * letter by form, "please help me" of kit_own_bytes.
 */
extern const unsigned char kit_own_bytes[RETURN_CODE_FORM];
extern struct form_letter kit_own;
int	kit_strand_begin(void **state);
int	kit_strand_end(void **state);
/* What its code opens; free it. */
struct strand *kit_opened(void);

/* By desk youth, of these bytes; what became of it, free its code. */
struct form_letter kit_form(const unsigned char random[RETURN_CODE_FORM],
	    const char *text);

/* An answer; what is not set is as it should be. */
struct kit_answer {
	const char		*text;
	const struct identity	*by;		/* anna */
	const struct identity	*approver;	/* maria */
	const char		*author;	/* "anna" */
	const char		*document_case;	/* the case */
	int64_t			 seen;		/* 1 */
	int			 unapproved;	/* no approval is stored */
	const char		*file;		/* bytes of one, or NULL */
	/* Filled. */
	unsigned char		 item[SEAL_ID];
	unsigned char		 sealed[SEAL_HASH];
	int64_t			 draft;
};
/* Submitted: it waits for the second signature. */
void	kit_submit(const char *case_id, struct kit_answer *);
/* Approved: it waits for post. */
void	kit_approve(const char *case_id, struct kit_answer *);
/* Published by post, at once. */
void	kit_publish(const char *case_id, const struct kit_answer *);
/* All three. */
void	kit_answered(const char *case_id, struct kit_answer *);

#endif
