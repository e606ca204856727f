#ifndef TEDUH_READING_H
#define TEDUH_READING_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

struct err;

/*
 * Reading strangers' mail, in somebody else's process.
 *
 * The reader (daemon/reader/, the program teduh-reader) parses MIME, HTML and
 * charsets without files, network or keys; here is the other end of its pipe.
  One letter, one process, forked from a preloaded one that has
 * seen no mail.  The helper is started on demand and let go after a minute
 * of idleness (reading_idle).
 *
 * Limits (design, "Limits"): 25 MiB to be read, header block 256 KiB, 1,000
 * parts, depth 50, 2 s CPU, 256 MiB of memory.  What dies or reaches a limit
 * is UNREADABLE: never an error of ours, never a reason to wait.
 */
#define READING_MAIL_MAX	(25 * 1024 * 1024)

struct reading_rules {
	const char	*fallback_charsets;	/* "utf-8 windows-1252 ..." */
	const char	*authserv_id;		/* NULL: believe none */
	const char	*own_address;		/* the desk's from_address */
	const char	*words;			/* config_words(), or NULL */
	const int	*triage;		/* config_rules_fd(), or NULL */
	const char	*desk;			/* whose rules; NULL: none */
	const char	*more;			/* typed beside it, or NULL */
};

struct reading_attachment {
	const char	*name;		/* safe for a terminal, never a path */
	const char	*type;
	const unsigned char *bytes;
	size_t		 size;
};

/* All that points anywhere is owned by the reading. */
struct reading {
	int		 unreadable;	/* then only `why` counts */
	char		 why[128];	/* "too many parts", for humans */
	/*
	 * The view: the JSON document that is sealed as PART_VIEW and that
	 * `teduh-admin read` prints: {class, answerable, why, from:{name,
	 * address}, reply_to, to:[{name,address}], cc:[..], date, verified,
	 * subject, text, text_origin, folded:[[a,b]], attachments:[{name,
	 * type, size, sha256}], flags:[], message_id, in_reply_to,
	 * references:[], tokens:[], triage:[]}, where it is clear language
	 * (one of the desk's), and with a machine's report about a letter of
	 * ours report:{kind, action, status, recipient, message_id, token}
	 * (daemon/reader/report.h); checked strictly on arrival.
	 */
	json_t		*view;
	struct reading_attachment *attachments;
	size_t		 nattachments;
	void		*memory;	/* holds the attachments' bytes, */
	size_t		 memory_len;	/* wiped when freed */
};

struct reader;

/*
 * program: the helper, an absolute path that is opened now.
 * Starts nothing yet. Never NULL.
 */
struct reader	*reading_open(const char *program);
void		 reading_close(struct reader *);

/*
 * Read one mail. 0: *r is filled (perhaps with unreadable = 1), free it with
 * reading_free(). -1 with ERR_RETRY: the helper cannot be started at all.
 */
int		 reading_read(struct reader *, const void *mail, size_t len,
		    const struct reading_rules *, struct reading *,
		    struct err *);
void		 reading_free(struct reading *);
/*
 * The same for who has other things to do while one is read.  begin: mail
 * and rules stay where they are until the end; -1 as above.  fd: when it can
 * be read, or five seconds after the begin, end has more to say (-1: at once).
 * end: 1 *r is filled, 0 not yet, -1 as above. It waits for an answer that
 * has begun to come, never for the reading itself.
 */
int		 reading_begin(struct reader *, const void *mail, size_t len,
		    const struct reading_rules *, struct err *);
int		 reading_fd(const struct reader *);
int		 reading_end(struct reader *, struct reading *, struct err *);
/*
 * Whether the reader can use these rules (config_rules_fd()), by the very
 * program that will.  Before the first letter.  0; -1 with ERR_INPUT
 * "FILE:LINE: rule 'ID': ..." what is wrong, or ERR_RETRY.
 */
int		 reading_try_rules(struct reader *, const int *rules,
		    struct err *);
/* To be called now and then: ends a helper that was idle for a minute. */
void		 reading_idle(struct reader *);

#endif
