#ifndef TEDUH_AUTOMATIC_H
#define TEDUH_AUTOMATIC_H

#include <stddef.h>
#include <stdint.h>

#include "daemon/desk/alarm.h"
#include "lib/addressed.h"
#include "lib/letter.h"
#include "lib/roster.h"
#include "lib/seal.h"
#include "lib/signature.h"
#include "lib/wire.h"

struct desk;
struct err;

/*
 * Automatic mail: a closed list of templates, and rows in which a role (or a
 * member of staff) asks for one.  There is no free text and no word of a
 * letter: a statement is these lines, in this order, LF behind each, signed
 * with PURPOSE_AUTOMATIC by whom the list names.
 *
 *   template=alarm  language=LANG  recipient=N  id=HEX32  at=SECONDS
 *   news=begins|stands|ends  kind=KIND  subject=WORD  detail=WORD
 *   since=SECONDS                                            clock
 *   template=acknowledgement  language=LANG  desk=NAME  id=HEX32
 *   at=SECONDS  case=ID  participant=N  item=HEX32  form=full|neutral
 *   due=SECONDS  address=HEX64                               intake
 *   template=staff  language=LANG  desk=NAME  id=HEX32  at=SECONDS
 *   person=NAME  news=returned|stale|wrote|review|crisis|
 *   crisis-sent|disclosure|erase|wish                        clock
 *   template=canary  language=LANG  desk=NAME  id=HEX32  at=SECONDS
 *   mailbox=NAME  address=HEX64                              clock
 *   template=notice  language=LANG  desk=NAME  id=HEX32  at=SECONDS
 *   case=ID  participant=N  address=HEX64                    staff
 *   template=after-care  (as notice)                         staff
 *
 * recipient counts from 0 in the configuration's alarm.to.  address is
 * addressed_hash() of the sealed address beside the statement: where the
 * mail goes, the ids of its thread and its reply token, sealed to the
 * postman; no address stands in the store in clear.
 */
#define AUTOMATIC_KEEP_S	(4 * 86400)	/* unsent ones live so long */
/* A notice waits for its answer, which may be as old as this before. */
#define AUTOMATIC_AHEAD_S	LETTER_EXPIRES_S
#define AUTOMATIC_BOX_MAX	ADDRESSED_MAX

enum automatic_template { AUTOMATIC_ALARM, AUTOMATIC_ACKNOWLEDGEMENT,
    AUTOMATIC_STAFF, AUTOMATIC_CANARY, AUTOMATIC_NOTICE,
    AUTOMATIC_AFTER_CARE, AUTOMATIC_TEMPLATES };

struct automatic {
	enum automatic_template template;
	char		language[16];
	char		desk[ROSTER_NAME_MAX + 1];	/* not of an alarm */
	unsigned char	id[SEAL_ID];
	int64_t		at;
	int64_t		recipient;		/* alarm */
	struct alarm	alarm;
	char		case_id[CASE_ID_LEN + 1];
	int64_t		participant;
	unsigned char	item[SEAL_ID];		/* the letter */
	char		form[16];
	int64_t		due_s;
	char		person[ROSTER_NAME_MAX + 1];
	char		news[16];
	char		mailbox[ROSTER_NAME_MAX + 1];
	unsigned char	address[SEAL_HASH];	/* of the box */
	unsigned char	box[AUTOMATIC_BOX_MAX];
	size_t		box_len;
	const char	*over;		/* why a good one is not sent */
	char		link[512];	/* not signed; set to render it */
};

/* "acknowledgement" and so on. */
const char	*automatic_word(enum automatic_template);
/* 1 when this news to staff waits for no night and no hour. */
int	automatic_is_urgent(const char *news);
/* 1 when the template goes to a sealed address. */
int	automatic_is_sealed(enum automatic_template);

/* The statement of a mail; -1 from parse when it has another spelling. */
#define AUTOMATIC_STATEMENT_MAX	1024
void	automatic_print(const struct automatic *,
	    char out[AUTOMATIC_STATEMENT_MAX]);
int	automatic_parse(struct automatic *, const char *statement);

/* A fresh id, desk and language (the desk's first) of a template. */
void	automatic_begin(struct automatic *, const struct desk *,
	    enum automatic_template, const char *desk);
/*
 * Seal who is written to (to, message_id, reply_token, in_reply_to and
 * references of the letter) to the postman of the roster. 0, or -1 with *e:
 * ERR_GONE there is no postman, ERR_INPUT it is too long.
 */
int	automatic_seal(const struct desk *, struct automatic *,
	    const struct letter *, struct err *);
/*
 * By post. *l is initialised by the call and holds these five. -1 with
 * ERR_DENIED when the box is not that of the statement.
 */
int	automatic_open(const struct automatic *, const struct secret *postman,
	    struct letter *l, struct err *);

/*
 * Within a transaction: sign and add one, to leave at next_at or later.
 * about: a name under which newer news may replace it.
 */
int	automatic_add(struct desk *, struct automatic *, const char *about,
	    int64_t next_at, struct err *);
/*
 * Within a transaction, by clock: one mail per configured address. What was
 * to be said of the same alarm before and did not leave yet is replaced.
 */
int	automatic_alarm(struct desk *, const struct alarm *, struct err *);

/*
 * Within a transaction: one that a person of staff has signed, as it came.
 */
int	automatic_put(struct desk *, const struct automatic *,
	    const char *about, int64_t next_at,
	    const unsigned char signer[SIGN_PUBLIC],
	    const unsigned char signature[SIGN_LEN], struct err *);

/*
 * By clock, a transaction of its own: write a canary to this mailbox and
 * expect it back (desk/canary.h). ERR_GONE: there is no such mailbox.
 */
int	automatic_canary(struct desk *, const char *mailbox, struct err *);
/* The mailbox's own address, the only one a canary goes to; or NULL. */
const char *automatic_canary_to(const struct desk *, const char *mailbox);

/*
 * The next one whose time has come: 1 with *mail filled; 0 when there is
 * none; -1. One that is not signed by whom the list names, as the roster
 * stands, is deleted and logged by the caller: 2 with *mail->id only. So is
 * a good one that is too old (->over "expired"), or whose dot was out when
 * somebody died ("unknown"): 2 with all of *mail.
 */
int	automatic_next(struct desk *, struct automatic *, struct err *);
/* The dot may be out from now on. */
int	automatic_dot(struct desk *, const struct automatic *, struct err *);
/*
 * Who answers this mail to a seeker finds the case: its ids are remembered
 * (keyed hashes), as those of a letter are. A transaction of its own.
 */
int	automatic_tokens(struct desk *, const struct automatic *,
	    const struct letter *, struct err *);
/*
 * Sent, refused or not to be sent: the row goes, the audit keeps the word.
 * Of one that a person asked for the case shows it, too (desk/event.h).
 */
int	automatic_done(struct desk *, const struct automatic *,
	    const char *word, struct err *);
/* Not now. */
int	automatic_later(struct desk *, const struct automatic *,
	    int64_t next_at, struct err *);

#endif
