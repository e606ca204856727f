/*
 * From which network somebody comes.  Nothing here is kept; a text that is no
 * address is nobody's network, for only a front that we trust can send one.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "daemon/web/network.h"
#include "lib/seal.h"

#define V4_BYTES	3	/* /24 */
#define V6_BYTES	7	/* /56 */

/* An IPv4 address stands in IPv6 ones, too (RFC 4291 2.5.5.2). */
static void
to_v6(const struct in_addr *v4, struct in6_addr *out)
{
	memset(out, 0, sizeof(*out));
	out->s6_addr[10] = out->s6_addr[11] = 0xff;
	memcpy(out->s6_addr + 12, v4, sizeof(*v4));
}

static int
read_peer(const struct sockaddr *peer, struct in6_addr *out)
{
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;

	if (peer == NULL)
		return -1;
	if (peer->sa_family == AF_INET) {
		memcpy(&v4, peer, sizeof(v4));
		to_v6(&v4.sin_addr, out);
		return 0;
	}
	if (peer->sa_family != AF_INET6)
		return -1;
	memcpy(&v6, peer, sizeof(v6));
	*out = v6.sin6_addr;
	return 0;
}

static int
read_text(const char *text, struct in6_addr *out)
{
	struct in_addr v4;

	if (inet_pton(AF_INET, text, &v4) == 1) {
		to_v6(&v4, out);
		return 0;
	}
	return inet_pton(AF_INET6, text, out) == 1 ? 0 : -1;
}

/* The last address of "a, b, c". */
static int
read_last(const char *list, struct in6_addr *out)
{
	const char *at = strrchr(list, ',');
	char text[INET6_ADDRSTRLEN];
	size_t len;
	int bad;

	at = at == NULL ? list : at + 1;
	at += strspn(at, " \t");
	len = strcspn(at, " \t");
	if (len >= sizeof(text))
		return -1;
	memcpy(text, at, len);
	text[len] = '\0';
	bad = read_text(text, out);
	seal_wipe(text, sizeof(text));
	return bad;
}

static int
is_loopback(const struct in6_addr *a)
{
	return IN6_IS_ADDR_LOOPBACK(a) ||
	    (IN6_IS_ADDR_V4MAPPED(a) && a->s6_addr[12] == 127);
}

static int
is_front(const struct sockaddr *peer, const struct in6_addr *from,
    const char *trusted)
{
	struct in6_addr front;

	if (trusted == NULL)
		return 0;
	if (peer == NULL)
		return strcmp(trusted, "unix") == 0;
	return read_text(trusted, &front) == 0 &&
	    memcmp(&front, from, sizeof(front)) == 0;
}

void
network_find(struct network *n, const struct sockaddr *peer,
    const char *forwarded, const char *trusted)
{
	struct in6_addr from;
	int known, v4;

	memset(n, 0, sizeof(*n));
	memset(&from, 0, sizeof(from));
	known = read_peer(peer, &from) == 0;
	if (is_front(peer, &from, trusted))
		known = forwarded != NULL && read_last(forwarded, &from) == 0;
	else if (known && is_loopback(&from))
		known = 0;
	if (known) {
		v4 = IN6_IS_ADDR_V4MAPPED(&from);
		n->bytes[0] = v4 ? 4 : 6;
		n->len = 1 + (v4 ? V4_BYTES : V6_BYTES);
		memcpy(n->bytes + 1, from.s6_addr + (v4 ? 12 : 0),
		    n->len - 1);
	}
	seal_wipe(&from, sizeof(from));
}
