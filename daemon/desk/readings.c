/*
 * Letters that wait for a reader, and those that have one.  The first helper
 * does what it can alone; another is started when all before it are busy.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "daemon/desk/readings.h"
#include "lib/buf.h"
#include "lib/err.h"

struct waiting {
	STAILQ_ENTRY(waiting)	 list;
	void			*who;
	const void		*mail;
	size_t			 len;
	struct reading_rules	 rules;
};

struct place {
	struct reader	*reader;
	void		*who;		/* NULL: it is free */
};

struct readings {
	struct place		 places[READINGS_MAX];
	STAILQ_HEAD(, waiting)	 queue;
};

struct readings *
readings_open(const char *program)
{
	struct readings *r = mem_alloc(sizeof(*r));
	size_t i;

	STAILQ_INIT(&r->queue);
	for (i = 0; i < READINGS_MAX; i++)
		r->places[i].reader = reading_open(program);
	return r;
}

static struct waiting *
take_first(struct readings *r)
{
	struct waiting *w = STAILQ_FIRST(&r->queue);

	if (w != NULL)
		STAILQ_REMOVE_HEAD(&r->queue, list);
	return w;
}

void
readings_close(struct readings *r)
{
	struct waiting *w;
	size_t i;

	if (r == NULL)
		return;
	for (i = 0; i < READINGS_MAX; i++)
		reading_close(r->places[i].reader);
	while ((w = take_first(r)) != NULL)
		free(w);
	free(r);
}

void
readings_add(struct readings *r, void *who, const void *mail, size_t len,
    const struct reading_rules *rules)
{
	struct waiting *w = mem_alloc(sizeof(*w));

	w->who = who;
	w->mail = mail;
	w->len = len;
	w->rules = *rules;
	STAILQ_INSERT_TAIL(&r->queue, w, list);
}

/* The first that waits to a reader that is free: 0, -1 with *who and *e. */
static int
fill(struct readings *r, struct place *p, void **who, struct err *e)
{
	struct waiting *w = take_first(r);
	int bad;

	if (w == NULL)
		return 0;
	if ((bad = reading_begin(p->reader, w->mail, w->len, &w->rules,
	    e)) == -1)
		*who = w->who;
	else
		p->who = w->who;
	free(w);
	return bad;
}

int
readings_next(struct readings *r, void **who, struct reading *out,
    struct err *e)
{
	struct place *p;
	int done;

	memset(out, 0, sizeof(*out));
	for (p = r->places; p < r->places + READINGS_MAX; p++) {
		if (p->who == NULL && fill(r, p, who, e) == -1)
			return -1;
		if (p->who == NULL ||
		    (done = reading_end(p->reader, out, e)) == 0)
			continue;
		*who = p->who;
		p->who = NULL;
		return done;
	}
	return 0;
}

size_t
readings_watch(const struct readings *r, struct pollfd *list)
{
	size_t i, n = 0;

	for (i = 0; i < READINGS_MAX; i++) {
		if (r->places[i].who == NULL)
			continue;
		list[n].fd = reading_fd(r->places[i].reader);
		list[n].events = POLLIN;
		list[n++].revents = 0;
	}
	return n;
}

void
readings_idle(struct readings *r)
{
	size_t i;

	for (i = 0; i < READINGS_MAX; i++)
		if (r->places[i].who == NULL)
			reading_idle(r->places[i].reader);
}
