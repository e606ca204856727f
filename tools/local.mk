bin_PROGRAMS += teduh
# All but main.c, for the unit tests too.
TOOLS_SOURCES = \
	tools/answers.c tools/answers.h \
	tools/args.c tools/args.h \
	tools/bridge.c tools/bridge.h \
	tools/care.c tools/care.h \
	tools/casefile.c tools/casefile.h \
	tools/casefile_read.c tools/casefile_inside.h \
	tools/casefile_person.c \
	tools/casefile_epoch.c \
	tools/casefile_seen.c tools/seen.c tools/seen.h \
	tools/check.c tools/check.h tools/check_inside.h \
	tools/check_case.c tools/check_case.h \
	tools/check_letter.c tools/check_people.c \
	tools/check_lists.c tools/check_lists.h \
	tools/client.c tools/client.h \
	tools/closings.c tools/closings.h \
	tools/client_trust.c tools/client_trust.h \
	tools/dates.c tools/dates.h \
	tools/disclosures.c tools/disclosures.h \
	tools/draft.c tools/draft_letter.c tools/draft_submit.c \
	tools/draft.h \
	tools/editor.c tools/editor.h \
	tools/editor_kind.c tools/editor_kind.h \
	tools/entries.c tools/entries.h \
	tools/note.c tools/note.h \
	tools/older.c tools/older.h \
	tools/packaged.c tools/packaged.h \
	tools/pager.c tools/pager.h \
	tools/queue_filter.c tools/queue_filter.h \
	tools/paper_page.c tools/paper_page.h \
	tools/progress.c tools/progress.h \
	tools/prompt.c tools/prompt.h \
	tools/render.c tools/render.h \
	tools/render_page.c tools/render_words.c tools/render_item.c \
	tools/render_case.c tools/render_review.c tools/render_inside.h \
	tools/report_month.c tools/report_month.h \
	tools/render_advice.c tools/render_event.c tools/render_form.c \
	tools/render_still.c \
	tools/render_hours.c tools/render_hours.h \
	tools/render_hits.c tools/render_hits.h \
	tools/render_staff.c tools/render_staff.h \
	tools/keys.c tools/keys.h \
	tools/last_read.c tools/last_read.h \
	tools/linked.c tools/linked.h \
	tools/weighed.c tools/weighed.h \
	tools/wishes.c tools/wishes.h \
	tools/screen.c tools/screen.h \
	tools/service.c tools/service.h \
	tools/session.c tools/session.h \
	tools/shape.c tools/shape.h \
	tools/shape_people.c tools/shape_people.h \
	tools/shape_staff.c tools/shape_staff.h \
	tools/staffing.c tools/staffing.h \
	tools/recovery.c tools/recovery.h \
	tools/desk_keys.c tools/desk_keys.h \
	tools/rekey.c tools/rekey.h \
	tools/rotate.c tools/rotate.h \
	tools/diff.c tools/diff.h \
	tools/marked.c tools/marked.h \
	tools/former.c tools/former.h \
	tools/versions.c tools/versions.h \
	tools/render_changes.c \
	tools/stop.c tools/stop.h \
	tools/table.c tools/table.h \
	tools/team.c tools/team.h \
	tools/unlocked.c tools/unlocked.h \
	tools/unopened.c tools/unopened.h \
	tools/agent.c tools/keyring.c \
	tools/vault.c tools/vault.h \
	tools/vault_writing.c tools/vault_inside.h \
	tools/waiting.c tools/waiting.h \
	tools/words.c tools/words.h \
	tools/writing.c tools/writing.h
noinst_LIBRARIES += tools/libtools.a
tools_libtools_a_SOURCES = $(TOOLS_SOURCES)
tools_libtools_a_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS) $(CURL_CFLAGS)
# Tests' builds read the catalogues that stand in their own folder, and the
# texts of the source.
tools_libtools_a_CPPFLAGS = $(AM_CPPFLAGS) \
	-DBUILDDIR='"$(abs_top_builddir)"' \
	-DSOURCEDIR='"$(abs_top_srcdir)"' \
	-DPACKAGEDIR='"$(pkgdatadir)"'
teduh_SOURCES = tools/main.c \
	tools/commands/commands.c tools/commands/commands.h \
	tools/commands/adopt.c \
	tools/commands/approve_crisis.c tools/commands/approve_crisis.h \
	tools/commands/approve.c \
	tools/commands/change.c tools/commands/change.h \
	tools/commands/attachments.c tools/commands/attachments.h \
	tools/commands/check.c \
	tools/commands/claim.c \
	tools/commands/close.c \
	tools/commands/complete.c tools/commands/complete.h \
	tools/commands/complete_values.c \
	tools/commands/discard.c \
	tools/commands/disclose.c \
	tools/commands/drafts.c \
	tools/commands/duty.c \
	tools/commands/ending.c tools/commands/ending.h \
	tools/commands/export.c tools/commands/export_page.c \
	tools/commands/export_person.c \
	tools/commands/export.h \
	tools/commands/face_change.c tools/commands/face_change.h \
	tools/commands/folder.c tools/commands/folder.h \
	tools/commands/hand.c \
	tools/commands/help.c \
	tools/commands/hold.c \
	tools/commands/hours.c \
	tools/commands/join.c tools/commands/join.h \
	tools/commands/recovery.c \
	tools/commands/join_paper.c tools/commands/join_paper.h \
	tools/commands/key.c tools/commands/key_paper.c \
	tools/commands/erase.c \
	tools/heads.c tools/heads.h \
	tools/commands/report.c \
	tools/commands/audit_verify.c \
	tools/commands/link.c \
	tools/commands/link_ask.c tools/commands/link_ask.h \
	tools/commands/next.c \
	tools/commands/note.c \
	tools/commands/people.c tools/commands/people.h \
	tools/commands/people_from.c \
	tools/commands/people_list.c \
	tools/commands/pass.c \
	tools/commands/pause.c \
	tools/commands/queue.c \
	tools/commands/release.c \
	tools/commands/reopen.c \
	tools/commands/reply.c \
	tools/commands/restore.c \
	tools/commands/return.c \
	tools/commands/review.c \
	tools/commands/search.c \
	tools/commands/settle.c \
	tools/commands/sheet.c \
	tools/commands/show.c \
	tools/commands/staff.c tools/commands/staff_list.c \
	tools/commands/staff_knows.c \
	tools/commands/staff_notice.c tools/commands/staff_policy.c \
	tools/commands/staff_flag.c \
	tools/commands/staff_role.c \
	tools/commands/team_found.c \
	tools/commands/team_rotate.c \
	tools/commands/still.c \
	tools/commands/submit.c \
	tools/commands/summary.c \
	tools/commands/triage_misses.c \
	tools/commands/tag.c \
	tools/commands/tray.c \
	tools/commands/named.c tools/commands/named.h \
	tools/commands/typed.c tools/commands/typed.h \
	tools/commands/undo.c \
	tools/commands/urgency.c \
	tools/commands/unlock.c \
	tools/commands/watch.c \
	tools/commands/version.c
teduh_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS) $(CURL_CFLAGS)
teduh_LDADD = tools/libtools.a $(LIB_LIBS) $(CURL_LIBS)
