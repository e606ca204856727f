#ifndef TEDUH_DOOR_H
#define TEDUH_DOOR_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/desk/help_now.h"

struct config;
struct config_desk;
struct err;
struct pages;
struct word_list;

/*
 * What the web door shows, as files have it: pages, style, script, and for
 * each desk and language the words, who helps right now, what is asked.  A
 * desk's own file TEXTS/desks/DESK/LANG/NAME stands before TEXTS/LANG/NAME.
 */
#define DOOR_WORDS	"web.txt"
#define DOOR_AREAS	"areas.txt"
#define DOOR_QUESTIONS	"questions.txt"
#define DOOR_LISTS_MAX	32	/* languages with a list of words */

struct door_language {
	char		 code[16];
	json_t		*words;		/* {key: text} */
	json_t		*contacts;	/* [{name, tel, shown, link, about}] */
	struct help_days days;		/* of the contacts */
	json_t		*elsewhere;	/* who else helps; or the contacts */
	json_t		*areas;		/* [{value, label}], as asked */
	json_t		*questions;
	const struct word_list *list;	/* of return codes; NULL: digits */
};

struct door_desk {
	const struct config_desk *desk;
	struct door_language	*languages;	/* the desk's, in order */
	size_t			 nlanguages;
	char			*common;	/* config_words(), or NULL */
};

struct door {
	struct pages		*pages;
	char			*style, *script;
	struct door_desk	*desks;		/* as configured */
	size_t			 ndesks;
	struct word_list	*lists[DOOR_LISTS_MAX];
	size_t			 nlists;
};

/*
 * All of it, checked; config must last as long. NULL with ERR_INPUT
 * ("FILE:LINE: what"), or ERR_IO: a file cannot be read. door_free(NULL) is
 * fine.
 */
struct door	*door_load(const struct config *, struct err *);
void		 door_free(struct door *);

/* The desk of a path: "/" the first, "/NAME"; NULL there is none. */
const struct door_desk *door_desk(const struct door *, const char *path);
/* By its code; NULL the desk does not speak it. */
const struct door_language *door_language(const struct door_desk *,
		    const char *code);
/*
 * What a browser asks for (Accept-Language, RFC 9110 12.5.4; NULL: nothing),
 * else the desk's first. Never NULL.
 */
const struct door_language *door_language_wanted(const struct door_desk *,
		    const char *accept);

#endif
