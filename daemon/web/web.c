/*
 * Role web: the door for people who write by a form.  It may add to cases
 * and cannot read them; a mailbox is opened only within the request that
 * carries its return code.
 *
 * There is one address for everything, so that a history of pages tells
 * nothing; what is wanted stands in the body of a POST.  No address of a
 * visitor but within the request that it sends, no log of who came, and no
 * cookie but the one that shows the code of a letter just sent (ticket.h).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "daemon/config.h"
#include "daemon/config_rules.h"
#include "daemon/desk/readings.h"
#include "daemon/desk/strand.h"
#include "daemon/log.h"
#include "daemon/role.h"
#include "daemon/secrets.h"
#include "daemon/store/store.h"
#include "daemon/web/guess.h"
#include "daemon/web/page.h"
#include "daemon/web/web.h"
#include "lib/buf.h"
#include "lib/err.h"

#define PLAIN		"text/plain; charset=utf-8"
#define CONNECTIONS	4096u

static const char *const headers[] = {
	"Content-Security-Policy", "default-src 'none'; style-src 'self'; "
	    "script-src 'self'; connect-src 'self'; img-src data:; "
	    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
	"Referrer-Policy", "no-referrer",
	"Cross-Origin-Opener-Policy", "same-origin",
	"Cross-Origin-Resource-Policy", "same-origin",
	"Permissions-Policy", "camera=(), microphone=(), geolocation=()",
	NULL
};

static void
put(struct http_answer *a, int status, const char *type, const char *text)
{
	a->status = status;
	a->type = type;
	a->len = strlen(text);
	a->bytes = mem_dup(text, a->len);
}

/* The roster as it stands. 0, -1 as desk_refresh(). */
static int
refresh(struct web *web, struct err *e)
{
	struct desk *d = &web->desk;

	if (!web->stale && !store_changed(d->store) &&
	    roster_seq(d->roster) > 0)
		return 0;
	web->stale = 1;
	if (desk_refresh(d, e) == -1)
		return -1;
	web->stale = 0;
	return 0;
}

/* What is the same for everybody: 1 when it was answered. */
static int
answer_file(struct web *web, const struct http_request *q,
    struct http_answer *a)
{
	if (strcmp(q->method, "GET") != 0 && strcmp(q->method, "HEAD") != 0)
		return 0;
	if (strcmp(q->path, "/style.css") == 0)
		put(a, 200, "text/css; charset=utf-8", web->door->style);
	else if (strcmp(q->path, "/door.js") == 0)
		put(a, 200, "text/javascript; charset=utf-8",
		    web->door->script);
	else if (strcmp(q->path, "/healthz") == 0)
		put(a, web->stale ? 503 : 200, PLAIN, web->stale ?
		    "closed\n" : "ok\n");
	else if (strcmp(q->path, "/robots.txt") == 0)
		put(a, 200, PLAIN, "User-agent: *\nDisallow: /\n");
	else
		return 0;
	return 1;
}

/* In which language: as the form has it, else as the browser asks. */
static const struct door_language *
choose_language(const struct visit *v)
{
	const struct door_language *l;

	if ((l = door_language(v->desk, visit_field(v, "to"))) != NULL ||
	    (l = door_language(v->desk, visit_field(v, "language"))) != NULL)
		return l;
	if (v->has_ticket &&
	    (l = door_language(v->desk, v->ticket.language)) != NULL)
		return l;
	return door_language_wanted(v->desk, http_header(v->request,
	    "Accept-Language"));
}

static const struct form_limits form_limits = { 64, VISIT_FILES_MAX,
    VISIT_TEXT_MAX, VISIT_BODY_MAX };

void
visit_free(struct visit *v)
{
	seal_wipe(&v->network, sizeof(v->network));
	strand_free(v->strand);
	v->strand = NULL;
	return_code_free(&v->code);
	form_free(&v->form);
}

static void
visit(struct visit *v)
{
	const struct http_request *q = v->request;
	int is_post = strcmp(q->method, "POST") == 0;
	struct err e = ERR_INIT;

	if (is_post)
		(void)form_parse(&v->form, http_header(q, "Content-Type"),
		    q->body, q->len, &form_limits, &e);
	visit_read_ticket(v);
	v->sender = visit_sender(v);
	network_find(&v->network, q->peer, http_header_last(q,
	    "X-Forwarded-For"), v->web->args->config->web.trust_forwarded);
	v->language = choose_language(v);
	(void)snprintf(v->place, sizeof(v->place), "%s/%s", v->web->base,
	    v->once != NULL ? v->desk->desk->name : q->path + 1);
	if (visit_show_once(v, is_post))
		;
	else if (is_post)
		visit_post(v);
	else if (strcmp(q->method, "GET") != 0 &&
	    strcmp(q->method, "HEAD") != 0)
		put(v->answer, 405, PLAIN, "GET and POST are answered here\n");
	else if (v->has_ticket)
		visit_show_sent(v);
	else
		visit_show_form(v, NULL);
	visit_free(v);
}

static void
handle(void *ctx, const struct http_request *q, struct http_answer *a)
{
	struct web *web = ctx;
	struct err e = ERR_INIT;
	struct visit v;

	if (refresh(web, &e) == -1) {
		log_err("roster", &e);
		web->failed |= e.code == ERR_IO;
	}
	if (answer_file(web, q, a))
		return;
	memset(&v, 0, sizeof(v));
	v.web = web;
	v.request = q;
	v.answer = a;
	if (visit_is_once(q->path))
		visit_once_desk(&v);
	else
		v.desk = door_desk(web->door, q->path);
	if (v.desk != NULL) {
		visit(&v);
		return;
	}
	/* In the first desk's language: the way to a page that there is. */
	v.desk = &web->door->desks[0];
	v.language = choose_language(&v);
	(void)snprintf(v.place, sizeof(v.place), "%s/", web->base);
	visit_show_message(&v, 404, "lost_title", "lost_text");
}

static void
refuse_raw(void *ctx, int status, const char *text, struct http_answer *a)
{
	(void)ctx;
	put(a, status, PLAIN, text);
}

static size_t
limit(void *ctx, const struct http_request *q)
{
	(void)ctx;
	return strcmp(q->method, "POST") == 0 ? VISIT_READ_MAX : 0;
}

static int
tick(void *ctx)
{
	struct web *web = ctx;
	struct err e = ERR_INIT;

	visit_commit(web);
	readings_idle(web->readings);
	visit_log_codes(web, 0);
	if (breath_take(&web->breath, &web->desk, web->args->name,
	    &e) == -1) {
		log_err("breath", &e);
		web->failed |= e.code == ERR_IO;
	}
	return web->failed || role_stopping();
}

static size_t
watch(void *ctx, struct pollfd *list)
{
	struct web *web = ctx;

	return readings_watch(web->readings, list);
}

/* The path of "https://host/help/" is "/help", which stands before all. */
static void
take_base(struct web *web, const char *url)
{
	const char *path = url == NULL ? NULL : strstr(url, "://");
	size_t n;

	if (path == NULL || (path = strchr(path + 3, '/')) == NULL)
		return;
	n = strcspn(path, "?#");
	while (n > 0 && path[n - 1] == '/')
		n--;
	(void)snprintf(web->base, sizeof(web->base), "%.*s", (int)n, path);
}

static int
set_up(struct web *web, const struct role_args *args, struct err *e)
{
	memset(web, 0, sizeof(*web));
	web->args = args;
	web->stale = 1;
	if (args->nlisteners != 1 || args->config->ndesks == 0) {
		err_set(e, ERR_BUG, "web was started without its listener or "
		    "without a desk");
		return -1;
	}
	if (desk_open(&web->desk, "web", args->config, args->secrets,
	    DESK_PIN | DESK_PEPPER | DESK_KEY, e) == -1 ||
	    (web->door = door_load(args->config, e)) == NULL ||
	    (web->rules = config_rules_load(args->config, NULL, e)) == NULL)
		return -1;
	web->desk.rules = web->rules;
	web->loads = mem_alloc(web->door->ndesks * sizeof(*web->loads));
	web->readings = readings_open(args->reader);
	web->guess = guess_new();
	web->codes_at = store_now(web->desk.store);
	take_base(web, args->config->web.url);
	return 0;
}

static int
serve(struct web *web, struct err *e)
{
	const struct config_web *config = &web->args->config->web;
	struct http_options o;
	struct http *http;
	int result;

	memset(&o, 0, sizeof(o));
	o.listener = web->args->listeners[0];
	o.connections = CONNECTIONS;
	o.headers = headers;
	o.handler = handle;
	o.refuse = refuse_raw;
	o.limit = limit;
	o.tick = tick;
	o.watch = watch;
	o.ctx = web;
	if ((http = http_open_files(&o, config->cert, config->key,
	    e)) == NULL)
		return -1;
	role_ready(web->args);
	result = http_loop(http, e);
	visit_drop(web);
	http_close(http);
	return result;
}

int
web_check(const struct config *config, struct err *e)
{
	struct door *d = door_load(config, e);

	door_free(d);
	return d == NULL ? -1 : 0;
}

int
web_main(const struct role_args *args)
{
	struct err e = ERR_INIT;
	struct web web;
	int code = EX_OK;

	role_signals();
	if (set_up(&web, args, &e) == -1 || serve(&web, &e) == -1) {
		log_err("end", &e);
		code = e.code == ERR_INPUT ? EX_CONFIG : err_exit(e.code);
	}
	if (web.failed)
		code = EX_IOERR;
	if (web.desk.store != NULL)
		visit_log_codes(&web, 1);
	door_free(web.door);
	guess_free(web.guess);
	free(web.loads);
	readings_close(web.readings);
	desk_close(&web.desk);
	config_rules_free(web.rules);
	return code;
}
