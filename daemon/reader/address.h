#ifndef TEDUH_READER_ADDRESS_H
#define TEDUH_READER_ADDRESS_H

#include <stddef.h>

/*
 * Address lists of headers (RFC 5322 3.4), read so that doubt stays visible:
 * only addresses that text_address_check() accepts are listed, and `odd` says
 * that something else stood there too.
 */
#define ADDRESS_MAX	50

struct address {
	char	*name;		/* terminal-safe, NULL when there is none */
	char	*address;	/* exactly as written */
};

struct addresses {
	struct address	v[ADDRESS_MAX];
	size_t		n;
	int		odd;	/* refused ones, groups, text astray */
	int		more;	/* the list was longer */
};

/* Add the addresses of one header value; start with a zeroed list. */
void	address_add(struct addresses *, const char *value,
	    const char *fallbacks);
void	address_free(struct addresses *);

/* 1 if both are one address, case and the part behind '+' aside. */
int	address_same(const char *, const char *);
/* 1 if both are one address, case aside. */
int	address_equal(const char *, const char *);
/* What stands behind the '@'; "" without one. */
const char *address_domain(const char *);

#endif
