daemon_libdesk_a_SOURCES += \
	daemon/desk/acknowledge.c daemon/desk/acknowledge.h \
	daemon/desk/alarm.c daemon/desk/alarm.h \
	daemon/desk/audit.c daemon/desk/audit.h \
	daemon/desk/audit_asked.c \
	daemon/desk/audit_page.c daemon/desk/audit_page.h \
	daemon/desk/counter.c daemon/desk/counter.h \
	daemon/desk/statistics.c daemon/desk/statistics.h \
	daemon/desk/looked.c daemon/desk/looked.h \
	daemon/desk/unopened.c daemon/desk/unopened.h \
	daemon/desk/automatic.c daemon/desk/automatic.h \
	daemon/desk/automatic_canary.c \
	daemon/desk/automatic_seal.c daemon/desk/automatic_statement.c \
	daemon/desk/backup.c daemon/desk/backup.h \
	daemon/desk/backup_work.c \
	daemon/desk/quarantine.c daemon/desk/quarantine.h \
	daemon/desk/feed.c daemon/desk/feed.h \
	daemon/desk/hours.c daemon/desk/hours.h \
	daemon/desk/next.c daemon/desk/next.h \
	daemon/desk/oncall.c daemon/desk/oncall.h \
	daemon/desk/pause.c daemon/desk/pause.h \
	daemon/desk/queue.c daemon/desk/queue.h \
	daemon/desk/quiet.c daemon/desk/quiet.h \
	daemon/desk/balance.c daemon/desk/balance.h \
	daemon/desk/breath.c daemon/desk/breath.h \
	daemon/desk/canary.c daemon/desk/canary.h \
	daemon/desk/budget.c daemon/desk/budget.h \
	daemon/desk/care.c daemon/desk/care.h \
	daemon/desk/case.c daemon/desk/case.h \
	daemon/desk/casework.c daemon/desk/casework.h \
	daemon/desk/claim.c daemon/desk/claim.h \
	daemon/desk/chain.c daemon/desk/chain.h \
	daemon/desk/copy.c daemon/desk/copy.h \
	daemon/desk/delivery.c daemon/desk/delivery.h \
	daemon/desk/deposit.c daemon/desk/deposit.h \
	daemon/desk/deposit_find.c daemon/desk/deposit_find.h \
	daemon/desk/delivery_facts.c \
	daemon/desk/deposit_form.c daemon/desk/deposit_form.h \
	daemon/desk/seeker.c daemon/desk/seeker.h \
	daemon/desk/deposit_inside.h \
	daemon/desk/deposit_seal.c daemon/desk/deposit_write.c \
	daemon/desk/deposit_weigh.c \
	daemon/desk/desk.c daemon/desk/desk.h \
	daemon/desk/draft.c daemon/desk/draft_adopt.c \
	daemon/desk/draft_crisis.c daemon/desk/draft_end.c \
	daemon/desk/draft.h daemon/desk/draft_inside.h \
	daemon/desk/entry.c daemon/desk/entry.h \
	daemon/desk/disclosure.c daemon/desk/disclosure.h \
	daemon/desk/raw.c daemon/desk/raw.h \
	daemon/desk/ripe.c daemon/desk/ripe.h \
	daemon/desk/retention.c daemon/desk/retention.h \
	daemon/desk/epoch.c daemon/desk/epoch.h \
	daemon/desk/erase.c daemon/desk/erase.h \
	daemon/desk/erase_end.c daemon/desk/erase_list.c \
	daemon/desk/event.c daemon/desk/event.h \
	daemon/desk/once.c daemon/desk/once.h \
	daemon/desk/reach.c daemon/desk/reach.h \
	daemon/desk/awaits.c daemon/desk/awaits.h \
	daemon/desk/asked.c daemon/desk/asked.h \
	daemon/desk/provider.c daemon/desk/provider.h \
	daemon/desk/bounce.c daemon/desk/bounce.h \
	daemon/desk/generation.c daemon/desk/generation.h \
	daemon/desk/foreign.c daemon/desk/foreign.h \
	daemon/desk/founding.c daemon/desk/founding.h \
	daemon/desk/health.c daemon/desk/health.h \
	daemon/desk/help_now.c daemon/desk/help_now.h \
	daemon/desk/invitation.c \
	daemon/desk/item.c daemon/desk/item.h \
	daemon/desk/item_open.c \
	daemon/desk/ledger.c daemon/desk/ledger.h \
	daemon/desk/letter_check.c daemon/desk/letter_check.h \
	daemon/desk/link.c daemon/desk/link.h \
	daemon/desk/still.c daemon/desk/still.h \
	daemon/desk/listing.c daemon/desk/listing.h \
	daemon/desk/due.c daemon/desk/due.h \
	daemon/desk/readers.c daemon/desk/readers.h \
	daemon/desk/ringing.c daemon/desk/ringing.h \
	daemon/desk/load.c daemon/desk/load.h \
	daemon/desk/move.c daemon/desk/move.h \
	daemon/desk/people.c daemon/desk/people.h \
	daemon/desk/person.c daemon/desk/person.h \
	daemon/desk/reading.c daemon/desk/reading.h \
	daemon/desk/reading_check.c daemon/desk/reading_check.h \
	daemon/desk/reading_frame.h \
	daemon/desk/readings.c daemon/desk/readings.h \
	daemon/desk/ring.c daemon/desk/ring.h \
	daemon/desk/recovery.c daemon/desk/recovery.h \
	daemon/desk/recall.c daemon/desk/recall.h \
	daemon/desk/retire.c daemon/desk/retire.h \
	daemon/desk/roster_then.c daemon/desk/roster_then.h \
	daemon/desk/rows.c daemon/desk/rows.h \
	daemon/desk/sighting.c daemon/desk/sighting.h \
	daemon/desk/silence.c daemon/desk/silence.h \
	daemon/desk/staff.c daemon/desk/staff.h \
	daemon/desk/state.c daemon/desk/state.h \
	daemon/desk/triage.c daemon/desk/triage.h \
	daemon/desk/urgency.c daemon/desk/urgency.h \
	daemon/desk/code_known.c daemon/desk/code_known.h \
	daemon/desk/strand.c daemon/desk/strand.h \
	daemon/desk/strand_inside.h daemon/desk/strand_items.c \
	daemon/desk/template.c daemon/desk/template.h \
	daemon/desk/told.c daemon/desk/told.h \
	daemon/desk/version.c daemon/desk/version.h \
	daemon/desk/wish.c daemon/desk/wish.h \
	daemon/desk/written.c daemon/desk/written.h \
	daemon/desk/whole.c daemon/desk/whole.h daemon/desk/whole_inside.h \
	daemon/desk/whole_case.c \
	daemon/desk/whole_rows.c
