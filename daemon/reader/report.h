#ifndef TEDUH_READER_REPORT_H
#define TEDUH_READER_REPORT_H

#include <jansson.h>

#include "daemon/reader/mail.h"
#include "daemon/reader/mime.h"

/*
 * What a machine reports about a letter of ours: about its delivery (RFC 3464
 * in RFC 6522, X-Failed-Recipients), its reading (RFC 8098), or a complaint
 * (RFC 5965).  A new object for the view, or NULL when this is no report:
 *
 *   {kind: delivery|disposition|feedback, action, status, recipient,
 *    message_id, token}
 *
 * action: failed, delayed, delivered, relayed, expanded; of a disposition
 * displayed, deleted, dispatched, processed; of feedback its type.  Of
 * several recipients the worst counts.  message_id and token (of a return
 * path) stand in the headers that were returned.  All but kind may be null.
 */
json_t	*report_make(const struct mail *, const struct mime *);

#endif
