#ifndef TEDUH_WEB_H
#define TEDUH_WEB_H

#include "daemon/desk/breath.h"
#include "daemon/desk/desk.h"
#include "daemon/http/form.h"
#include "daemon/http/http.h"
#include "daemon/web/door.h"

struct err;
struct reader;
struct role_args;

/* What the files of the role web share. */
struct web {
	const struct role_args	*args;
	struct desk		 desk;
	struct breath		 breath;
	struct door		*door;
	struct reader		*reader;
	char			 base[256];	/* path in front of all, "" */
	int			 stale;		/* read the roster again */
	int			 failed;	/* the machine: finish */
};

/* One request for a page; a stranger's, nothing of it outlives it. */
struct visit {
	struct web			*web;
	const struct http_request	*request;
	const struct door_desk		*desk;
	const struct door_language	*language;
	char				 place[320]; /* where its forms go */
	struct form			 form;	/* empty with GET */
	struct http_answer		*answer;
};

#define VISIT_TEXT_MAX	((size_t)64 * 1024)	/* bytes of a letter's text */
#define VISIT_FILES_MAX	10
#define VISIT_BODY_MAX	((size_t)26 * 1024 * 1024)

/*
 * Pages (visit_page.c).  Each answers the visit.  problem: the key of the
 * sentence that says why the form comes back with everything typed, or NULL.
 */
void	visit_show_form(struct visit *, const char *problem);
void	visit_show_now(struct visit *);
/* Title and text by their keys. */
void	visit_show_message(struct visit *, int status, const char *title,
	    const char *text);

/* The value of a field, "" when there is none. */
const char *visit_field(const struct visit *, const char *name);

/* A POST (visit_post.c): what it asks for, by its field "do". */
void	visit_post(struct visit *);

#endif
