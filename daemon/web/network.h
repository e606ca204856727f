#ifndef TEDUH_NETWORK_H
#define TEDUH_NETWORK_H

#include <stddef.h>

struct sockaddr;

/*
 * From which network somebody comes: the first 24 bits of an IPv4 address,
 * the first 56 of an IPv6 one.  It is for counting within one process (see
 * daemon/web/guess.h), wiped with its request, and never written anywhere.
 *
 * A front hides who comes.  Only where the configuration names it
 * (web { trust_forwarded }) is its X-Forwarded-For believed, and of that only
 * the last address, which the front itself has put there.
 */
#define NETWORK_MAX	8

struct network {
	unsigned char	bytes[NETWORK_MAX];
	size_t		len;		/* 0: not known */
};

/*
 * peer: NULL through a unix socket.  forwarded: the last header of that name,
 * or NULL.  trusted: NULL nobody is, "unix" whoever comes through the socket,
 * or an address.  Not known is who comes through a front that tells nothing:
 * through a socket or from this machine.
 */
void	network_find(struct network *, const struct sockaddr *peer,
	    const char *forwarded, const char *trusted);

#endif
