/*
 * Role api: the staff's way to desk.  It holds no key that opens or signs
 * anything: it checks whose request it is over the raw bytes, before any of
 * the body is parsed, and moves sealed bytes.  Every request meets the
 * roster as it stands now.
 *
 * A bad signature, an unknown key and a revoked one get the same answer; so
 * do ids that are unknown, foreign or forbidden.
 */
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "daemon/api/call.h"
#include "daemon/api/held.h"
#include "daemon/api/route.h"
#include "daemon/config.h"
#include "daemon/crash.h"
#include "daemon/desk/breath.h"
#include "daemon/desk/health.h"
#include "daemon/desk/recovery.h"
#include "daemon/desk/staff.h"
#include "daemon/log.h"
#include "daemon/role.h"
#include "daemon/secrets.h"
#include "daemon/store/store.h"
#include "lib/err.h"

#define PER_IP		100u
#define STRANGER_MAX	((size_t)64 * 1024)	/* body of who is unknown */
#define JSON_MAX	((size_t)4 * 1024 * 1024) /* parsed, so less */
#define FOUNDER_MAX	((size_t)1024 * 1024)	/* before there is a pin */
#define TYPE_JSON	"application/json"
#define TYPE_OCTETS	"application/octet-stream"
#define STATUS_WIRE	426	/* Upgrade Required */

#define TEXT_DENIED	"this request is not signed as it must be by a key "  \
			"that may ask here"
#define TEXT_INVITATION	"no invitation is open for this code: it is not as " \
			"you were given it, has expired or was used; compare " \
			"it, or ask who invited you for a new one"
#define TEXT_GONE	"there is no such thing here, or it is not yours to " \
			"see"
#define TEXT_WIRE	"this service speaks wire version 1 only: install "   \
			"the teduh that fits it"
#define TEXT_FAULT	"the service has a fault; its log says more"

struct api {
	const struct role_args	*args;
	struct desk		 desk;
	struct breath		 breath;
	struct breath_watch	 watch;
	struct held		 held;		/* who watches */
	int64_t			 health_at;	/* when this was found: */
	char			 health[HEALTH_MAX];
	int			 stale;	  /* the roster must be read again */
	int			 alarmed; /* about the roster */
	int			 failed;  /* the machine: finish */
};

static void
put_json(struct http_answer *a, int status, json_t *answer)
{
	a->status = status;
	a->type = TYPE_JSON;
	a->bytes = wire_print(answer, &a->len);
	json_decref(answer);
}

static void
put_error(struct http_answer *a, int status, const char *word,
    const char *text)
{
	json_t *answer = json_object(), *sentence = json_string(text);

	if (sentence == NULL)	/* not UTF-8: a stranger's word in it */
		sentence = json_string("refused");
	(void)json_object_set_new(answer, "error", json_string(word));
	(void)json_object_set_new(answer, "text", sentence);
	put_json(a, status, answer);
}

/* An error of ours or theirs as doc/api.md has it; ours is logged. */
static void
refuse(struct api *api, const struct err *e, struct http_answer *a)
{
	switch (e->code) {
	case ERR_INPUT:
		put_error(a, 400, "input", e->text);
		return;
	case ERR_DENIED:
		put_error(a, 403, "denied", e->text);
		return;
	case ERR_GONE:
		put_error(a, 404, "gone", e->text);
		return;
	case ERR_CONFLICT:
		put_error(a, 409, "conflict", e->text);
		return;
	case ERR_RETRY:
		put_error(a, 503, "retry", e->text);
		return;
	case ERR_IO:
		api->failed = 1;
		break;
	default:
		break;
	}
	log_err("request", e);
	put_error(a, 500, "io", TEXT_FAULT);
}

/* What never became a request. */
static void
refuse_raw(void *ctx, int status, const char *text, struct http_answer *a)
{
	(void)ctx;
	put_error(a, status, status == 503 ? "retry" : "input", text);
}

/*
 * The roster as it stands. One that does not chain to the pin, or is older
 * than it was, closes the service until a human has looked.
 */
static int
refresh(struct api *api, struct err *e)
{
	struct desk *d = &api->desk;

	if (store_changed(d->store) || roster_seq(d->roster) == 0)
		api->stale = 1;
	if (!api->stale)
		return 0;
	if (desk_refresh(d, e) == -1) {
		if (e->code == ERR_IO || e->code == ERR_RETRY)
			return -1;
		if (!api->alarmed)
			log_alarm("roster error=%s: %s", err_word(e->code),
			    e->text);
		api->alarmed = 1;
		err_set(e, ERR_RETRY, "the service cannot believe its roster "
		    "and is closed until somebody has looked at its log");
		return -1;
	}
	if (api->alarmed)
		log_info("roster recovered");
	api->stale = api->alarmed = 0;
	return 0;
}

/* Whoever comes with an invitation has no colleague to ask. */
static int
denied(enum route_who who, struct err *e)
{
	err_set(e, ERR_DENIED, "%s", who == WHO_INVITATION ? TEXT_INVITATION :
	    TEXT_DENIED);
	return -1;
}

/* Does the key stand for somebody who may ask this? */
static int
check_who(struct api *api, enum route_who who, struct call *c, struct err *e)
{
	const struct roster_person *person;
	int invited = 0;

	person = roster_person_by_key(api->desk.roster, c->proof.key);
	if (person != NULL && !person->active)
		person = NULL;
	c->actor.person = person;
	if (who == WHO_FOUNDER)
		return 0;
	if ((who == WHO_INVITATION || who == WHO_PERSON_OR_INVITATION) &&
	    (invited = staff_is_invite_key(&api->desk, c->proof.key,
	    e)) == -1)
		return -1;
	if (who == WHO_RECOVERY || who == WHO_PERSON_OR_INVITATION)
		invited |= recovery_is_key(&api->desk, c->proof.key);
	if (who == WHO_INVITATION || who == WHO_RECOVERY || person == NULL)
		return invited ? 0 : denied(who, e);
	if (who == WHO_SUPERVISOR && person->rank != RANK_SUPERVISOR) {
		err_set(e, ERR_DENIED, "only a supervisor may do this");
		return -1;
	}
	return 0;
}

static int
check_signature(struct api *api, enum route_who who, struct call *c,
    struct err *e)
{
	const struct http_request *q = c->http;
	const struct request request = { q->method, q->authority, q->path,
	    q->query, q->body, q->len };

	if (request_check(&request, http_header(q, "Content-Digest"),
	    http_header(q, "Signature-Input"), http_header(q, "Signature"),
	    store_now(api->desk.store), &c->proof, e) == 0) {
		c->actor.proof = &c->proof;
		return 0;
	}
	return e->code == ERR_DENIED ? denied(who, e) : -1;
}

static int
check_open(struct api *api, const struct route *r, struct err *e)
{
	if ((r != NULL && r->who == WHO_FOUNDER) || (api->desk.has_pin &&
	    roster_seq(api->desk.roster) > 0))
		return 0;
	err_set(e, ERR_RETRY, "this service is not founded yet: when the "
	    "founder has joined, 'teduh-admin pin HASH' is run on the server "
	    "and teduhd started again");
	return -1;
}

static int
admit(struct api *api, const struct route *r, struct call *c, struct err *e)
{
	enum route_who who = r != NULL ? r->who : WHO_PERSON;

	if (who == WHO_ANYBODY)
		return 0;
	if (check_open(api, r, e) == -1 ||
	    check_signature(api, who, c, e) == -1 ||
	    check_who(api, who, c, e) == -1)
		return -1;
	if (r == NULL) {
		err_set(e, ERR_GONE, TEXT_GONE);
		return -1;
	}
	return 0;
}

static int
parse_body(const struct route *r, struct call *c, struct err *e)
{
	if (strcmp(r->method, "POST") != 0)
		return 0;
	if ((c->body = wire_parse(c->http->body, c->http->len, e)) == NULL)
		return -1;
	if (!json_is_object(c->body)) {
		err_set(e, ERR_INPUT, "the body is not an object");
		return -1;
	}
	return 0;
}

/* Whoever waits for news is answered in a later turn, or with none now. */
static void
hold(struct api *api, struct call *c, struct http_answer *a)
{
	json_t *answer;

	if (held_add(&api->held, c)) {
		a->status = 0;
		return;
	}
	answer = json_object();
	wire_set(answer, "events", json_array());
	wire_set(answer, "next", json_integer(c->from));
	put_json(a, 200, answer);
}

/* Ask desk. 0 and the answer, or -1. */
static int
perform(struct api *api, const struct route *r, struct call *c,
    struct http_answer *a, struct err *e)
{
	json_t *json;

	if (r->json != NULL) {
		json = r->json(c, e);
		if (json == NULL && c->hold) {
			hold(api, c, a);
			return 0;
		}
		if (json == NULL)
			return -1;
		put_json(a, 200, json);
		return 0;
	}
	buf_init(&c->octets, CALL_OCTETS_MAX);
	if (r->octets(c, e) == -1)
		return -1;
	a->status = 200;
	a->type = TYPE_OCTETS;
	a->bytes = buf_take(&c->octets, &a->len);
	return 0;
}

static int
answer(struct api *api, const struct route *r, struct call *c,
    struct http_answer *a, struct err *e)
{
	if (route_query(r, c->http->query, c, e) == -1 ||
	    parse_body(r, c, e) == -1)
		return -1;
	if (perform(api, r, c, a, e) == 0)
		return 0;
	/* Entries that were not committed may stand in memory. */
	api->stale = 1;
	if (e->code == ERR_GONE && route_has_id(r))
		err_set(e, ERR_GONE, TEXT_GONE);
	return -1;
}

/*
 * For anybody who asks: words of a fixed list, one line. Whoever asks again
 * in the same second hears the same.
 */
static void
tell_health(struct api *api, struct http_answer *a)
{
	int64_t now = store_now(api->desk.store);
	struct err e = ERR_INIT;

	if (now != api->health_at) {
		if (health_words(&api->desk, api->watch.awake_since,
		    api->health, &e) == -1) {
			log_err("health", &e);
			api->failed |= e.code == ERR_IO;
			(void)snprintf(api->health, sizeof(api->health),
			    "store");
		}
		api->health_at = now;
	}
	a->status = api->health[0] == '\0' ? 200 : 503;
	a->type = "text/plain";
	a->bytes = mem_alloc(HEALTH_MAX + 2);
	a->len = (size_t)snprintf(a->bytes, HEALTH_MAX + 2, "%s\n",
	    api->health[0] == '\0' ? "ok" : api->health);
}

static void
handle(void *ctx, const struct http_request *q, struct http_answer *a)
{
	const char *wire = http_header(q, "Teduh-Wire");
	struct api *api = ctx;
	const struct route *r;
	struct err e = ERR_INIT;
	struct call c;

	if (strcmp(q->method, "GET") == 0 &&
	    strcmp(q->path, "/healthz") == 0 && q->query[0] == '\0') {
		tell_health(api, a);
		return;
	}
	if (wire == NULL || strcmp(wire, "1") != 0) {
		put_error(a, STATUS_WIRE, "wire", TEXT_WIRE);
		return;
	}
	memset(&c, 0, sizeof(c));
	c.desk = &api->desk;
	c.http = q;
	r = route_find(q->method, q->path, &c);
	if (refresh(api, &e) == -1 || admit(api, r, &c, &e) == -1 ||
	    answer(api, r, &c, a, &e) == -1)
		refuse(api, &e, a);
	json_decref(c.body);
	buf_free(&c.octets);
	if (strcmp(q->method, "GET") != 0)
		crash_point("api before answer");
}

/* A person of the roster has signed the header, body to come. */
static int
is_announced(struct api *api, const struct http_request *q)
{
	const struct request request = { q->method, q->authority, q->path,
	    q->query, q->body, 0 };
	struct request_proof proof;
	struct err e = ERR_INIT;

	return refresh(api, &e) == 0 && request_check_head(&request,
	    http_header(q, "Content-Digest"),
	    http_header(q, "Signature-Input"), http_header(q, "Signature"),
	    &proof) == 0 &&
	    roster_person_by_key(api->desk.roster, proof.key) != NULL;
}

/* Only staff may make us hold much; strangers' requests are small. */
static size_t
limit(void *ctx, const struct http_request *q)
{
	struct api *api = ctx;

	if (strcmp(q->method, "POST") != 0 && strcmp(q->method, "PUT") != 0)
		return 0;
	if (q->len <= STRANGER_MAX || !is_announced(api, q))
		return api->desk.has_pin ? STRANGER_MAX : FOUNDER_MAX;
	return strcmp(q->method, "PUT") == 0 ? REQUEST_BODY_MAX : JSON_MAX;
}

static void
give(void *connection, json_t *answer)
{
	struct http_answer a;

	memset(&a, 0, sizeof(a));
	if (answer != NULL)
		put_json(&a, 200, answer);
	else
		put_error(&a, 403, "denied", TEXT_DENIED);
	http_give(connection, &a);
}

/* Who was revoked meanwhile is told so, not what happened since. */
static void
answer_held(struct api *api)
{
	struct err e = ERR_INIT;

	if (api->held.n == 0)
		return;
	if (refresh(api, &e) == 0 && held_look(&api->held, &api->desk,
	    role_stopping(), give, &e) == 0)
		return;
	if (e.code == ERR_IO) {
		log_err("watch", &e);
		api->failed = 1;
	}
	/* Closed, or ending: whoever asks again hears why. */
	while (api->held.n > 0)
		give(api->held.all[--api->held.n].connection, NULL);
}

static int
tick(void *ctx)
{
	struct api *api = ctx;
	struct err e = ERR_INIT;

	answer_held(api);

	breath_look(&api->watch, store_now(api->desk.store));
	if (breath_take(&api->breath, &api->desk, "-", &e) == -1) {
		log_err("breath", &e);
		api->failed |= e.code == ERR_IO;
	}
	return api->failed || role_stopping();
}

static int
set_up(struct api *api, const struct role_args *args, struct err *e)
{
	memset(api, 0, sizeof(*api));
	api->args = args;
	api->stale = 1;
	if (args->nlisteners != 1) {
		err_set(e, ERR_BUG, "api was started without its listener");
		return -1;
	}
	return desk_open(&api->desk, "api", args->config, args->secrets, 0,
	    e);
}

static int
serve(struct api *api, struct err *e)
{
	static const char *const headers[] = { "Teduh-Wire", "1", NULL };
	const struct config_api *config = &api->args->config->api;
	int is_unix = strncmp(config->listen, "unix:", 5) == 0;
	struct http_options o;
	struct http *http;
	int result;

	memset(&o, 0, sizeof(o));
	o.listener = api->args->listeners[0];
	o.headers = headers;
	o.handler = handle;
	o.refuse = refuse_raw;
	o.limit = limit;
	o.tick = tick;
	o.ctx = api;
	o.per_ip = is_unix ? 0 : PER_IP;
	if ((http = http_open_files(&o, is_unix ? NULL : config->cert,
	    config->key, e)) == NULL)
		return -1;
	role_ready(api->args);
	result = http_loop(http, e);
	http_close(http);
	return result;
}

int
api_main(const struct role_args *args)
{
	struct err e = ERR_INIT;
	struct api api;
	int code = EX_OK;

	role_signals();
	if (set_up(&api, args, &e) == -1 || serve(&api, &e) == -1) {
		log_err("end", &e);
		code = e.code == ERR_INPUT ? EX_CONFIG : err_exit(e.code);
	}
	if (api.failed)
		code = EX_IOERR;
	desk_close(&api.desk);
	return code;
}
