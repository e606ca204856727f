/*
 * Long polls.  The connection waits in the HTTP loop and costs nothing there;
 * what it waits for is one number of the audit, asked for once in a turn.
 */
#include <string.h>

#include "daemon/api/held.h"
#include "daemon/desk/feed.h"
#include "daemon/store/store.h"
#include "lib/err.h"

#define HOLD_S	20	/* less than the loop lets anybody wait */

int
held_add(struct held *h, const struct call *c)
{
	struct held_one *one = &h->all[h->n];

	if (h->n == HELD_MAX)
		return 0;
	one->connection = c->http->connection;
	memcpy(one->key, c->proof.key, SIGN_PUBLIC);
	one->from = c->from;
	one->until = store_now(c->desk->store) + HOLD_S;
	h->n++;
	return 1;
}

/* 1 answered, 0 it waits on, -1. */
static int
look_at(struct held_one *one, struct desk *d, int last, held_give *give,
    struct err *e)
{
	struct actor actor = { roster_person_by_key(d->roster, one->key),
	    NULL };
	json_t *answer;

	if (actor.person == NULL || !actor.person->active) {
		give(one->connection, NULL);
		return 1;
	}
	if ((answer = feed_since(d, &actor, one->from, e)) == NULL)
		return -1;
	if (!last && json_array_size(json_object_get(answer,
	    "events")) == 0) {
		/* What was of others is not looked at again. */
		one->from = json_integer_value(json_object_get(answer,
		    "next"));
		json_decref(answer);
		return 0;
	}
	give(one->connection, answer);
	return 1;
}

int
held_look(struct held *h, struct desk *d, int all, held_give *give,
    struct err *e)
{
	int64_t last, now = store_now(d->store);
	const struct roster_person *p;
	size_t i = 0;
	int news, r;

	if (h->n == 0)
		return 0;
	if (feed_last(d, &last, e) == -1)
		return -1;
	news = last != h->seen;
	while (i < h->n) {
		p = roster_person_by_key(d->roster, h->all[i].key);
		if (!all && !news && h->all[i].until > now && p != NULL &&
		    p->active) {
			i++;
			continue;
		}
		r = look_at(&h->all[i], d, all || h->all[i].until <= now ||
		    h->all[i].until > now + HOLD_S, give, e);
		if (r == -1)
			return -1;
		if (r == 1)
			h->all[i] = h->all[--h->n];
		else
			i++;
	}
	h->seen = last;
	return 0;
}
