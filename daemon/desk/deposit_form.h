#ifndef TEDUH_DEPOSIT_FORM_H
#define TEDUH_DEPOSIT_FORM_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/return_code.h"
#include "lib/wire.h"

struct arrival;
struct desk;
struct err;
struct strand;

/*
 * Taking letters that came by form.  Each opens a case whose participant has
 * no address: what we answer is fetched with the return code, which is made
 * here of the form's random bytes.  So the same form, sent again to whichever
 * process, finds the first letter and the same code.
 *
 * Who has opened a strand with its code writes on in that case, as a mail
 * with a reply token does: it waits again, also when it was closed, and an
 * answer that was written before is stale.  How the person is reached stays
 * as it was signed last.
 *
 * The letter is granted to the case and to the seeker's key, which stands in
 * the deposit that the role signs.  A form has no row in the ledger and no
 * acknowledgement.  The raw bytes have no From; that is nothing suspect here.
 */
#define FORM_PARTICIPANT 1	/* who wrote it, in a new case */
#define FORM_BATCH	32	/* letters of one transaction at most */

/*
 * struct arrival's `form`; everything stays the caller's.  answers: what was
 * ticked and typed beside the text, and becomes the view's member "form":
 *
 *   {"age_group":TEXT,"gender":TEXT,"areas":[TEXT,...],
 *    "questions":[{"name":WORD,"question":TEXT,"answer":TEXT},...],
 *    "notice":TEXT,"language":TEXT}
 *
 * each of them optional.  Texts are in the words that staff read: an area as
 * the desk's configuration names it, a question as it was asked, behind the
 * word for it in the configuration.  notice: the
 * version of the five sentences that stood on the page; language: the page's.
 */
struct arrival_form {
	const char	*desk;		/* a desk of the configuration */
	const unsigned char *random;	/* RETURN_CODE_FORM bytes */
	const char	*flags;		/* "", "tray" or "tray suspect" */
	const json_t	*answers;	/* an object */
	const char	*language;	/* the page's */
	/* Written into this strand of the desk; flags count for nothing then,
	   the code says who it is.  NULL: a new case. */
	const struct strand *strand;
};

/*
 * Seal a letter; nothing is in the store after it but perhaps chunks without
 * a head.  arrival: raw, len, reading (unreadable and NULL allowed) and form
 * are looked at, and not needed any more afterwards.  NULL with ERR_GONE (no
 * such desk, or it has no team key yet), ERR_RETRY, ERR_IO.  Ask
 * deposit_form_find() first; it costs less.
 */
struct deposit_form;
struct deposit_form *deposit_form_new(struct desk *, const struct arrival *,
	    struct err *);
void	 deposit_form_free(struct deposit_form *);	/* NULL is fine */

/*
 * C1 of n letters, 1 to FORM_BATCH, in one transaction.  0: all is durable
 * and each has its result.  -1 with ERR_RETRY (busy, disk full), ERR_IO:
 * nothing of any is stored, and what was sealed is spent: free them, and let
 * the people press once more.
 */
enum form_result {
	FORM_STORED,
	FORM_SAME,	/* it was here: case, code and due are the first's */
	FORM_AGAIN	/* not stored, somebody took its locator just now, or
			   the case got another key or the person another
			   address: make a new one of the same arrival, of a
			   strand opened anew */
};
int	 deposit_forms_commit(struct desk *, struct deposit_form **, size_t n,
	    struct err *);

/* What became of it; valid after the commit, owned by the form. */
struct form_letter {
	enum form_result	 result;
	char			 case_id[CASE_ID_LEN + 1];
	struct return_code	 code;	/* empty: it is in a strand */
	int64_t			 due;	/* Unix seconds; 0: nothing is */
	int			 by_link;	/* it came by mail (once.h) */
};
const struct form_letter *deposit_form_letter(const struct deposit_form *);

/*
 * The letter that this form became before: 1 and *letter filled (result
 * FORM_SAME), free its code with return_code_free(); 0 there is none; -1.
 */
int	 deposit_form_find(struct desk *,
	    const unsigned char random[RETURN_CODE_FORM],
	    struct form_letter *letter, struct err *);
/*
 * The same of a form by which somebody writes in a strand.  A form's bytes
 * are good for one letter in each strand, and for one that begins a case.
 */
int	 deposit_form_find_again(struct desk *, const struct strand *,
	    const unsigned char random[RETURN_CODE_FORM],
	    struct form_letter *letter, struct err *);

#endif
