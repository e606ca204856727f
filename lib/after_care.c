/*
 * The statement that asks for an after-care letter, for the CLI that signs
 * it.  The service reads it with the table of all automatic mail
 * (desk/automatic_statement.c); a test holds the two together.
 */
#include <inttypes.h>
#include <stdio.h>

#include "lib/after_care.h"

void
after_care_print(const struct after_care *a, char out[AFTER_CARE_MAX])
{
	char id[2 * SEAL_ID + 1], address[2 * SEAL_HASH + 1];

	wire_hex(id, a->id, SEAL_ID);
	wire_hex(address, a->address, SEAL_HASH);
	(void)snprintf(out, AFTER_CARE_MAX, "template=after-care\n"
	    "language=%s\ndesk=%s\nid=%s\nat=%" PRId64 "\ncase=%s\n"
	    "participant=%d\naddress=%s\n", a->language, a->desk, id, a->at,
	    a->case_id, AFTER_CARE_WHO, address);
}
