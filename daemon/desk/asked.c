/*
 * Automatic mail that a person of the desk asks for.  Nothing is decided here
 * about the address: it is sealed, and post compares it with what a role
 * signed.
 */
#include <string.h>

#include "daemon/config.h"
#include "daemon/desk/asked.h"
#include "daemon/desk/desk.h"
#include "daemon/desk/staff.h"
#include "daemon/desk/template.h"
#include "daemon/store/store.h"
#include "lib/addressed.h"
#include "lib/buf.h"
#include "lib/err.h"

#define APART_S		3600	/* between the person's clock and ours */

int
asked_parse(const struct desk *d, const struct actor *actor,
    const json_t *o, enum automatic_template template, struct automatic *m,
    unsigned char signature[SIGN_LEN], struct err *e)
{
	unsigned char hash[SEAL_HASH];
	const char *statement;
	struct buf box;
	int64_t apart;
	int result = -1;

	if (wire_get_base64(o, "address", AUTOMATIC_BOX_MAX, &box, e) == -1 ||
	    wire_get_string(o, "statement", &statement, e) == -1 ||
	    wire_get_hex(o, "signature", signature, SIGN_LEN, e) == -1)
		goto out;
	if (automatic_parse(m, statement) == 0 && m->template == template &&
	    signature_check(actor->person->sign, PURPOSE_AUTOMATIC,
	    statement, strlen(statement), signature)) {
		apart = store_now(d->store) - m->at;
		addressed_hash(hash, box.bytes, box.len);
		if (apart <= APART_S && apart >= -APART_S &&
		    seal_equal(hash, m->address, SEAL_HASH))
			result = 0;
	}
	if (result == -1)
		err_set(e, ERR_INPUT, "the signed request for an automatic "
		    "mail is not as it must be: repeat the command with a "
		    "newer 'teduh', and look at the clock of your machine");
	else {
		memcpy(m->box, box.bytes, box.len);
		m->box_len = box.len;
	}
out:
	buf_free(&box);
	return result;
}

enum asked_fault
asked_look(const struct desk *d, const struct automatic *m)
{
	struct err why = ERR_INIT;
	struct buf subject, body;
	int result;

	if (d->config->relay.host == NULL)
		return ASKED_NO_RELAY;
	buf_init(&subject, TEMPLATE_SUBJECT_MAX);
	buf_init(&body, TEMPLATE_BODY_MAX);
	result = template_render(d->config, m, &subject, &body, &why);
	buf_free(&subject);
	buf_free(&body);
	return result == -1 ? ASKED_NO_TEXT : ASKED_FINE;
}
