#ifndef TEDUH_WEB_H
#define TEDUH_WEB_H

#include <sys/queue.h>

#include "daemon/desk/breath.h"
#include "daemon/desk/deposit_form.h"
#include "daemon/desk/desk.h"
#include "daemon/desk/load.h"
#include "daemon/http/form.h"
#include "daemon/http/http.h"
#include "daemon/web/door.h"
#include "daemon/web/network.h"
#include "daemon/web/ticket.h"

struct err;
struct guess;
struct held;
struct readings;
struct role_args;
struct strand;
struct word_list;

/* How much a desk has to do, as it was looked at. */
struct load_seen {
	int64_t		at;		/* 0: never */
	struct load	load;
};

/* What the files of the role web share. */
struct web {
	const struct role_args	*args;
	struct desk		 desk;
	struct breath		 breath;
	struct door		*door;
	struct load_seen	*loads;		/* of each desk */
	struct config_rules	*rules;		/* of triage */
	struct readings		*readings;
	struct guess		*guess;
	char			 base[256];	/* path in front of all, "" */
	LIST_HEAD(, held)	 held;		/* visit_send.c */
	/* Codes that opened nothing, or were not tried, since codes_at. */
	size_t			 codes_wrong, codes_slow;
	int64_t			 codes_at;
	int			 stale;		/* read the roster again */
	int			 failed;	/* the machine: finish */
};

/*
 * Whose page sent this, as the browser says: ours, another site's, or the
 * browser is too old to say it.
 */
enum visit_sender { SENDER_UNKNOWN, SENDER_OURS, SENDER_OTHER };

/* One request for a page; a stranger's, nothing of it outlives it. */
struct visit {
	struct web			*web;
	const struct http_request	*request;
	const struct door_desk		*desk;
	const struct door_language	*language;
	char				 place[320]; /* where its forms go */
	struct form			 form;	/* empty with GET */
	struct network			 network; /* of whoever comes */
	struct ticket			 ticket; /* when has_ticket */
	int				 has_ticket;
	enum visit_sender		 sender;
	unsigned char			 random[TOKEN_RANDOM]; /* its token's,
						   when it is sent */
	/* The mailbox, once its code has opened it (visit_open.c). */
	struct return_code		 code;
	struct strand			*strand;
	int64_t				 before; /* a page of its older
						    letters, or 0 */
	const char			*once;	/* its link's token */
	struct http_answer		*answer;
};

/* Wipes and empties what a request brought and opened. */
void	visit_free(struct visit *);

#define VISIT_TEXT_MAX	((size_t)64 * 1024)	/* bytes of a letter's text */
#define VISIT_FILES_MAX	10
#define VISIT_BODY_MAX	((size_t)26 * 1024 * 1024)
/* So much is read, to give the page back with what was typed. */
#define VISIT_READ_MAX	((size_t)40 * 1024 * 1024)
#define VISIT_COOKIE	"v"

/*
 * Pages (visit_page.c, visit_form.c).  Each answers the visit.  problem: the
 * key of the sentence that says why the form comes back with everything typed,
 * or NULL.
 */
void	visit_show_form(struct visit *, const char *problem);
void	visit_show_now(struct visit *);
/* Title and text by their keys. */
void	visit_show_message(struct visit *, int status, const char *title,
	    const char *text);

/* The page with the code (visit_sent.c), for who has a ticket. */
void	visit_show_sent(struct visit *);

/*
 * Opening a mailbox (visit_open.c).  The page on which a code is typed, with
 * what was typed; problem: a sentence, or NULL.
 */
void	visit_show_open(struct visit *, const char *problem);
/*
 * What the field "code" opens: 1, code and strand are the visit's until its
 * end; 0 nothing, and that is answered.
 */
int	visit_open(struct visit *);
/* All lists of words, the page's own first, NULL last; DOOR_LISTS_MAX + 1. */
void	visit_lists(const struct visit *, const struct word_list **);
/* The same strand as it is now, by the code: 1, 0, -1 logged. */
int	visit_open_strand(struct visit *);
/* Log how many codes were wrong: once in an hour, and at the end. */
void	visit_log_codes(struct web *, int last);

/*
 * The mailbox (visit_box.c), when it is opened.  news, problem: keys of
 * sentences, or NULL; without news the field to write again holds what was
 * typed.
 */
void	visit_show_box(struct visit *, const char *news,
	    const char *problem);
void	visit_read(struct visit *);	/* do=read */
void	visit_fetch(struct visit *);	/* do=fetch: a file of a letter */
void	visit_earlier(struct visit *);	/* do=earlier: what came before */
/* Which page of letters is meant, by this field; before it is opened. */
void	visit_read_page(struct visit *, const char *field);

/*
 * Beside letters (visit_wish.c, visit_mode.c): a row of the list "actions";
 * the mailbox after a change, or why there is none.
 */
void	visit_add_action(const struct visit *, json_t *, const char *what,
	    const char *label, const char *about);
void	visit_changed(struct visit *, const char *what, int result,
	    const char *news, const struct err *);
/* Another reply mode; without an address the mail that tells one. */
void	visit_set_modes(const struct visit *, json_t *, json_t *actions);
void	visit_mode_mail(struct visit *);
void	visit_mode_notice(struct visit *);
void	visit_mode_pickup(struct visit *);

/*
 * The link of an acknowledgement (visit_once.c): 1 when a path is one; whose
 * desk it is; 1 when it was answered.
 */
int	visit_is_once(const char *path);
void	visit_once_desk(struct visit *);
int	visit_show_once(struct visit *, int is_post);
/* 303 to the desk's address, which shows the code of these random bytes. */
void	visit_go_to_code(struct visit *);

/*
 * The value "mailto" (visit_mailto.c): a link to a mail that tells where this
 * person wants to be answered, of one who has not written yet (case_id NULL)
 * to a first mail; nothing where the desk has no mailbox.
 */
void	visit_set_mailto(const struct visit *, json_t *, const char *case_id,
	    int64_t participant);

/*
 * What else can be done with it (visit_wish.c): the values actions and
 * has_actions of its page; the page of one that is to be erased.
 */
void	visit_set_actions(const struct visit *, json_t *);
void	visit_show_erased(struct visit *);
void	visit_other(struct visit *);	/* do=other, and so on */
void	visit_unhappy(struct visit *);
void	visit_download(struct visit *);
void	visit_erase(struct visit *);
void	visit_unerase(struct visit *);
/* Is it to be erased? The page that asks once more. */
void	visit_sure(struct visit *);

/* What pages are made of: the values that all have, and more of them. */
json_t	*visit_values(const struct visit *, const char *page);
void	visit_set(json_t *, const char *key, json_t *value);	/* takes it */
void	visit_set_text(json_t *, const char *key, const char *text);
/* Takes the values; the length of the answer tells nothing. */
void	visit_render(struct visit *, int status, const char *page, json_t *);
/* A text of the language, "" when there is none. */
const char *visit_word(const struct visit *, const char *key);
/* The age group that a value of the form stands for, or "". */
const char *visit_age(const char *value);

/*
 * What was ticked or typed for one of the areas ("area") or questions
 * ("question") of the language; "" for nothing.
 */
const char *visit_choice(const struct visit *, const char *kind,
	    const json_t *one);
/*
 * What is so about waiting (visit_wait.c): the values nobody, full (with
 * contacts of its own), waiting and due. due: by when a letter is to be
 * answered; 0: it is not written yet.
 */
void	visit_set_waits(const struct visit *, json_t *, int64_t due);

/*
 * The token goes on with the random bytes that it had, so that the same
 * letter is the same whatever happens to the page in between; fresh: new, as
 * where another site may know those bytes, and so could ask for the code of
 * what is written here.
 */
void	visit_set_token(const struct visit *, json_t *, int fresh);

/* Says what the problem is, by its key or NULL; the status of the page. */
int	visit_set_problem(const struct visit *, json_t *, const char *problem);

/* The value of a field, "" when there is none. */
const char *visit_field(const struct visit *, const char *name);

enum visit_sender visit_sender(const struct visit *);

/* A POST (visit_post.c): what it asks for, by its field "do". */
void	visit_post(struct visit *);
/*
 * It sends a letter (visit_send.c), a first one or one into an open mailbox;
 * the answer may wait for the commit.
 */
void	visit_send(struct visit *);
void	visit_write(struct visit *);
/*
 * Take codes out of what was written (visit_mask.c): 0; -1 with *e, when the
 * store cannot be asked.
 */
int	visit_mask(struct visit *, struct err *);
/* Make durable what was read, and answer it: once in every turn. */
void	visit_commit(struct web *);
/* At the end: the letters of all who still wait are not taken. */
void	visit_drop(struct web *);
/* 1 when it was something of the page with the code, and answered. */
int	visit_post_sent(struct visit *);
/* The cookie of a request, and how it goes away. */
void	visit_read_ticket(struct visit *);
void	visit_forget_ticket(struct visit *);
/* A cookie of ours for so long, Secure where pages come by https. */
void	visit_set_cookie(struct visit *, const char *value, int seconds);

#endif
