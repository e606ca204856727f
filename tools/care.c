/*
 * Asking for an automatic mail to somebody who wrote.  Its words are the
 * desk's; what comes from here is to whom it goes, which the service cannot
 * read, and the signature that makes post send it.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/addressed.h"
#include "lib/asked.h"
#include "lib/buf.h"
#include "lib/err.h"
#include "lib/letter.h"
#include "tools/care.h"
#include "tools/casefile.h"
#include "tools/draft.h"
#include "tools/session.h"
#include "tools/words.h"

/* The case's language where the desk has it, else the desk's first. */
static void
set_language(struct asked *a, const struct casefile *cf,
    const json_t *desk)
{
	const json_t *languages = json_object_get(desk, "languages"), *one;
	const char *wanted = json_string_value(json_object_get(
	    casefile_json(cf), "language"));
	const char *language = json_string_value(json_array_get(languages,
	    0));
	size_t i;

	json_array_foreach(languages, i, one)
		if (wanted != NULL && json_is_string(one) &&
		    strcmp(json_string_value(one), wanted) == 0)
			language = wanted;
	(void)snprintf(a->language, sizeof(a->language), "%s",
	    language == NULL ? "en" : language);
}

/* To whom, and the ids by which an answer finds the case. */
static int
set_letter(struct casefile *cf, const json_t *desk, struct letter *l,
    struct err *e)
{
	const char *from, *at;

	if (casefile_doubtful(cf)) {
		err_set(e, ERR_DENIED, _("a letter of the case %s could not "
		    "be verified, so nobody is written to in it: 'teduh show "
		    "%s' says which; tell the people who run the service"),
		    casefile_id(cf), casefile_id(cf));
		return -1;
	}
	if (draft_address(cf, l, e) == -1 ||
	    wire_get_string(desk, "from_address", &from, e) == -1)
		return -1;
	if (l->to == NULL) {
		err_set(e, ERR_CONFLICT, _("p%" PRId64 " of the case %s left "
		    "no address, so no automatic mail goes there: close the "
		    "case without '--after-care'"), l->participant,
		    casefile_id(cf));
		return -1;
	}
	if (draft_not_ours(cf, l, from, e) == -1)
		return -1;
	at = strrchr(from, '@');
	l->message_id = letter_message_id_new(at == NULL ? from : at + 1);
	l->reply_token = letter_token_new();
	return 0;
}

static json_t *
sign(struct session *s, const struct asked *a, const struct buf *box)
{
	unsigned char signature[SIGN_LEN];
	char statement[ASKED_MAX];
	json_t *o = json_object();

	asked_print(a, statement);
	signature_make(s->me->signer, PURPOSE_AUTOMATIC, statement,
	    strlen(statement), signature);
	(void)json_object_set_new(o, "statement", json_string(statement));
	wire_set_hex(o, "signature", signature, SIGN_LEN);
	wire_set_base64(o, "address", box->bytes, box->len);
	return o;
}

/* A notice stands by itself: it shall be beside nothing that tells. */
static json_t *
ask(struct session *s, struct casefile *cf, const char *template,
    int64_t participant, int threaded, struct err *e)
{
	const json_t *desk = session_desk(s, casefile_desk(cf), e);
	unsigned char postman[SEAL_KEY];
	struct asked a;
	json_t *o = NULL;
	struct letter l;
	struct buf box;

	memset(&a, 0, sizeof(a));
	a.template = template;
	letter_init(&l);
	l.participant = a.participant = participant;
	buf_init(&box, ADDRESSED_MAX);
	if (desk == NULL || set_letter(cf, desk, &l, e) == -1 ||
	    (threaded && draft_thread(cf, &l, e) == -1) ||
	    roster_postman(s->roster, postman, e) == -1)
		goto out;
	seal_random(a.id, SEAL_ID);
	if (addressed_seal(postman, a.id, &l, &box, e) == -1)
		goto out;
	addressed_hash(a.address, box.bytes, box.len);
	set_language(&a, cf, desk);
	(void)snprintf(a.desk, sizeof(a.desk), "%s", casefile_desk(cf));
	memcpy(a.case_id, casefile_id(cf), CASE_ID_LEN + 1);
	a.at = client_now(s->client);
	o = sign(s, &a, &box);
out:
	buf_free(&box);
	letter_free(&l);
	return o;
}

json_t *
care_request(struct session *s, struct casefile *cf, struct err *e)
{
	return ask(s, cf, "after-care", ASKED_SEEKER, 1, e);
}

json_t *
care_notice(struct session *s, struct casefile *cf, int64_t participant,
    struct err *e)
{
	return ask(s, cf, "notice", participant, 0, e);
}
