#ifndef TEDUH_TOOLS_COMMANDS_H
#define TEDUH_TOOLS_COMMANDS_H

#include <jansson.h>
#include <stdint.h>

#include "tools/args.h"

struct buf;
struct casefile;
struct code_ref;
struct err;
struct session;

/*
 * One function per command (see struct command for what they return): the
 * words and options stand in session->args.
 */
int	adopt_run(struct session *, struct err *);
int	approve_run(struct session *, struct err *);
int	audit_verify_run(struct session *, struct err *);
int	check_run(struct session *, struct err *);
int	claim_run(struct session *, struct err *);
int	close_run(struct session *, struct err *);
int	disclose_ask_run(struct session *, struct err *);
int	disclose_confirm_run(struct session *, struct err *);
int	discard_run(struct session *, struct err *);
int	drafts_run(struct session *, struct err *);
int	duty_add_run(struct session *, struct err *);
int	duty_remove_run(struct session *, struct err *);
int	duty_run(struct session *, struct err *);
int	erase_run(struct session *, struct err *);
int	export_run(struct session *, struct err *);
int	hold_run(struct session *, struct err *);
int	lift_run(struct session *, struct err *);
int	hand_run(struct session *, struct err *);
int	help_run(struct session *, struct err *);
int	hours_away_run(struct session *, struct err *);
int	hours_back_run(struct session *, struct err *);
int	hours_cap_run(struct session *, struct err *);
int	hours_run(struct session *, struct err *);
int	hours_week_run(struct session *, struct err *);
int	join_run(struct session *, struct err *);
int	key_backup_run(struct session *, struct err *);
int	key_restore_run(struct session *, struct err *);
int	key_show_run(struct session *, struct err *);
int	key_new_run(struct session *, struct err *);
int	link_run(struct session *, struct err *);
int	next_run(struct session *, struct err *);
int	note_run(struct session *, struct err *);
int	pass_run(struct session *, struct err *);
int	pause_run(struct session *, struct err *);
int	people_add_run(struct session *, struct err *);
int	people_change_run(struct session *, struct err *);
int	people_confirm_run(struct session *, struct err *);
int	people_discard_run(struct session *, struct err *);
int	people_list_run(struct session *, struct err *);
int	queue_run(struct session *, struct err *);
int	recovery_new_run(struct session *, struct err *);
int	recovery_open_run(struct session *, struct err *);
int	recovery_rehearse_run(struct session *, struct err *);
int	release_run(struct session *, struct err *);
int	reopen_run(struct session *, struct err *);
int	reply_run(struct session *, struct err *);
int	report_run(struct session *, struct err *);
int	restore_accept_run(struct session *, struct err *);
int	return_run(struct session *, struct err *);
int	review_run(struct session *, struct err *);
int	search_run(struct session *, struct err *);
int	settle_run(struct session *, struct err *);
int	show_run(struct session *, struct err *);
int	sheet_run(struct session *, struct err *);
int	staff_areas_run(struct session *, struct err *);
int	staff_languages_run(struct session *, struct err *);
int	staff_confirm_run(struct session *, struct err *);
int	staff_flag_run(struct session *, struct err *);
int	staff_invite_run(struct session *, struct err *);
int	staff_list_run(struct session *, struct err *);
int	staff_policy_run(struct session *, struct err *);
int	staff_revoke_run(struct session *, struct err *);
int	staff_role_run(struct session *, struct err *);
int	staff_notice_run(struct session *, struct err *);
int	still_run(struct session *, struct err *);
int	submit_run(struct session *, struct err *);
int	summary_run(struct session *, struct err *);
int	tag_run(struct session *, struct err *);
int	triage_misses_run(struct session *, struct err *);
int	team_found_run(struct session *, struct err *);
int	team_rotate_run(struct session *, struct err *);
int	tray_run(struct session *, struct err *);
int	undo_run(struct session *, struct err *);
int	unlink_run(struct session *, struct err *);
int	urgency_run(struct session *, struct err *);
int	lock_run(struct session *, struct err *);
int	unlock_run(struct session *, struct err *);
int	version_run(struct session *, struct err *);
int	watch_run(struct session *, struct err *);

/* Ends with a command whose name is NULL. */
extern const struct command commands_table[];

/*
 * What a command prints when it is done: the object with --json, else the
 * line, unless -q. The object is decref'd.
 */
void	commands_done(const struct session *, json_t *, const char *, ...)
	    __attribute__((format(printf, 3, 4)));
/* The same for a DRAFT of this case that was changed: and what comes next. */
void	commands_done_draft(const struct session *, struct casefile *,
	    const json_t *draft);
/* `CASE (DESK, "first words")`, for a sentence. */
#define COMMANDS_NAME	640
void	commands_name(char out[COMMANDS_NAME], const char *id,
	    struct casefile *);
/*
 * The same when that DRAFT is approved and its case is to be erased, so that
 * nothing leaves; o is decref'd then. 1, or 0: say something else.
 */
int	commands_done_erasing(const struct session *, struct casefile *,
	    const json_t *draft, json_t *o);
/* Rows of /v1/drafts as `drafts` and `review` print them; decref'd. */
void	commands_drafts(const struct session *, json_t *rows,
	    const char *none);
json_t	*commands_draft_row(const struct session *, const json_t *draft);
/* "CASE" as typed, and nothing of it: a case is wanted. 0 or -1. */
int	commands_case_ref(struct code_ref *, const char *typed,
	    struct err *);
/* "CASE.N" as typed, or "N" of the case id: an item is wanted. 0 or -1. */
int	commands_item_ref(struct code_ref *, const char *typed,
	    const char *id, struct err *);
/* "CASE.dN" as typed: a draft is wanted. 0 or -1. */
int	commands_draft_ref(struct code_ref *, const char *typed,
	    struct err *);
/*
 * The draft that the first word names, to be changed: opens the session,
 * reads the case. *cf is the caller's to free in any case, *draft part of it.
 * 0 or -1.
 */
int	commands_draft(struct session *, struct casefile **cf,
	    const json_t **draft, int64_t *no, struct err *);
/* What did not verify, a sentence each, on stderr. 1 when there is some, 0. */
int	commands_problems(const json_t *problems);
/*
 * Who waits, as the service says it in an open session: *cases is part of
 * what is returned, *now_s its time. NULL with *e.
 */
json_t	*queue_ask(struct session *, json_t **cases, int64_t *now_s,
	    struct err *);
/* That the command line is wrong, and what is right: EXIT_USAGE with *e. */
int	commands_misuse(struct err *, const char *text);
/* A file's text, or that of standard input ("-"), appended. 0 or -1. */
int	commands_read_text(const char *path, struct buf *, struct err *);
/* The help of one command on stdout, with its options. */
void	help_command(const struct command *);
/* What one option (OPT_) means there; NULL when nobody says it. */
const char *help_option(uint64_t option, const char *command);

#endif
