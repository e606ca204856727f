/*
 * Asking for an acknowledgement.  What it says is a template; what it takes
 * from the letter are the address and the ids of its thread, sealed to the
 * postman before anything is written.
 *
 * A reply token and a Message-ID of ours go with it, as with an answer, so
 * that what the seeker answers to it comes to the same case.
 */
#include <stdio.h>
#include <string.h>

#include "daemon/config.h"
#include "daemon/desk/acknowledge.h"
#include "daemon/desk/bounce.h"
#include "daemon/desk/desk.h"
#include "daemon/desk/due.h"
#include "daemon/desk/once.h"
#include "daemon/store/store.h"
#include "lib/buf.h"
#include "lib/err.h"
#include "lib/letter.h"

static int
may(const struct config_desk *desk, const json_t *view, const char *flags)
{
	const char *class;

	if (desk == NULL || desk->acknowledge == ACKNOWLEDGE_OFF ||
	    view == NULL || flags[0] != '\0')
		return 0;
	class = json_string_value(json_object_get(view, "class"));
	return class != NULL && strcmp(class, "person") == 0 &&
	    json_is_true(json_object_get(view, "answerable"));
}

/* A stranger's ids are asked first, and only so many are taken along. */
static void
add_reference(struct letter *l, const json_t *id)
{
	const char *text = json_string_value(id);

	if (text != NULL && letter_id_valid(text) &&
	    l->nreferences < LETTER_REFERENCES_MAX)
		l->references[l->nreferences++] = mem_strdup(text);
}

static void
thread_of(struct letter *l, const json_t *view)
{
	const json_t *id = json_object_get(view, "message_id");
	const json_t *references = json_object_get(view, "references");
	size_t n = json_array_size(references), i;

	i = n < LETTER_REFERENCES_MAX ? 0 : n - LETTER_REFERENCES_MAX + 1;
	for (; i < n; i++)
		add_reference(l, json_array_get(references, i));
	add_reference(l, id);
	if (json_is_string(id) && letter_id_valid(json_string_value(id)))
		l->in_reply_to = mem_strdup(json_string_value(id));
}

static int
prepare(struct acknowledge *a, struct desk *d, const char *to,
    const struct config_desk *desk, const json_t *view, struct err *e)
{
	struct letter l;
	int result;

	letter_init(&l);
	l.to = mem_strdup(to);
	l.message_id = letter_message_id_new(
	    strrchr(desk->from_address, '@') + 1);
	l.reply_token = letter_token_new();
	thread_of(&l, view);
	desk_hash_token(d, "message-id", l.message_id, a->message);
	desk_hash_token(d, "reply", l.reply_token, a->reply);
	result = automatic_seal(d, &a->mail, &l, e);
	letter_free(&l);
	return result;
}

/*
 * Who complained about mail of ours gets none from a machine, and neither
 * does whoever sends our own mail back.
 */
static int
is_left_alone(struct desk *d, const char *to, const json_t *view)
{
	unsigned char address[SEAL_HASH];
	struct err e = ERR_INIT;

	return bounce_is_ours(d, view, &e) != 0 ||
	    desk_hash_address(d, to, address, &e) == -1 ||
	    bounce_no_automatic(d, address, &e) != 0;
}

void
acknowledge_prepare(struct acknowledge *a, struct desk *d,
    const struct config_mailbox *mailbox, const json_t *view,
    const char *flags)
{
	const struct config_desk *desk = config_desk(d->config,
	    mailbox->desk);
	int64_t now = store_now(d->store);
	struct err e = ERR_INIT;
	const char *to, *language;

	memset(a, 0, sizeof(*a));
	if (!may(desk, view, flags))
		return;
	to = json_string_value(json_object_get(json_object_get(view,
	    "from"), "address"));
	automatic_begin(&a->mail, d, AUTOMATIC_ACKNOWLEDGEMENT, desk->name);
	language = json_string_value(json_object_get(view, "language"));
	if (config_speaks(desk, language))
		(void)snprintf(a->mail.language, sizeof(a->mail.language),
		    "%s", language);
	(void)snprintf(a->mail.form, sizeof(a->mail.form), "%s",
	    desk->acknowledge == ACKNOWLEDGE_FULL ? "full" : "neutral");
	a->mail.due_s = due_at(desk, now, DUE_FIRST, 0) - now;
	a->wanted = to != NULL && !is_left_alone(d, to, view) &&
	    prepare(a, d, to, desk, view, &e) == 0;
}

static int
add_token(struct desk *d, const struct automatic *m, const char *kind,
    const unsigned char hash[SEAL_HASH], struct err *e)
{
	return store_run(d->store, STMT_TOKEN_ADD, ARGS(V_BLOB(hash,
	    SEAL_HASH), V_TEXT(kind), V_TEXT(m->case_id),
	    V_INT(m->participant), V_BLOB(m->item, SEAL_ID)), NULL, NULL,
	    e) == -1 ? -1 : 0;
}

int
acknowledge_write(struct acknowledge *a, struct desk *d,
    const struct deposit *dep, struct err *e)
{
	struct automatic *m = &a->mail;
	char about[32];

	if (!a->wanted)
		return 0;
	(void)snprintf(m->case_id, sizeof(m->case_id), "%s", dep->case_id);
	m->participant = dep->participant;
	memcpy(m->item, dep->item, SEAL_ID);
	(void)snprintf(about, sizeof(about), "acknowledgement %s",
	    dep->case_id);
	if (add_token(d, m, "message-id", a->message, e) == -1 ||
	    add_token(d, m, "reply", a->reply, e) == -1 ||
	    once_add(d, m, e) == -1)
		return -1;
	return automatic_add(d, m, about, store_now(d->store), e);
}
