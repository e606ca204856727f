#ifndef TEDUH_IDNA_H
#define TEDUH_IDNA_H

struct err;

/*
 * Turn the domain of an address that was checked into A-labels (RFC 5891), so
 * that every relay takes it: *address is freed and replaced. One whose local
 * part is not ASCII stays as it is: it needs SMTPUTF8 (RFC 6531) anyway. 0,
 * or -1 with ERR_INPUT when there can be no such domain.
 */
int	idna_address(char **address, struct err *);

#endif
