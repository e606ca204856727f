/*
 * A look at the relay, for teduh-admin doctor: connect, TLS, log in, leave.
 * Where it was asked for, one test letter per desk goes from the desk to
 * itself, so that somebody sees what becomes of the desk's letters.
 */
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "daemon/config.h"
#include "daemon/post/login.h"
#include "daemon/post/drill.h"
#include "daemon/post/smtp.h"
#include "daemon/probe.h"
#include "daemon/role.h"
#include "daemon/secrets.h"
#include "lib/buf.h"
#include "lib/err.h"

#define WHAT		"relay"
#define MESSAGE_MAX	65536

static int
nothing(void *ctx, struct err *e)
{
	(void)ctx;
	(void)e;
	return 0;
}

static void
send_letter(const struct role_args *args, const struct config_desk *desk)
{
	const struct config_relay *relay = &args->config->relay;
	struct smtp_message m = { strrchr(desk->from_address, '@') + 1,
	    desk->from_address, desk->from_address, NULL, 0, nothing, NULL };
	char id[PROBE_ID_MAX], to[PROBE_ID_MAX], word[16];
	char why[SMTP_TROUBLE_MAX];
	struct err e = ERR_INIT;
	struct smtp_end end;
	struct buf b;

	probe_message_id(id, args->token, desk->name, desk->from_address);
	buf_init(&b, MESSAGE_MAX);
	(void)snprintf(to, sizeof(to), "%s", desk->from_address);
	if (drill_compose(desk, to, id, &b, &e) == -1)
		goto bad;
	m.bytes = b.bytes;
	m.len = b.len;
	if (smtp_send(relay, secrets_get(args->secrets, "smtp"), &m, &end,
	    &e) == -1)
		goto bad;
	if (smtp_outcome(&end, word) == OUTCOME_ACCEPTED) {
		probe_say(PROBE_GOOD, WHAT, desk->name, "the relay took the "
		    "desk's test letter to itself");
	} else if (end.phase == SMTP_BEFORE) {
		smtp_trouble(&end, relay, why);
		probe_say(PROBE_BAD, WHAT, desk->name, "%s", why);
	} else {
		probe_say(PROBE_BAD, WHAT, desk->name, "the relay did not "
		    "take the desk's test letter to itself (%s): check "
		    "'from_address'", word);
	}
	buf_free(&b);
	return;
bad:
	probe_say(PROBE_BAD, WHAT, desk->name, "%s", e.text);
	buf_free(&b);
}

int
post_probe(const struct role_args *args)
{
	const struct config *config = args->config;
	const struct config_relay *relay = &config->relay;
	char why[SMTP_TROUBLE_MAX];
	struct err e = ERR_INIT;
	struct smtp_end end;
	int64_t until_s = -1;
	size_t i;

	login_tokens(args->tokens);
	if (smtp_start(&e) == -1 || smtp_look(relay, secrets_get(
	    args->secrets, "smtp"), strrchr(config->desks[0].from_address,
	    '@') + 1, &end, &until_s, &e) == -1) {
		probe_say(PROBE_BAD, WHAT, relay->host, "%s", e.text);
		return EX_OK;
	}
	if (end.error != 0) {
		smtp_trouble(&end, relay, why);
		probe_say(PROBE_BAD, WHAT, relay->host, "%s", why);
	} else {
		probe_say(PROBE_GOOD, WHAT, relay->host, relay->user == NULL ?
		    "connected with TLS; no login is configured" :
		    "connected with TLS and logged in");
		probe_say_until(WHAT, relay->host, until_s);
	}
	for (i = 0; end.error == 0 && *args->token != '\0' &&
	    i < config->ndesks; i++)
		(probe_is(args->token, 'b') ? drill_send : send_letter)(args,
		    &config->desks[i]);
	smtp_stop();
	return EX_OK;
}
