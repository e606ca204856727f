#ifndef TEDUH_CONFIG_H
#define TEDUH_CONFIG_H

#include <stddef.h>
#include <stdint.h>

struct err;

/*
 * The configuration file (libconfuse syntax, teduh.conf(5)).  Parsed by the
 * keeper, which hands its text to every role, so that all see one version.
 * All strings are owned by the config; optional ones are NULL when absent.
 * KEY_line is where the file names something outside itself, for -t and for
 * a reload; text is the section (or all desks) in one form, whatever blanks,
 * comments and lines it stood on: two that are equal say the same.
 */
enum config_tls { TLS_IMPLICIT, TLS_STARTTLS };
enum config_after { AFTER_MOVE, AFTER_KEEP, AFTER_DELETE };
enum config_acknowledge { ACKNOWLEDGE_NEUTRAL, ACKNOWLEDGE_FULL,
    ACKNOWLEDGE_OFF };

struct config_api {
	char		*listen;	/* "unix:PATH" or "HOST:PORT" */
	char		*url;		/* what invitations name; may be NULL */
	char		*cert, *key;	/* files; both for HOST:PORT */
	int		 listen_line, cert_line, key_line;
	char		*text;
};

/* The web door; listen NULL: there is none. */
struct config_web {
	char		*listen;	/* "unix:PATH" or "HOST:PORT" */
	char		*url;		/* "https://HOST[/PATH]", how people
					   see it; NULL: not known */
	char		*cert, *key;	/* files; both, or none */
	int		 workers;	/* default 1 */
	char		*pages;		/* folder of the templates */
	char		*words;		/* folder of lists for return codes */
	char		*leave;		/* where "leave this page" leads */
	char		*trust_forwarded; /* the front: an address or "unix";
					   NULL: none is believed */
	int		 listen_line, cert_line, key_line, pages_line;
	char		*text;
};

/* When somebody reads, every week (daemon/config_duty.h). */
struct config_duty {
	unsigned int	 days;		/* bits, by tm_wday */
	int		 from, to;	/* minutes of the day */
};

struct config_desk {
	char		*name;
	char		*languages;	/* "id en", first is the default */
	char		*from_name;	/* neutral; default: the name */
	char		*from_address;
	char		*subject;	/* neutral; default: from_name */
	char		**first_line;	/* for each language; NULL: of texts */
	int64_t		 due_first_s;	/* default 48 h */
	int64_t		 due_later_s;	/* default 5 days */
	int64_t		 due_high_s;	/* of urgency 2; default 12 h */
	int64_t		 due_crisis_s;	/* of urgency 3; default 4 h */
	unsigned int	 work_days;	/* bits, by tm_wday */
	int		*holidays;	/* days, 20261224 */
	size_t		 nholidays;
	int64_t		 hold_s;	/* before a letter leaves; default 0 */
	int64_t		 first_right_s;	/* of who answered last; 24 h */
	int64_t		 alarm_after_s;	/* of waiting; default 32 h */
	enum config_acknowledge acknowledge;	/* default neutral */
	char		*timezone;	/* a rule such as "WIB-7" */
	int		 quiet_from, quiet_to;	/* minutes; equal: none */
	char		**areas;	/* words, for the form; or NULL */
	char		**questions;
	int		 capacity;	/* letters that may wait; 0: any */
	int		 has_duty;	/* else nothing is said of it */
	struct config_duty *duty;
	size_t		 nduty;
	int		*closed;	/* days, 20261224 */
	size_t		 nclosed;
	char		**reasons;	/* words that cases are closed with */
	struct config_keep *keep;	/* config_keep.h */
	size_t		 nkeep;
	int64_t		 raw_after_s;	/* copies at the provider; 0: stay */
};

struct config_mailbox {
	char		*name;
	char		*desk;
	char		*listen;	/* "unix:PATH": fed by inject; else */
	char		*host;		/* an IMAP server */
	int		 port;
	enum config_tls	 tls;
	char		*ca;		/* file; NULL: the system's */
	char		*user;
	char		*secret;	/* file in the secrets folder; or */
	char		**token_command;	/* argv, for access tokens */
	int		 listen_line, ca_line, secret_line, token_line;
	char		*text;
	char		**folders;	/* NULL-terminated */
	int		  folders_default; /* INBOX, and junk beside it */
	enum config_after after;	/* default AFTER_MOVE */
	char		*after_folder;	/* default "Teduh" */
	int		 after_line;
	int64_t		 purge_after_s;	/* of moved letters; 0: never */
	char		*authserv_id;
	int64_t		 canary_s;	/* a letter to ourselves; 0: none */
	int64_t		 silent_after_s;	/* or one of these */
#define SILENT_OFF	0
#define SILENT_AUTO	(-1)
};

struct config_relay {
	char		*host;		/* NULL: no relay configured */
	int		 port;
	enum config_tls	 tls;
	char		*ca;
	char		*user;		/* NULL: no login; else either of */
	char		*secret;
	char		**token_command;
	int		 ca_line, secret_line, token_line;
	char		*text;
	int		 workers;	/* default 2 */
};

struct config_alarm {
	char		**to;		/* addresses, or NULL */
	char		**command;	/* argv, or NULL */
	char		**heartbeat;	/* argv, or NULL */
	int64_t		 heartbeat_every_s;	/* default 5 min */
	char		*language;	/* of alarm mails; default "en" */
	char		*texts;		/* folder; default: the installed one */
	int		 texts_line;
	char		*text;
};

struct config {
	char		*path;		/* the file it came from */
	char		*data, *secrets, *user;
	int		 data_line, secrets_line, user_line;
	struct config_api api;
	struct config_web web;
	struct config_desk *desks;
	size_t		 ndesks;
	char		*desks_text;
	struct config_mailbox *mailboxes;
	size_t		 nmailboxes;
	struct config_relay relay;
	struct config_alarm alarm;
	int		 flood;		/* letters of an address in an hour */
};

/*
 * Parse. name is for messages ("FILE:LINE: ..."). NULL with ERR_INPUT: what
 * is wrong, where, what is allowed. Relative paths in the text are taken
 * from the folder of `name`.
 */
#define CONFIG_MAX	(1024 * 1024)
struct config	*config_parse(const char *name, const char *text,
		    struct err *);
/* Reads the file whole (at most CONFIG_MAX), for config_parse(). */
char		*config_read(const char *path, size_t *len, struct err *);
void		 config_free(struct config *);

/*
 * The halves of a "HOST:PORT" (brackets of an IPv6 address are taken off).
 * 0, or -1 when it is not one; port 0 is allowed and picks a free one.
 */
#define CONFIG_HOST_MAX	256
int		 config_host_port(const char *listen,
		    char host[CONFIG_HOST_MAX], char port[6]);
/*
 * Charsets to try, in this order, when mail to the desk names none or a
 * wrong one: "utf-8 windows-1252" and the like, by its languages.
 */
const char	*config_charsets(const struct config_desk *);

/* Is it one of the languages of the desk?  NULL is none. */
int		 config_speaks(const struct config_desk *, const char *);

/* Is there anything for the role bell to run? */
int		 config_has_bell(const struct config *);
/*
 * How many post processes: the relay's workers; without one, a single post
 * publishes what is fetched with return codes where there is a web door.
 */
int		 config_posts(const struct config *);

/*
 * Where a text of the web door stands: a desk's own file
 * TEXTS/desks/DESK/LANGUAGE/FILE, else TEXTS/LANGUAGE/FILE, be it there or
 * not.
 */
#define CONFIG_TEXT_PATH	4096
void		 config_find_text(const struct config *, const char *desk,
		    const char *language, const char *file,
		    char path[CONFIG_TEXT_PATH]);

const struct config_desk *config_desk(const struct config *, const char *);
const struct config_mailbox *config_mailbox(const struct config *,
		    const char *);

#endif
