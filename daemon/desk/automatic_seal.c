/*
 * How an automatic mail begins, and whom it goes to: the box that stands
 * beside its statement (lib/addressed.h).
 */
#include <stdio.h>
#include <string.h>

#include "daemon/config.h"
#include "daemon/desk/automatic.h"
#include "daemon/desk/desk.h"
#include "lib/addressed.h"
#include "lib/buf.h"
#include "lib/err.h"
#include "lib/letter.h"

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

int
automatic_seal(const struct desk *d, struct automatic *m,
    const struct letter *l, struct err *e)
{
	unsigned char postman[SEAL_KEY];
	struct buf box;
	int result;

	if (roster_postman(d->roster, postman, e) == -1)
		return -1;
	buf_init(&box, AUTOMATIC_BOX_MAX);
	result = addressed_seal(postman, m->id, l, &box, e);
	if (result == 0) {
		memcpy(m->box, box.bytes, box.len);
		m->box_len = box.len;
		addressed_hash(m->address, box.bytes, box.len);
	}
	buf_free(&box);
	return result;
}

int
automatic_open(const struct automatic *m, const struct secret *postman,
    struct letter *l, struct err *e)
{
	unsigned char hash[SEAL_HASH];

	letter_init(l);
	addressed_hash(hash, m->box, m->box_len);
	if (!seal_equal(hash, m->address, SEAL_HASH)) {
		err_set(e, ERR_DENIED, "an automatic mail has another "
		    "address than was signed");
		return -1;
	}
	return addressed_open(postman, m->id, m->box, m->box_len, l, e);
}
