#ifndef TEDUH_INTAKE_LOGIN_H
#define TEDUH_INTAKE_LOGIN_H

struct desk;
struct err;
struct imap;
struct role_args;
struct config_mailbox;

/*
 * imap_open() with the mailbox's password, or with an access token; one that
 * the server does not take is asked for anew, once.  desk: for alarms about
 * tokens, NULL: none.
 */
struct imap	*login_open(const struct role_args *,
		    const struct config_mailbox *, struct desk *,
		    struct err *);

#endif
