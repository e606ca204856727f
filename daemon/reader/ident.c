/*
 * Ids and tokens out of strangers' headers.  Nothing here says that they are
 * ours: the store does, by their keyed hashes.
 */
#include <string.h>

#include "daemon/reader/ident.h"

#define DIGITS		"0123456789abcdefghjkmnpqrstvwxyz"

int
ident_id(const char **p, char out[IDENT_ID_SIZE])
{
	const char *q;
	size_t n;

	while ((q = strchr(*p, '<')) != NULL) {
		for (n = 1; q[n] > 0x20 && q[n] < 0x7f && q[n] != '<' &&
		    q[n] != '>'; n++)
			;
		*p = q + (n > 1 ? n : 1);
		if (q[n] == '>' && n > 1 && n <= IDENT_ID_MAX) {
			memcpy(out, q, n + 1);
			out[n + 1] = '\0';
			*p = q + n + 1;
			return 1;
		}
	}
	return 0;
}

int
ident_token(const char *address, char out[IDENT_TOKEN_SIZE])
{
	const char *at = strrchr(address, '@'), *plus = at;
	size_t i, n;

	while (plus != NULL && plus > address && *plus != '+')
		plus--;
	if (plus == NULL || *plus != '+')
		return 0;
	n = (size_t)(at - plus) - 1;
	if (n != IDENT_TOKEN_LEN && n != IDENT_TOKEN_LEN + 1)
		return 0;
	for (i = 0; i < n; i++) {
		out[i] = plus[1 + i];
		if (out[i] >= 'A' && out[i] <= 'Z')
			out[i] = (char)(out[i] + ('a' - 'A'));
		if (strchr(DIGITS, out[i]) == NULL)
			return 0;
	}
	out[n] = '\0';
	return n == IDENT_TOKEN_LEN || out[0] == 'b';
}
