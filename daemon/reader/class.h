#ifndef TEDUH_READER_CLASS_H
#define TEDUH_READER_CLASS_H

#include "daemon/reader/address.h"
#include "daemon/reader/mail.h"

enum class_report {
	REPORT_NONE,
	REPORT_DELIVERY,	/* RFC 3464 */
	REPORT_DISPOSITION,	/* RFC 8098 */
	REPORT_FEEDBACK,	/* RFC 5965 */
	REPORT_OTHER
};

/* What is known about a letter when its class is decided. */
struct class_facts {
	const struct mail	*mail;
	const char		*from;		/* NULL: none or ambiguous */
	const char		*own;		/* NULL: not known */
	const struct addresses	*to, *cc;
	enum class_report	 report;
	int			 verified;
	int			 spam;	/* a mail server took it for it */
};

/*
 * The class (never "duplicate", which the ledger knows) and, in *why, one
 * sentence for what a machine may do: "may be acknowledged" or what stands
 * against it.  *answerable is 1 only for the former.
 */
const char	*class_decide(const struct class_facts *, int *answerable,
		    const char **why);

#endif
