/*
 * Where the automatic mail of a person of staff goes: sealed to the postman
 * and signed with the roster entry, so that nobody but post reads it and
 * nobody but a supervisor changes it.
 */
#include <string.h>

#include "lib/buf.h"
#include "lib/err.h"
#include "lib/roster.h"
#include "lib/text.h"

#define BOX_NOTICE	"teduh/notice-address/v1"

int
roster_notice_seal(const struct roster *r, struct roster_person *p,
    const char *address, struct err *e)
{
	unsigned char postman[SEAL_KEY];
	struct buf box;
	int result = -1;

	p->notice_len = 0;
	if (address == NULL)
		return 0;
	buf_init(&box, ROSTER_NOTICE_MAX);
	if (text_address_check(address, e) == 0 &&
	    roster_postman(r, postman, e) == 0 &&
	    seal_box(postman, BOX_NOTICE, p->name, address, strlen(address),
	    &box, e) == 0) {
		memcpy(p->notice, box.bytes, box.len);
		p->notice_len = box.len;
		result = 0;
	}
	buf_free(&box);
	return result;
}

char *
roster_notice_open(const struct roster_person *p,
    const struct secret *postman, struct err *e)
{
	struct secret *plain;
	char *address;

	plain = seal_box_open(postman, BOX_NOTICE, p->name, p->notice,
	    p->notice_len, e);
	if (plain == NULL)
		return NULL;
	address = mem_dup(plain->bytes, plain->len);
	secret_free(plain);
	return address;
}
