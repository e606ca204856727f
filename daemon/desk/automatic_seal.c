/*
 * Whom an automatic mail goes to, sealed to the postman.  The address and
 * the ids of the thread it answers are personal; they stand in the store
 * only so long as the mail has not left, and only post can read them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/config.h"
#include "daemon/desk/automatic.h"
#include "daemon/desk/desk.h"
#include "lib/buf.h"
#include "lib/err.h"
#include "lib/letter.h"
#include "lib/text.h"

#define BOX_AUTOMATIC	"teduh/automatic-address/v1"

void
automatic_begin(struct automatic *m, const struct desk *d,
    enum automatic_template template, const char *name)
{
	const struct config_desk *desk = config_desk(d->config, name);
	const char *languages = desk == NULL ? "en" : desk->languages;
	size_t n = strcspn(languages, " ");

	memset(m, 0, sizeof(*m));
	m->template = template;
	seal_random(m->id, sizeof(m->id));
	(void)snprintf(m->desk, sizeof(m->desk), "%s", name);
	if (n >= sizeof(m->language))
		n = sizeof(m->language) - 1;
	memcpy(m->language, languages, n);
}

static void
context_of(const struct automatic *m, char out[CONTEXT_MAX])
{
	char id[2 * SEAL_ID + 1];

	wire_hex(id, m->id, SEAL_ID);
	(void)snprintf(out, CONTEXT_MAX, "automatic/%s", id);
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
automatic_seal(const struct desk *d, struct automatic *m,
    const struct letter *l, struct err *e)
{
	unsigned char postman[SEAL_KEY];
	char context[CONTEXT_MAX], *text;
	struct buf box;
	json_t *json;
	size_t len;
	int result;

	if (roster_postman(d->roster, postman, e) == -1)
		return -1;
	json = address_json(l);
	text = wire_print(json, &len);
	json_decref(json);
	context_of(m, context);
	buf_init(&box, AUTOMATIC_BOX_MAX);
	result = seal_box(postman, BOX_AUTOMATIC, context, text, len, &box,
	    e);
	if (result == 0) {
		memcpy(m->box, box.bytes, box.len);
		m->box_len = box.len;
		seal_hash(m->address, BOX_AUTOMATIC, box.bytes, box.len);
	}
	buf_free(&box);
	seal_wipe(text, len);
	free(text);
	return result;
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
automatic_open(const struct automatic *m, const struct secret *postman,
    struct letter *l, struct err *e)
{
	unsigned char hash[SEAL_HASH];
	char context[CONTEXT_MAX];
	struct secret *plain;
	json_t *json = NULL;
	int result = -1;

	letter_init(l);
	seal_hash(hash, BOX_AUTOMATIC, m->box, m->box_len);
	if (!seal_equal(hash, m->address, SEAL_HASH)) {
		err_set(e, ERR_DENIED, "an automatic mail has another "
		    "address than was signed");
		return -1;
	}
	context_of(m, context);
	plain = seal_box_open(postman, BOX_AUTOMATIC, context, m->box,
	    m->box_len, e);
	if (plain == NULL)
		return -1;
	if ((json = wire_parse(plain->bytes, plain->len, e)) != NULL)
		result = take_address(json, l, e);
	json_decref(json);
	secret_free(plain);
	return result;
}
