#ifndef TEDUH_API_CALL_H
#define TEDUH_API_CALL_H

#include <jansson.h>
#include <stdint.h>

#include "daemon/desk/desk.h"
#include "daemon/desk/queue.h"
#include "daemon/http/http.h"
#include "lib/buf.h"
#include "lib/roster.h"
#include "lib/signature.h"
#include "lib/wire.h"

struct err;

/*
 * One request on its way to desk: who asks, and what the path, the query and
 * the body say, in the forms that the route demands.
 */
struct call {
	struct desk		*desk;
	const struct http_request *http;
	struct actor		 actor;
	struct request_proof	 proof;
	char			 case_id[CASE_ID_LEN + 1]; /* or a prefix */
	char			 item[2 * SEAL_ID + 1];
	int64_t			 number;	/* draft, part, invitation */
	int64_t			 from;		/* ?from=, ?before=,
						   ?behind= */
	struct queue_place	 after;		/* ?after= */
	char			 name[ROSTER_NAME_MAX + 1]; /* ?desk= */
	json_t			*body;		/* POST */
	struct buf		 octets;	/* of the answer */
	int			 hold;	/* nothing yet: answer later */
};

/* The answer (the caller decrefs), or NULL with *e. */
typedef json_t	*call_json(struct call *, struct err *);
/* The answer in call->octets: 0, or -1 with *e. */
typedef int	 call_octets(struct call *, struct err *);

#define CALL_OCTETS_MAX	(64 * 1024 * 1024)	/* as the CLI takes */

call_json	call_audit, call_counters, call_statistics, call_read,
		call_hello, call_card, call_found, call_roster,
		call_append,
		call_restore,
		call_team, call_desks, call_invite, call_invitations,
		call_invitation, call_invitation_card, call_queue, call_case,
		call_claim, call_release, call_pass, call_hand, call_note,
		call_urgency, call_close, call_reopen, call_face, call_put,
		call_draft, call_submit, call_approve, call_return,
		call_still, call_adopt, call_crisis, call_second,
		call_discard, call_undo,
		call_settle, call_cases,
		call_views, call_export, call_people, call_people_second,
		call_people_discard,
		call_erase, call_erase_undo, call_erase_hold,
		call_erase_lift, call_hold, call_lift,
		call_epoch, call_epochs, call_unopened, call_opened,
		call_recovery,
		call_recovery_secrets, call_recovery_rehearsed,
		call_recovery_appoint,
		call_disclose, call_disclose_second,
		call_link, call_unlink, call_untray, call_seeker,
		call_next, call_hours, call_hours_put, call_take,
		call_move, call_pause, call_watch, call_duty, call_duty_put,
		call_drafts, call_misses;
call_octets	call_part, call_part_rows;

#endif
