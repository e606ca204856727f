/*
 * The link to a mail for who wants the answer by mail.  There is no field for
 * an address, so that nobody can make us write to anybody: the mail that the
 * person sends, with the token of the strand in our address, tells it.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/config.h"
#include "daemon/role.h"
#include "daemon/web/web.h"
#include "lib/buf.h"
#include "lib/err.h"

#define LINK_MAX	4096

/* In a mailto: URI (RFC 6068, 2) these stand for themselves. */
static int
is_plain(unsigned char c)
{
	return isalnum(c) || strchr("-._~!$'()*+:@", c) != NULL;
}

static int
add_encoded(struct buf *out, const char *text, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c != '\0' && is_plain(c) ? buf_addc(out, (char)c) == -1 :
		    buf_addf(out, "%%%02X", c) == -1)
			return -1;
	}
	return 0;
}

/* Mails to the desk's address come here. */
static int
has_mailbox(const struct config *config, const struct config_desk *desk)
{
	size_t i;

	for (i = 0; i < config->nmailboxes; i++)
		if (strcmp(config->mailboxes[i].desk, desk->name) == 0)
			return 1;
	return 0;
}

static int
add_token(const struct visit *v, struct buf *out, const char *case_id,
    int64_t participant)
{
	char token[DESK_MAILTO + 1];
	int full;

	desk_mailto_token(&v->web->desk, case_id, participant, token);
	full = buf_addf(out, "+%s", token);
	seal_wipe(token, sizeof(token));
	return full;
}

void
visit_set_mailto(const struct visit *v, json_t *o, const char *case_id,
    int64_t participant)
{
	const struct config *config = v->web->args->config;
	const struct config_desk *desk = v->desk->desk;
	const char *from = desk->from_address, *body, *at;
	struct buf link;

	if (from == NULL || (at = strrchr(from, '@')) == NULL ||
	    config->relay.host == NULL || !has_mailbox(config, desk))
		return;
	body = visit_word(v, "mailto_body");
	buf_init(&link, LINK_MAX);
	if (buf_adds(&link, "mailto:") == 0 &&
	    add_encoded(&link, from, (size_t)(at - from)) == 0 &&
	    (case_id == NULL || add_token(v, &link, case_id,
	    participant) == 0) &&
	    add_encoded(&link, at, strlen(at)) == 0 &&
	    buf_adds(&link, "?subject=") == 0 &&
	    add_encoded(&link, desk->subject, strlen(desk->subject)) == 0 &&
	    (case_id == NULL || (buf_adds(&link, "&body=") == 0 &&
	    add_encoded(&link, body, strlen(body)) == 0)))
		visit_set_text(o, "mailto", link.bytes);
	buf_free(&link);
}
