/*
 * Domains that are not ASCII.  libcurl would turn them, too, but by the
 * locale, and a daemon has none; and the To of the header must say the same
 * as the envelope.
 */
#include <gnutls/gnutls.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/post/idna.h"
#include "lib/buf.h"
#include "lib/compose.h"
#include "lib/err.h"
#include "lib/text.h"

int
idna_address(char **address, struct err *e)
{
	const char *at = strrchr(*address, '@');
	gnutls_datum_t domain = { NULL, 0 };
	struct buf whole;
	int result = -1;
	size_t local = at == NULL ? 0 : (size_t)(at - *address), i;

	if (at == NULL || !compose_needs_smtputf8(at))
		return 0;
	for (i = 0; i < local; i++)
		if ((unsigned char)(*address)[i] >= 0x80)
			return 0;
	buf_init(&whole, 1024);
	if (gnutls_idna_map(at + 1, (unsigned int)strlen(at + 1), &domain,
	    0) < 0 || domain.size == 0 || buf_addf(&whole, "%.*s@%s",
	    (int)local, *address, (const char *)domain.data) == -1 ||
	    text_address_check(whole.bytes, e) == -1) {
		err_set(e, ERR_INPUT, "the domain of the address cannot be "
		    "written in ASCII");
		goto out;
	}
	free(*address);
	*address = buf_take(&whole, NULL);
	result = 0;
out:
	gnutls_free(domain.data);
	buf_free(&whole);
	return result;
}
