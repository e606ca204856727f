/*
 * Letters that find out what a provider keeps of our envelopes: the empty
 * sender, the word behind a plus sign, the return path.  Each is marked as a
 * machine's, so that nobody answers it.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "daemon/config.h"
#include "daemon/post/drill.h"
#include "daemon/post/smtp.h"
#include "daemon/probe.h"
#include "daemon/role.h"
#include "daemon/secrets.h"
#include "lib/buf.h"
#include "lib/compose.h"
#include "lib/err.h"
#include "lib/letter.h"
#include "lib/seal.h"

#define MESSAGE_MAX	65536
#define ADDRESS_MAX	320
#define NOWHERE		"nobody@teduh-drill.invalid"	/* RFC 2606 */

static int
nothing(void *ctx, struct err *e)
{
	(void)ctx;
	(void)e;
	return 0;
}

int
drill_compose(const struct config_desk *desk, char *to, char *message_id,
    struct buf *out, struct err *e)
{
	struct letter letter;
	struct compose c = { .letter = &letter,
	    .from_name = desk->from_name,
	    .from_address = desk->from_address,
	    .auto_submitted = "auto-generated",
	    .date_s = (int64_t)time(NULL) };
	char text[] = "This is a test letter of the service to itself.\n"
	    "Nobody needs to answer it; where it has become a case, close "
	    "that.\n";

	letter_init(&letter);
	letter.to = to;
	letter.subject = desk->subject;
	letter.body = text;
	letter.message_id = message_id;
	seal_random(c.boundary_seed, sizeof(c.boundary_seed));
	return compose_message(&c, out, e);	/* it owns nothing of ours */
}

/* -1 with a finding when nothing can be sent; else how it ended. */
static int
send_one(const struct role_args *args, const struct config_desk *desk,
    const char *kind, const char *from, char *to, struct smtp_end *end)
{
	const struct config_relay *relay = &args->config->relay;
	struct smtp_message m = { strrchr(desk->from_address, '@') + 1, from,
	    to, NULL, 0, nothing, NULL };
	char id[PROBE_ID_MAX];
	struct err e = ERR_INIT;
	struct buf b;
	int result;

	probe_message_id(id, args->token, kind, desk->from_address);
	buf_init(&b, MESSAGE_MAX);
	result = drill_compose(desk, to, id, &b, &e);
	m.bytes = b.bytes;
	m.len = b.len;
	if (result == 0)
		result = smtp_send(relay, secrets_get(args->secrets, "smtp"),
		    &m, end, &e);
	if (result == -1)
		probe_say(PROBE_BAD, "relay", relay->host, "%s", e.text);
	buf_free(&b);
	return result;
}

static void
try_null_sender(const struct role_args *args, const struct config_desk *desk)
{
	const char *host = args->config->relay.host;
	char to[ADDRESS_MAX], word[16];
	struct smtp_end end;

	(void)snprintf(to, sizeof(to), "%s", desk->from_address);
	if (send_one(args, desk, "null", "", to, &end) == -1)
		return;
	if (smtp_outcome(&end, word) == OUTCOME_ACCEPTED)
		probe_say(PROBE_GOOD, PROBE_NULL_SENDER, host, "the relay "
		    "takes mail without a sender");
	else if (end.code >= 500)
		probe_say(PROBE_WARN, PROBE_NULL_SENDER, host, "the relay "
		    "takes no mail without a sender (%s): automatic mail "
		    "bears the desk's address there from now on", word);
	else
		probe_say(PROBE_BAD, "relay", host, "the relay did not take "
		    "a letter (%s): try again later", word);
}

static void
try_plus(const struct role_args *args, const struct config_desk *desk)
{
	char to[ADDRESS_MAX], word[16];
	struct smtp_end end;

	probe_plus(to, args->token, desk->from_address);
	if (send_one(args, desk, "plus", desk->from_address, to,
	    &end) == 0 && smtp_outcome(&end, word) != OUTCOME_ACCEPTED)
		probe_say(PROBE_WARN, "relay", args->config->relay.host,
		    "the relay does not take mail to the desk's address with "
		    "a plus sign (%s)", word);
}

static void
try_bounce(const struct role_args *args, const struct config_desk *desk)
{
	const char *nowhere = args->token + PROBE_TOKEN + 1;
	char from[ADDRESS_MAX], to[ADDRESS_MAX], word[16];
	struct smtp_end end;

	probe_plus(from, args->token + PROBE_TOKEN / 2, desk->from_address);
	(void)snprintf(to, sizeof(to), "%s", *nowhere == '\0' ? NOWHERE :
	    nowhere);
	if (send_one(args, desk, "gone", from, to, &end) == 0 &&
	    smtp_outcome(&end, word) != OUTCOME_ACCEPTED)
		probe_say(PROBE_WARN, "relay", args->config->relay.host,
		    "the relay refuses at once what cannot be delivered "
		    "(%s): give an address elsewhere that is not there with "
		    "'--to'", word);
}

void
drill_send(const struct role_args *args, const struct config_desk *desk)
{
	try_null_sender(args, desk);
	try_plus(args, desk);
	try_bounce(args, desk);
}
