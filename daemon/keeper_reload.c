/*
 * Another configuration, taken while the roles run.
 *
 * First everything that can be refused is asked for: the file, the secrets,
 * the listeners.  Then the roles that it concerns are exchanged one by one,
 * the old one gone before the new one begins, so that no mailbox and no
 * letter ever has two at work on it.  api and web, of which two may be at
 * work, are exchanged last and the other way round: both take requests from
 * one socket until the new one serves.  If one does not come to serve, all
 * that were exchanged are exchanged back; so the old configuration holds, or
 * the new one does, and the ways in are open all the time.
 *
 * The watch starts and reaps as ever; here is only said who shall run.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/config.h"
#include "daemon/keeper_parts.h"
#include "daemon/log.h"
#include "daemon/secrets.h"
#include "lib/buf.h"
#include "lib/err.h"

/*
 * Longer than a letter that is handed in, or the answer to a last dot. Only
 * the fetching of a huge mail may take more: it is cut, and begins anew.
 */
#define END_MS		75000
#define READY_MS	60000
#define NONE		((size_t)-1)
#define LABEL_MAX	(KEEPER_NAME_MAX + 16)
#define SAID_MAX	800

#define GOES_ON		"; the old configuration goes on"
#define RESTART		"'systemctl restart teduhd' takes the new one"

struct step {
	size_t	old, new;	/* places in the list of roles, or NONE */
};

struct keeper_reload {
	const struct keeper_start *start;
	struct keeper_config	*next;
	struct keeper_roles	 fresh;	/* what is not yet in the list */
	size_t			*place;	/* of each fresh one in the list */
	size_t			 nold;	/* in front of the new ones */
	struct step		*steps;
	size_t			 nsteps, at;
	int			 fixed;	/* refused for what a start fixes */
	int			 undoing;
	int			 waits;	/* until due_ms, for one role */
	int64_t			 due_ms;
};

static int
only_a_start(struct err *e, const struct config *c, int line,
    const char *key)
{
	err_set(e, ERR_DENIED, "%s:%d: '%s' is another one, which only a "
	    "start can take", c->path, line, key);
	return -1;
}

/* What the keeper cannot change in its life. */
static int
check_fixed(const struct config *now, const struct config *next,
    struct err *e)
{
	if (strcmp(now->data, next->data) != 0)
		return only_a_start(e, next, next->data_line, "data");
	if (strcmp(now->secrets, next->secrets) != 0)
		return only_a_start(e, next, next->secrets_line, "secrets");
	if (strcmp(now->user, next->user) != 0)
		return only_a_start(e, next, next->user_line, "user");
	return 0;
}

static size_t
find(const struct keeper_roles *roles, const struct keeper_role *r)
{
	size_t i;

	for (i = 0; i < roles->n; i++) {
		if (strcmp(roles->role[i].role, r->role) == 0 &&
		    strcmp(roles->role[i].name, r->name) == 0)
			return i;
	}
	return NONE;
}

/* May the old one simply stay? 1, 0, or -1 with *e. */
static int
may_stay(const struct keeper_role *old, const struct keeper_role *new,
    struct err *e)
{
	if (old->ended || strcmp(old->wants, new->wants) != 0)
		return 0;
	return secrets_same(old->secrets_fd, new->secrets_fd, e);
}

static void
add_step(struct keeper_reload *l, size_t old, size_t new)
{
	l->steps[l->nsteps].old = old;
	l->steps[l->nsteps++].new = new;
}

/* The new one may begin before the old one ends: nobody is turned away. */
static int
is_door(const struct keeper_role *r)
{
	return strcmp(r->role, "api") == 0 || strcmp(r->role, "web") == 0;
}

/* Put a fresh role into the list, unless the old one stays. */
static int
place(struct keeper_reload *l, struct keeper_roles *roles, size_t i,
    struct err *e)
{
	struct keeper_role *r = &l->fresh.role[i];
	size_t old = find(roles, r);
	int stays = old == NONE ? 0 : may_stay(&roles->role[old], r, e);

	if (stays == -1)
		return -1;
	if (stays) {
		l->place[i] = old;
		return 0;
	}
	l->place[i] = roles->n;
	add_step(l, old, roles->n);
	r->will = KEEPER_WAITS;
	roles->role[roles->n++] = *r;
	memset(r, 0, sizeof(*r));
	r->secrets_fd = r->listener = r->ready_fd = r->token_fd = -1;
	return 0;
}

/* Which roles are exchanged, in which order: api and web last. */
static int
plan(struct keeper_reload *l, struct keeper_roles *roles, struct err *e)
{
	size_t i, n = l->fresh.n, all = roles->n + n;
	struct keeper_role *list = mem_alloc(all * sizeof(*list));

	memcpy(list, roles->role, roles->n * sizeof(*list));
	free(roles->role);
	roles->role = list;
	l->place = mem_alloc((n + 1) * sizeof(*l->place));
	l->steps = mem_alloc((all + 1) * sizeof(*l->steps));
	for (i = 0; i < l->nold; i++) {
		if (find(&l->fresh, &roles->role[i]) == NONE)
			add_step(l, i, NONE);
	}
	for (i = 0; i < n; i++) {
		if (!is_door(&l->fresh.role[i]) &&
		    place(l, roles, i, e) == -1)
			return -1;
	}
	for (i = 0; i < n; i++) {
		if (l->fresh.role[i].role != NULL &&
		    is_door(&l->fresh.role[i]) && place(l, roles, i, e) == -1)
			return -1;
	}
	return 0;
}

static int
prepare(struct keeper_reload *l, const struct config *now,
    struct keeper_roles *roles, struct err *e)
{
	const struct keeper_old old = { roles, l->start->sealed };

	if ((l->next = keeper_config_read(l->start->config_path, e)) == NULL)
		return -1;
	if (check_fixed(now, l->next->config, e) == -1) {
		l->fixed = 1;
		return -1;
	}
	if (keeper_try_rules(l->start, l->next->config, e) == -1)
		return -1;
	if (keeper_roles_make(&l->fresh, l->next, l->start->only, &old,
	    e) == -1)
		return -1;
	if (l->fresh.has_pin != roles->has_pin) {
		l->fixed = 1;
		err_set(e, ERR_DENIED, "the pin is another one, which only a "
		    "start can take");
		return -1;
	}
	return plan(l, roles, e);
}

/* The new ones go again, and the sockets that were made for them. */
static void
drop_new(struct keeper_reload *l, struct keeper_roles *roles)
{
	struct keeper_role *r;

	for (; roles->n > l->nold; roles->n--) {
		r = &roles->role[roles->n - 1];
		if (r->fresh)
			keeper_listen_remove(r->listen);
		keeper_role_free(r);
	}
}

static void
mark(const struct config *config, const char *why)
{
	struct err e = ERR_INIT;

	if (keeper_file_bad(config->data, why, &e) == -1)
		log_err("reload", &e);
}

/* And whether a start would help: one that is root's, for what is denied. */
static void
say_refused(const struct keeper_reload *l, const struct config *now,
    const struct err *e)
{
	const char *help = "";

	if (l->fixed || (e->code == ERR_DENIED && l->start->sealed))
		help = ", and " RESTART;
	else if (e->code == ERR_CONFLICT)
		help = ", and if teduhd itself is in the way " RESTART;
	log_error("reload error=%s: %s" GOES_ON "%s", err_word(e->code),
	    e->text, help);
	mark(now, help[0] == '\0' ? "bad" : "restart");
}

struct keeper_reload *
keeper_reload_begin(const struct keeper_start *start,
    const struct keeper_config *config, struct keeper_roles *roles)
{
	struct keeper_reload *l = mem_alloc(sizeof(*l));
	struct err e = ERR_INIT;
	size_t i;

	l->start = start;
	l->nold = roles->n;
	if (prepare(l, config->config, roles, &e) == 0)
		return l;
	for (i = 0; i < l->fresh.n; i++) {
		if (l->fresh.role[i].fresh)
			keeper_listen_remove(l->fresh.role[i].listen);
	}
	drop_new(l, roles);
	say_refused(l, config->config, &e);
	keeper_reload_free(l);
	return NULL;
}

/* Is the time over of what is waited for? */
static int
is_late(const struct keeper_reload *l)
{
	return l->waits && keeper_now() >= l->due_ms;
}

/* 1 when it is gone; until then its time runs. late: it is over. */
static int
end(struct keeper_reload *l, struct keeper_role *r, int late)
{
	char label[LABEL_MAX];

	if (r->pid != 0 && r->will != KEEPER_ENDS) {
		(void)kill(r->pid, SIGTERM);
		l->waits = 1;
		l->due_ms = keeper_now() + END_MS;
	} else if (r->pid != 0 && late) {
		keeper_role_label(r, label, sizeof(label));
		log_warn("reload: %s does not end and is killed", label);
		(void)kill(r->pid, SIGKILL);
		l->waits = 0;
	}
	r->will = KEEPER_ENDS;
	return r->pid == 0;
}

/* 1 when it serves, 0 not yet, -1 when it does not come to that. */
static int
begin(struct keeper_reload *l, struct keeper_role *r)
{
	if (r->will == KEEPER_WAITS) {
		r->will = KEEPER_TRIED;
		l->waits = 1;
		l->due_ms = keeper_now() + READY_MS;
		return 0;
	}
	if (r->ended)
		return -1;
	if (!r->ready)
		return is_late(l) ? -1 : 0;
	r->will = KEEPER_RUNS;
	return 1;
}

/* 1 done, 0 not yet, -1 failed. */
static int
turn_step(struct keeper_reload *l, const struct keeper_roles *roles)
{
	const struct step *s = &l->steps[l->at];
	struct keeper_role *old, *new;
	int r = 1;

	old = s->old == NONE ? NULL : &roles->role[s->old];
	new = s->new == NONE ? NULL : &roles->role[s->new];
	if (new != NULL && is_door(new) && (r = begin(l, new)) != 1)
		return r;
	if (old != NULL && !end(l, old, is_late(l)))
		return 0;
	return new == NULL || is_door(new) ? 1 : begin(l, new);
}

/* 1 when the old ones hold again. */
static int
undo(struct keeper_reload *l, struct keeper_roles *roles)
{
	char label[LABEL_MAX];
	size_t i;
	int gone = 1, late = is_late(l);

	for (i = l->nold; i < roles->n; i++)
		gone &= end(l, &roles->role[i], late);
	if (!gone)
		return 0;
	keeper_role_label(&roles->role[l->steps[l->at].new], label,
	    sizeof(label));
	drop_new(l, roles);
	for (i = 0; i < roles->n; i++) {
		if (roles->role[i].will != KEEPER_ENDS)
			continue;
		roles->role[i].will = KEEPER_RUNS;
		roles->role[i].wait_ms = roles->role[i].due_ms = 0;
	}
	log_error("reload error=retry: %s does not come to serve with the "
	    "new configuration, and the lines before this one say why"
	    GOES_ON, label);
	return 1;
}

/* "intake youth-mail started, api restarted". */
static void
say_taken(const struct keeper_reload *l, const struct keeper_roles *roles)
{
	char label[LABEL_MAX];
	const struct step *s;
	struct buf said;
	size_t i;

	buf_init(&said, SAID_MAX);
	for (i = 0; i < l->nsteps; i++) {
		s = &l->steps[i];
		keeper_role_label(&roles->role[s->new == NONE ? s->old :
		    s->new], label, sizeof(label));
		(void)buf_addf(&said, "%s%s %s", i == 0 ? "" : ", ", label,
		    s->new == NONE ? "ended" : s->old == NONE ? "started" :
		    "restarted");
	}
	log_info("reload: configuration taken: %s%s", l->nsteps == 0 ?
	    "nothing in it is new" : said.bytes, l->start->sealed ?
	    "; keys and passwords are those of the start" : "");
	buf_free(&said);
}

static int
is_listened(const struct keeper_roles *roles, const char *listen)
{
	size_t i;

	for (i = 0; i < roles->n; i++) {
		if (roles->role[i].listen != NULL &&
		    strcmp(roles->role[i].listen, listen) == 0)
			return 1;
	}
	return 0;
}

/* The list is what the new configuration wants, in its order. */
static void
commit(struct keeper_reload *l, struct keeper_config **config,
    struct keeper_roles *roles)
{
	struct keeper_roles next = l->fresh;
	struct keeper_role *r;
	size_t i;

	for (i = 0; i < next.n; i++) {
		keeper_role_free(&next.role[i]);
		next.role[i] = roles->role[l->place[i]];
		next.role[i].from = l->next;
		roles->role[l->place[i]].role = NULL;	/* moved */
	}
	for (i = 0; i < roles->n; i++) {
		r = &roles->role[i];
		if (r->role == NULL)
			continue;
		if (r->listen != NULL && !is_listened(&next, r->listen))
			keeper_listen_remove(r->listen);
		keeper_role_free(r);
	}
	roles->n = 0;
	keeper_roles_free(roles);
	*roles = next;
	memset(&l->fresh, 0, sizeof(l->fresh));
	keeper_config_free(*config);
	*config = l->next;
	l->next = NULL;
}

int
keeper_reload_turn(struct keeper_reload *l, struct keeper_config **config,
    struct keeper_roles *roles)
{
	struct err e = ERR_INIT;
	int r = 1;

	while (!l->undoing && l->at < l->nsteps) {
		if ((r = turn_step(l, roles)) == 0)
			return 0;
		l->waits = 0;
		if (r == 1)
			l->at++;
		else
			l->undoing = 1;
	}
	if (l->undoing) {
		if (!undo(l, roles))
			return 0;
		mark((*config)->config, "role");
	} else {
		say_taken(l, roles);
		commit(l, config, roles);
		if (keeper_file_ports(roles, (*config)->config, &e) == -1)
			log_err("reload", &e);
		mark((*config)->config, NULL);
	}
	keeper_reload_free(l);
	return 1;
}

int64_t
keeper_reload_due(const struct keeper_reload *l)
{
	return l->waits ? l->due_ms : -1;
}

void
keeper_reload_free(struct keeper_reload *l)
{
	if (l == NULL)
		return;
	keeper_roles_free(&l->fresh);
	keeper_config_free(l->next);
	free(l->place);
	free(l->steps);
	free(l);
}
