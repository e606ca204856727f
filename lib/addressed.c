/*
 * Whom an automatic mail goes to, sealed to the postman.  The address and
 * the ids of the thread it answers are personal; they stand in the store
 * only so long as the mail has not left, and only post can read them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/addressed.h"
#include "lib/buf.h"
#include "lib/err.h"
#include "lib/letter.h"
#include "lib/text.h"
#include "lib/wire.h"

#define BOX_AUTOMATIC	"teduh/automatic-address/v1"

static void
context_of(const unsigned char id[SEAL_ID], char out[CONTEXT_MAX])
{
	char hex[2 * SEAL_ID + 1];

	wire_hex(hex, id, SEAL_ID);
	(void)snprintf(out, CONTEXT_MAX, "automatic/%s", hex);
}

static json_t *
string_or_null(const char *text)
{
	return text == NULL ? json_null() : json_string(text);
}

static json_t *
address_json(const struct letter *l)
{
	json_t *json = json_object(), *references = json_array();
	size_t i;

	for (i = 0; i < l->nreferences; i++)
		(void)json_array_append_new(references,
		    json_string(l->references[i]));
	(void)json_object_set_new(json, "to", json_string(l->to));
	(void)json_object_set_new(json, "message_id",
	    json_string(l->message_id));
	(void)json_object_set_new(json, "reply_token",
	    string_or_null(l->reply_token));
	(void)json_object_set_new(json, "in_reply_to",
	    string_or_null(l->in_reply_to));
	(void)json_object_set_new(json, "references", references);
	return json;
}

int
addressed_seal(const unsigned char postman[SEAL_KEY],
    const unsigned char id[SEAL_ID], const struct letter *l, struct buf *box,
    struct err *e)
{
	json_t *json = address_json(l);
	char context[CONTEXT_MAX], *text;
	size_t len;
	int result;

	text = wire_print(json, &len);
	json_decref(json);
	context_of(id, context);
	result = seal_box(postman, BOX_AUTOMATIC, context, text, len, box, e);
	seal_wipe(text, len);
	free(text);
	return result;
}

void
addressed_hash(unsigned char hash[SEAL_HASH], const void *box, size_t len)
{
	seal_hash(hash, BOX_AUTOMATIC, box, len);
}

static char *
copy_or_null(const char *text)
{
	return text == NULL ? NULL : mem_strdup(text);
}

static int
take_address(const json_t *json, struct letter *l, struct err *e)
{
	const char *to, *id, *token, *answers;
	json_t *references, *one;
	size_t i;

	if (wire_get_string(json, "to", &to, e) == -1 ||
	    wire_get_string(json, "message_id", &id, e) == -1 ||
	    wire_get_string_opt(json, "reply_token", &token, e) == -1 ||
	    wire_get_string_opt(json, "in_reply_to", &answers, e) == -1 ||
	    wire_get_array(json, "references", LETTER_REFERENCES_MAX,
	    &references, e) == -1 || text_address_check(to, e) == -1)
		return -1;
	l->to = mem_strdup(to);
	l->message_id = mem_strdup(id);
	l->reply_token = copy_or_null(token);
	l->in_reply_to = copy_or_null(answers);
	json_array_foreach(references, i, one) {
		if (json_is_string(one))
			l->references[l->nreferences++] =
			    mem_strdup(json_string_value(one));
	}
	return 0;
}

int
addressed_open(const struct secret *postman, const unsigned char id[SEAL_ID],
    const void *box, size_t len, struct letter *l, struct err *e)
{
	char context[CONTEXT_MAX];
	struct secret *plain;
	json_t *json;
	int result = -1;

	letter_init(l);
	context_of(id, context);
	plain = seal_box_open(postman, BOX_AUTOMATIC, context, box, len, e);
	if (plain == NULL)
		return -1;
	if ((json = wire_parse(plain->bytes, plain->len, e)) != NULL)
		result = take_address(json, l, e);
	json_decref(json);
	secret_free(plain);
	return result;
}
