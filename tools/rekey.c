/*
 * New keys of a case.  The list of staff says to whom they are sealed, never
 * the service; and they follow the key under which roles have signed.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/buf.h"
#include "lib/epoch.h"
#include "lib/err.h"
#include "tools/casefile.h"
#include "tools/rekey.h"
#include "tools/session.h"

#define BOX_MAX		1024

/* All but the key itself. */
static int
begin(struct epoch *x, const struct session *s, const struct casefile *cf,
    const char *desk, struct err *e)
{
	unsigned char pub[SEAL_KEY];
	const char *from = casefile_desk(cf);

	memset(x, 0, sizeof(*x));
	if (casefile_key(cf, &x->epoch, pub, e) == -1)
		return -1;
	x->epoch++;
	x->at = client_now(s->client);
	memcpy(x->case_id, casefile_id(cf), sizeof(x->case_id));
	memcpy(x->desk, desk, strlen(desk) + 1);
	memcpy(x->by, s->service.name, sizeof(x->by));
	if (strcmp(from, desk) != 0)
		memcpy(x->from, from, strlen(from) + 1);
	return 0;
}

json_t *
rekey_body(struct session *s, const struct casefile *cf, const char *desk,
    struct err *e)
{
	unsigned char team[SEAL_KEY], signature[SIGN_LEN];
	char context[CONTEXT_MAX], *text = NULL;
	struct secret *secret = NULL;
	json_t *body = NULL;
	struct buf box;
	struct epoch x;
	size_t len;

	buf_init(&box, BOX_MAX);
	if (begin(&x, s, cf, desk, e) == -1 ||
	    roster_team(s->roster, desk, team, &x.team_epoch, e) == -1)
		goto out;
	secret = seal_pair_new(x.case_key);
	context_case(context, x.case_id, x.epoch, desk, x.team_epoch);
	if (seal_box(team, BOX_CASE, context, secret->bytes, secret->len,
	    &box, e) == -1)
		goto out;
	text = epoch_print(&x, &len);
	signature_make(s->me->signer, PURPOSE_EPOCH, text, len, signature);
	body = json_pack("{s:I, s:I}", "epoch", (json_int_t)x.epoch,
	    "team_epoch", (json_int_t)x.team_epoch);
	wire_set_hex(body, "public", x.case_key, SEAL_KEY);
	wire_set_base64(body, "box", box.bytes, box.len);
	wire_set_base64(body, "statement", text, len);
	wire_set_hex(body, "signature", signature, SIGN_LEN);
out:
	free(text);
	buf_free(&box);
	secret_free(secret);
	return body;
}

json_t *
rekey_move(struct session *s, const struct casefile *cf, const char *desk,
    struct err *e)
{
	unsigned char team[SEAL_KEY];
	json_t *epoch, *keys;
	int64_t team_epoch;

	if (roster_team(s->roster, desk, team, &team_epoch, e) == -1 ||
	    (keys = casefile_reseal(cf, desk, team_epoch, team, e)) == NULL)
		return NULL;
	if ((epoch = rekey_body(s, cf, desk, e)) == NULL) {
		json_decref(keys);
		return NULL;
	}
	return json_pack("{s:o, s:o}", "epoch", epoch, "keys", keys);
}
