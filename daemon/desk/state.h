#ifndef TEDUH_STATE_H
#define TEDUH_STATE_H

#include <jansson.h>

struct desk;
struct err;

/*
 * How the service is, for `teduh-admin status`: counts and times, never
 * content.
 *
 *   {now, schema, roster:{seq, head}, roles:[..] (breath_list),
 *    alarms:[..] (alarm_list), desks:[{name, waiting, late, oldest}],
 *    mailboxes:[{name, desk, last_mail}],
 *    deliveries:{held, due, sending, deferred, unknown, blocked, refused},
 *    unsent_alarms, last_backup, quarantine (quarantine.h) or null,
 *    disk:{free, percent}}
 *
 * Times are Unix seconds or null. The caller decrefs. NULL with *e.
 */
json_t	*state_show(struct desk *, struct err *);

#endif
