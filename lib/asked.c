/*
 * The statement that asks for an automatic mail, for the CLI that signs it.
 * The service reads it with the table of all automatic mail
 * (desk/automatic_statement.c); a test holds the two together.
 */
#include <inttypes.h>
#include <stdio.h>

#include "lib/asked.h"

void
asked_print(const struct asked *a, char out[ASKED_MAX])
{
	char id[2 * SEAL_ID + 1], address[2 * SEAL_HASH + 1];

	wire_hex(id, a->id, SEAL_ID);
	wire_hex(address, a->address, SEAL_HASH);
	(void)snprintf(out, ASKED_MAX, "template=%s\n"
	    "language=%s\ndesk=%s\nid=%s\nat=%" PRId64 "\ncase=%s\n"
	    "participant=%" PRId64 "\naddress=%s\n", a->template,
	    a->language, a->desk, id, a->at, a->case_id, a->participant,
	    address);
}
