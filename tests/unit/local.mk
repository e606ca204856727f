# A program per file of lib/, with cmocka.
UNIT_LDADD = $(LIB_LIBS) $(CMOCKA_LIBS)
UNIT_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS) $(JANSSON_CFLAGS) $(SODIUM_CFLAGS)

# The store engine.
STORE_UNIT_CFLAGS = $(UNIT_CFLAGS) $(SQLITE_CFLAGS)
STORE_UNIT_LDADD = $(DESK_LIBS) $(CMOCKA_LIBS)
check_PROGRAMS += tests/unit/test_lock tests/unit/test_store \
	tests/unit/test_store_faults
tests_unit_test_lock_SOURCES = tests/unit/test_lock.c
tests_unit_test_lock_CFLAGS = $(STORE_UNIT_CFLAGS)
tests_unit_test_lock_LDADD = $(STORE_UNIT_LDADD)
tests_unit_test_store_SOURCES = tests/unit/test_store.c \
	tests/unit/store_kit.c tests/unit/store_kit.h
tests_unit_test_store_CFLAGS = $(STORE_UNIT_CFLAGS)
tests_unit_test_store_LDADD = $(STORE_UNIT_LDADD)
tests_unit_test_store_faults_SOURCES = tests/unit/test_store_faults.c \
	tests/unit/store_kit.c tests/unit/store_kit.h
tests_unit_test_store_faults_CFLAGS = $(STORE_UNIT_CFLAGS)
tests_unit_test_store_faults_LDADD = $(STORE_UNIT_LDADD)
TESTS += tests/unit/test_lock tests/unit/test_store \
	tests/unit/test_store_faults

# Text, letters, rendered mail; the last is also read by another parser.
check_PROGRAMS += tests/unit/test_text tests/unit/test_letter \
	tests/unit/test_compose
tests_unit_test_text_SOURCES = tests/unit/test_text.c
tests_unit_test_text_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_text_LDADD = $(UNIT_LDADD)
tests_unit_test_letter_SOURCES = tests/unit/test_letter.c
tests_unit_test_letter_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_letter_LDADD = $(UNIT_LDADD)
tests_unit_test_compose_SOURCES = tests/unit/test_compose.c
tests_unit_test_compose_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_compose_LDADD = $(UNIT_LDADD)
dist_check_SCRIPTS += tests/unit/compose_check.sh \
	tests/unit/compose_check.py
TESTS += tests/unit/test_text tests/unit/test_letter \
	tests/unit/test_compose tests/unit/compose_check.sh

# What both ends must write alike in bytes.
check_PROGRAMS += tests/unit/test_err
tests_unit_test_err_SOURCES = tests/unit/test_err.c
tests_unit_test_err_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_err_LDADD = $(UNIT_LDADD)
TESTS += tests/unit/test_err
check_PROGRAMS += tests/unit/test_buf
tests_unit_test_buf_SOURCES = tests/unit/test_buf.c
tests_unit_test_buf_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_buf_LDADD = $(UNIT_LDADD)
TESTS += tests/unit/test_buf
check_PROGRAMS += tests/unit/test_seal
tests_unit_test_seal_SOURCES = tests/unit/test_seal.c
tests_unit_test_seal_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_seal_LDADD = $(UNIT_LDADD)
TESTS += tests/unit/test_seal
check_PROGRAMS += tests/unit/test_secret
tests_unit_test_secret_SOURCES = tests/unit/test_secret.c
tests_unit_test_secret_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_secret_LDADD = $(UNIT_LDADD)
TESTS += tests/unit/test_secret
check_PROGRAMS += tests/unit/test_seal_part
tests_unit_test_seal_part_SOURCES = tests/unit/test_seal_part.c
tests_unit_test_seal_part_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_seal_part_LDADD = $(UNIT_LDADD)
TESTS += tests/unit/test_seal_part
check_PROGRAMS += tests/unit/test_signature
tests_unit_test_signature_SOURCES = tests/unit/test_signature.c
tests_unit_test_signature_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_signature_LDADD = $(UNIT_LDADD)
TESTS += tests/unit/test_signature
check_PROGRAMS += tests/unit/test_request
tests_unit_test_request_SOURCES = tests/unit/test_request.c
tests_unit_test_request_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_request_LDADD = $(UNIT_LDADD)
TESTS += tests/unit/test_request
check_PROGRAMS += tests/unit/test_wire
tests_unit_test_wire_SOURCES = tests/unit/test_wire.c
tests_unit_test_wire_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_wire_LDADD = $(UNIT_LDADD)
TESTS += tests/unit/test_wire
check_PROGRAMS += tests/unit/test_deposit
tests_unit_test_deposit_SOURCES = tests/unit/test_deposit.c
tests_unit_test_deposit_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_deposit_LDADD = $(UNIT_LDADD)
TESTS += tests/unit/test_deposit
check_PROGRAMS += tests/unit/test_face
tests_unit_test_face_SOURCES = tests/unit/test_face.c
tests_unit_test_face_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_face_LDADD = $(UNIT_LDADD)
TESTS += tests/unit/test_face

check_PROGRAMS += tests/unit/test_publication
tests_unit_test_publication_SOURCES = tests/unit/test_publication.c
tests_unit_test_publication_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_publication_LDADD = $(UNIT_LDADD)
TESTS += tests/unit/test_publication
check_PROGRAMS += tests/unit/test_statement
tests_unit_test_statement_SOURCES = tests/unit/test_statement.c
tests_unit_test_statement_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_statement_LDADD = $(UNIT_LDADD)
TESTS += tests/unit/test_statement

check_PROGRAMS += tests/unit/test_recovery
tests_unit_test_recovery_SOURCES = tests/unit/test_recovery.c \
	tests/unit/people.h
tests_unit_test_recovery_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_recovery_LDADD = $(UNIT_LDADD)
TESTS += tests/unit/test_recovery
check_PROGRAMS += tests/unit/test_statistic
tests_unit_test_statistic_SOURCES = tests/unit/test_statistic.c
tests_unit_test_statistic_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_statistic_LDADD = $(UNIT_LDADD)
TESTS += tests/unit/test_statistic
check_PROGRAMS += tests/unit/test_epoch
tests_unit_test_epoch_SOURCES = tests/unit/test_epoch.c tests/unit/people.h
tests_unit_test_epoch_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_epoch_LDADD = $(UNIT_LDADD)
TESTS += tests/unit/test_epoch
check_PROGRAMS += tests/unit/test_still
tests_unit_test_still_SOURCES = tests/unit/test_still.c tests/unit/people.h
tests_unit_test_still_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_still_LDADD = $(UNIT_LDADD)
TESTS += tests/unit/test_still

# Words found in text.
WORDS_KIT_FILES = tests/unit/words_kit.c tests/unit/words_kit.h
check_PROGRAMS += tests/unit/test_word_list tests/unit/test_return_code
tests_unit_test_word_list_SOURCES = tests/unit/test_word_list.c \
	$(WORDS_KIT_FILES)
tests_unit_test_word_list_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_word_list_LDADD = $(UNIT_LDADD)
tests_unit_test_return_code_SOURCES = tests/unit/test_return_code.c \
	$(WORDS_KIT_FILES)
tests_unit_test_return_code_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_return_code_LDADD = $(UNIT_LDADD)
TESTS += tests/unit/test_word_list tests/unit/test_return_code
check_PROGRAMS += tests/unit/test_code_find
tests_unit_test_code_find_SOURCES = tests/unit/test_code_find.c \
	$(WORDS_KIT_FILES)
tests_unit_test_code_find_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_code_find_LDADD = $(UNIT_LDADD)
TESTS += tests/unit/test_code_find
check_PROGRAMS += tests/unit/test_find
tests_unit_test_find_SOURCES = tests/unit/test_find.c
tests_unit_test_find_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_find_LDADD = $(UNIT_LDADD)
TESTS += tests/unit/test_find
check_PROGRAMS += tests/unit/test_code
tests_unit_test_code_SOURCES = tests/unit/test_code.c
tests_unit_test_code_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_code_LDADD = $(UNIT_LDADD)
TESTS += tests/unit/test_code
check_PROGRAMS += tests/unit/test_identity
tests_unit_test_identity_SOURCES = tests/unit/test_identity.c
tests_unit_test_identity_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_identity_LDADD = $(UNIT_LDADD)
TESTS += tests/unit/test_identity
check_PROGRAMS += tests/unit/test_roster
tests_unit_test_roster_SOURCES = tests/unit/test_roster.c tests/unit/people.h
tests_unit_test_roster_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_roster_LDADD = $(UNIT_LDADD)
TESTS += tests/unit/test_roster
check_PROGRAMS += tests/unit/test_roster_refused
tests_unit_test_roster_refused_SOURCES = tests/unit/test_roster_refused.c tests/unit/people.h
tests_unit_test_roster_refused_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_roster_refused_LDADD = $(UNIT_LDADD)
TESTS += tests/unit/test_roster_refused

# The reader's pieces, and desk/reading with the reader as its helper; the
# latter also drives tests/integration/test_reader.py.
READER_UNIT_CFLAGS = $(UNIT_CFLAGS) $(READER_CFLAGS)
READER_UNIT_LDADD = $(UNIT_LDADD) $(READER_LIBS)
check_PROGRAMS += tests/unit/test_reader tests/unit/test_reading
tests_unit_test_reader_SOURCES = tests/unit/test_reader.c $(READER_FILES)
tests_unit_test_reader_CFLAGS = $(READER_UNIT_CFLAGS)
tests_unit_test_reader_LDADD = $(READER_UNIT_LDADD)
tests_unit_test_reading_SOURCES = tests/unit/test_reading.c \
	tests/unit/helper_kit.c tests/unit/helper_kit.h \
	daemon/desk/reading.c daemon/desk/reading_check.c $(READER_FILES)
tests_unit_test_reading_CFLAGS = $(READER_UNIT_CFLAGS)
tests_unit_test_reading_LDADD = $(READER_UNIT_LDADD)
check_PROGRAMS += tests/unit/test_match
tests_unit_test_match_SOURCES = tests/unit/test_match.c \
	daemon/reader/match.c daemon/reader/pattern.c \
	daemon/reader/firsts.c daemon/reader/phrase.c daemon/reader/plain.c \
	daemon/reader/sets.c
tests_unit_test_match_CFLAGS = $(READER_UNIT_CFLAGS)
tests_unit_test_match_LDADD = $(READER_UNIT_LDADD) $(UNISTRING_LIBS)
TESTS += tests/unit/test_match
check_PROGRAMS += tests/unit/test_triage
tests_unit_test_triage_SOURCES = tests/unit/test_triage.c
tests_unit_test_triage_CFLAGS = $(STORE_UNIT_CFLAGS)
tests_unit_test_triage_LDADD = $(STORE_UNIT_LDADD)
TESTS += tests/unit/test_triage
check_PROGRAMS += tests/unit/test_readings
tests_unit_test_readings_SOURCES = tests/unit/test_readings.c \
	tests/unit/helper_kit.c tests/unit/helper_kit.h
tests_unit_test_readings_CFLAGS = $(STORE_UNIT_CFLAGS)
tests_unit_test_readings_LDADD = $(STORE_UNIT_LDADD)
check_PROGRAMS += tests/unit/test_class
tests_unit_test_class_SOURCES = tests/unit/test_class.c $(READER_FILES)
tests_unit_test_class_CFLAGS = $(READER_UNIT_CFLAGS)
tests_unit_test_class_LDADD = $(READER_UNIT_LDADD)
check_PROGRAMS += tests/unit/test_language
tests_unit_test_language_SOURCES = tests/unit/test_language.c \
	daemon/reader/language.c daemon/reader/language.h
tests_unit_test_language_CFLAGS = $(STORE_UNIT_CFLAGS) $(READER_CFLAGS)
tests_unit_test_language_LDADD = $(STORE_UNIT_LDADD) $(READER_LIBS)
TESTS += tests/unit/test_reader tests/unit/test_reading \
	tests/unit/test_readings tests/unit/test_class tests/unit/test_language

# What post refuses, what it sent already, what an SMTP reply means. The
# sources are the role's own; test_smtp also speaks for test_post_smtp.py.
POST_UNIT_CFLAGS = $(STORE_UNIT_CFLAGS) $(CURL_CFLAGS)
check_PROGRAMS += tests/unit/test_check tests/unit/test_spent \
	tests/unit/test_smtp
tests_unit_test_check_SOURCES = tests/unit/test_check.c \
	daemon/post/check.c daemon/post/spent.c
tests_unit_test_check_CFLAGS = $(POST_UNIT_CFLAGS)
tests_unit_test_check_LDADD = $(STORE_UNIT_LDADD)
tests_unit_test_spent_SOURCES = tests/unit/test_spent.c daemon/post/spent.c
check_PROGRAMS += tests/unit/test_unsend
tests_unit_test_unsend_SOURCES = tests/unit/test_unsend.c \
	daemon/post/spent.c daemon/post/unsend.c \
	tests/unit/desk_kit.c tests/unit/desk_kit.h
tests_unit_test_unsend_CFLAGS = $(STORE_UNIT_CFLAGS)
tests_unit_test_unsend_LDADD = $(STORE_UNIT_LDADD)
TESTS += tests/unit/test_unsend
tests_unit_test_spent_CFLAGS = $(POST_UNIT_CFLAGS)
tests_unit_test_spent_LDADD = $(STORE_UNIT_LDADD)
tests_unit_test_smtp_SOURCES = tests/unit/test_smtp.c daemon/post/smtp.c \
	daemon/post/idna.c daemon/post/login.c daemon/token.c \
	daemon/trust.c
tests_unit_test_smtp_CFLAGS = $(POST_UNIT_CFLAGS)
tests_unit_test_smtp_LDADD = $(STORE_UNIT_LDADD) $(CURL_LIBS) $(GNUTLS_LIBS)
TESTS += tests/unit/test_check tests/unit/test_spent tests/unit/test_smtp

# The desk, over a real store in one process.
check_PROGRAMS += tests/unit/test_desk
tests_unit_test_desk_SOURCES = tests/unit/test_desk.c \
	tests/unit/desk_kit.c tests/unit/desk_kit.h
tests_unit_test_desk_CFLAGS = $(STORE_UNIT_CFLAGS)
tests_unit_test_desk_LDADD = $(STORE_UNIT_LDADD)
check_PROGRAMS += tests/unit/test_audit
tests_unit_test_audit_SOURCES = tests/unit/test_audit.c \
	tests/unit/desk_kit.c tests/unit/desk_kit.h
tests_unit_test_audit_CFLAGS = $(STORE_UNIT_CFLAGS)
tests_unit_test_audit_LDADD = $(STORE_UNIT_LDADD)
TESTS += tests/unit/test_audit
check_PROGRAMS += tests/unit/test_automatic
tests_unit_test_automatic_SOURCES = tests/unit/test_automatic.c \
	tests/unit/desk_kit.c tests/unit/desk_kit.h
tests_unit_test_automatic_CFLAGS = $(STORE_UNIT_CFLAGS)
tests_unit_test_automatic_LDADD = $(STORE_UNIT_LDADD)
check_PROGRAMS += tests/unit/test_budget
tests_unit_test_budget_SOURCES = tests/unit/test_budget.c
tests_unit_test_budget_CFLAGS = $(STORE_UNIT_CFLAGS)
tests_unit_test_budget_LDADD = $(STORE_UNIT_LDADD)
TESTS += tests/unit/test_automatic tests/unit/test_budget
check_PROGRAMS += tests/unit/test_alarm tests/unit/test_time
tests_unit_test_alarm_SOURCES = tests/unit/test_alarm.c \
	tests/unit/desk_kit.c tests/unit/desk_kit.h
tests_unit_test_alarm_CFLAGS = $(STORE_UNIT_CFLAGS)
tests_unit_test_alarm_LDADD = $(STORE_UNIT_LDADD)
tests_unit_test_time_SOURCES = tests/unit/test_time.c \
	tests/unit/desk_kit.c tests/unit/desk_kit.h
tests_unit_test_time_CFLAGS = $(STORE_UNIT_CFLAGS)
tests_unit_test_time_LDADD = $(STORE_UNIT_LDADD)
TESTS += tests/unit/test_desk tests/unit/test_alarm tests/unit/test_time

check_PROGRAMS += tests/unit/test_copy
tests_unit_test_copy_SOURCES = tests/unit/test_copy.c \
	tests/unit/desk_kit.c tests/unit/desk_kit.h
tests_unit_test_copy_CFLAGS = $(STORE_UNIT_CFLAGS)
tests_unit_test_copy_LDADD = $(STORE_UNIT_LDADD)
TESTS += tests/unit/test_copy
check_PROGRAMS += tests/unit/test_deposit_form
tests_unit_test_deposit_form_SOURCES = tests/unit/test_deposit_form.c \
	tests/unit/desk_kit.c tests/unit/desk_kit.h
tests_unit_test_deposit_form_CFLAGS = $(STORE_UNIT_CFLAGS)
tests_unit_test_deposit_form_LDADD = $(STORE_UNIT_LDADD)
TESTS += tests/unit/test_deposit_form
check_PROGRAMS += tests/unit/test_load tests/unit/test_duty \
	tests/unit/test_help_now
tests_unit_test_load_SOURCES = tests/unit/test_load.c \
	tests/unit/desk_kit.c tests/unit/desk_kit.h
tests_unit_test_load_CFLAGS = $(STORE_UNIT_CFLAGS)
tests_unit_test_load_LDADD = $(STORE_UNIT_LDADD)
tests_unit_test_duty_SOURCES = tests/unit/test_duty.c
tests_unit_test_duty_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_duty_LDADD = $(DESK_LIBS) $(CMOCKA_LIBS)
check_PROGRAMS += tests/unit/test_calendar
tests_unit_test_calendar_SOURCES = tests/unit/test_calendar.c
tests_unit_test_calendar_CFLAGS = $(STORE_UNIT_CFLAGS)
tests_unit_test_calendar_LDADD = $(STORE_UNIT_LDADD)
TESTS += tests/unit/test_calendar
tests_unit_test_help_now_SOURCES = tests/unit/test_help_now.c
tests_unit_test_help_now_CFLAGS = $(STORE_UNIT_CFLAGS)
tests_unit_test_help_now_LDADD = $(STORE_UNIT_LDADD)
TESTS += tests/unit/test_load tests/unit/test_duty tests/unit/test_help_now
# Counts the statements that it runs.
check_PROGRAMS += tests/unit/test_strand
tests_unit_test_strand_SOURCES = tests/unit/test_strand.c \
	tests/unit/strand_kit.c tests/unit/strand_kit.h \
	tests/unit/desk_kit.c tests/unit/desk_kit.h
tests_unit_test_strand_CFLAGS = $(STORE_UNIT_CFLAGS)
tests_unit_test_strand_LDADD = $(STORE_UNIT_LDADD)
tests_unit_test_strand_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=store_run
check_PROGRAMS += tests/unit/test_strand_again
tests_unit_test_strand_again_SOURCES = tests/unit/test_strand_again.c \
	tests/unit/strand_kit.c tests/unit/strand_kit.h \
	tests/unit/desk_kit.c tests/unit/desk_kit.h
tests_unit_test_strand_again_CFLAGS = $(STORE_UNIT_CFLAGS)
tests_unit_test_strand_again_LDADD = $(STORE_UNIT_LDADD)
TESTS += tests/unit/test_strand tests/unit/test_strand_again

check_PROGRAMS += tests/unit/test_reach
tests_unit_test_reach_SOURCES = tests/unit/test_reach.c \
	tests/unit/desk_kit.c tests/unit/desk_kit.h
tests_unit_test_reach_CFLAGS = $(STORE_UNIT_CFLAGS)
tests_unit_test_reach_LDADD = $(STORE_UNIT_LDADD)
TESTS += tests/unit/test_reach
check_PROGRAMS += tests/unit/test_canary
tests_unit_test_canary_SOURCES = tests/unit/test_canary.c \
	tests/unit/desk_kit.c tests/unit/desk_kit.h
tests_unit_test_canary_CFLAGS = $(STORE_UNIT_CFLAGS)
tests_unit_test_canary_LDADD = $(STORE_UNIT_LDADD)
TESTS += tests/unit/test_canary
check_PROGRAMS += tests/unit/test_silence
tests_unit_test_silence_SOURCES = tests/unit/test_silence.c
tests_unit_test_silence_CFLAGS = $(STORE_UNIT_CFLAGS)
tests_unit_test_silence_LDADD = $(STORE_UNIT_LDADD)
TESTS += tests/unit/test_silence
check_PROGRAMS += tests/unit/test_claim
tests_unit_test_claim_SOURCES = tests/unit/test_claim.c \
	tests/unit/desk_kit.c tests/unit/desk_kit.h
tests_unit_test_claim_CFLAGS = $(STORE_UNIT_CFLAGS)
tests_unit_test_claim_LDADD = $(STORE_UNIT_LDADD)
TESTS += tests/unit/test_claim
check_PROGRAMS += tests/unit/test_queue
tests_unit_test_queue_SOURCES = tests/unit/test_queue.c \
	tests/unit/desk_kit.c tests/unit/desk_kit.h
tests_unit_test_queue_CFLAGS = $(STORE_UNIT_CFLAGS)
tests_unit_test_queue_LDADD = $(STORE_UNIT_LDADD)
TESTS += tests/unit/test_queue
check_PROGRAMS += tests/unit/test_casework
tests_unit_test_casework_SOURCES = tests/unit/test_casework.c \
	tests/unit/desk_kit.c tests/unit/desk_kit.h
tests_unit_test_casework_CFLAGS = $(STORE_UNIT_CFLAGS)
tests_unit_test_casework_LDADD = $(STORE_UNIT_LDADD)
TESTS += tests/unit/test_casework
# Weighs letters by rules, for dev/bench and the tests.
check_PROGRAMS += tests/lib/triage_weigh
tests_lib_triage_weigh_SOURCES = tests/lib/triage_weigh.c \
	daemon/desk/triage.c daemon/reader/match.c daemon/reader/pattern.c \
	daemon/reader/firsts.c daemon/reader/phrase.c daemon/reader/plain.c
tests_lib_triage_weigh_CFLAGS = $(UNIT_CFLAGS) $(PCRE2_CFLAGS)
tests_lib_triage_weigh_LDADD = $(LIB_LIBS) $(PCRE2_LIBS)
check_PROGRAMS += tests/unit/test_urgency
tests_unit_test_urgency_SOURCES = tests/unit/test_urgency.c \
	tests/unit/desk_kit.c tests/unit/desk_kit.h
tests_unit_test_urgency_CFLAGS = $(STORE_UNIT_CFLAGS)
tests_unit_test_urgency_LDADD = $(STORE_UNIT_LDADD)
TESTS += tests/unit/test_urgency
check_PROGRAMS += tests/unit/test_unopened
tests_unit_test_unopened_SOURCES = tests/unit/test_unopened.c \
	tests/unit/desk_kit.c tests/unit/desk_kit.h
tests_unit_test_unopened_CFLAGS = $(STORE_UNIT_CFLAGS)
tests_unit_test_unopened_LDADD = $(STORE_UNIT_LDADD)
TESTS += tests/unit/test_unopened
check_PROGRAMS += tests/unit/test_ending
tests_unit_test_ending_SOURCES = tests/unit/test_ending.c \
	tests/unit/desk_kit.c tests/unit/desk_kit.h
tests_unit_test_ending_CFLAGS = $(STORE_UNIT_CFLAGS)
tests_unit_test_ending_LDADD = $(STORE_UNIT_LDADD)
TESTS += tests/unit/test_ending

check_PROGRAMS += tests/unit/test_review
tests_unit_test_review_SOURCES = tests/unit/test_review.c \
	tests/unit/desk_kit.c tests/unit/desk_kit.h
tests_unit_test_review_CFLAGS = $(STORE_UNIT_CFLAGS)
tests_unit_test_review_LDADD = $(STORE_UNIT_LDADD)
TESTS += tests/unit/test_review
check_PROGRAMS += tests/unit/test_bounce
tests_unit_test_bounce_SOURCES = tests/unit/test_bounce.c \
	tests/unit/desk_kit.c tests/unit/desk_kit.h
tests_unit_test_bounce_CFLAGS = $(STORE_UNIT_CFLAGS)
tests_unit_test_bounce_LDADD = $(STORE_UNIT_LDADD)
TESTS += tests/unit/test_bounce

# The HTTP loop, by raw bytes through a socket.
FORM_FILES = daemon/http/form.c daemon/http/form.h \
	daemon/http/form_multipart.c daemon/http/form_inside.h
check_PROGRAMS += tests/unit/test_form
tests_unit_test_form_SOURCES = tests/unit/test_form.c $(FORM_FILES)
tests_unit_test_form_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_form_LDADD = $(UNIT_LDADD)
TESTS += tests/unit/test_form
check_PROGRAMS += tests/unit/test_http
tests_unit_test_http_SOURCES = tests/unit/test_http.c \
	tests/unit/http_kit.c tests/unit/http_kit.h $(HTTP_FILES)
tests_unit_test_http_CFLAGS = $(UNIT_CFLAGS) $(MHD_CFLAGS)
tests_unit_test_http_LDADD = $(UNIT_LDADD) $(MHD_LIBS)
TESTS += tests/unit/test_http

# The frame of the daemon.
check_PROGRAMS += tests/unit/test_config tests/unit/test_secrets
tests_unit_test_config_SOURCES = tests/unit/test_config.c
tests_unit_test_config_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_config_LDADD = $(DESK_LIBS) $(CMOCKA_LIBS)
tests_unit_test_secrets_SOURCES = tests/unit/test_secrets.c
tests_unit_test_secrets_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_secrets_LDADD = $(DESK_LIBS) $(CMOCKA_LIBS)
TESTS += tests/unit/test_config tests/unit/test_secrets

# The staff's command line: what it believes of a case, and its small parts.
TOOLS_UNIT_LDADD = tools/libtools.a $(UNIT_LDADD) $(CURL_LIBS)
check_PROGRAMS += tests/unit/test_report
tests_unit_test_report_SOURCES = tests/unit/test_report.c
tests_unit_test_report_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_report_LDADD = $(TOOLS_UNIT_LDADD)
TESTS += tests/unit/test_report
check_PROGRAMS += tests/unit/test_seen
tests_unit_test_seen_SOURCES = tests/unit/test_seen.c
tests_unit_test_seen_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_seen_LDADD = $(TOOLS_UNIT_LDADD)
TESTS += tests/unit/test_seen
check_PROGRAMS += tests/unit/test_casefile tests/unit/test_tools
tests_unit_test_casefile_SOURCES = tests/unit/test_casefile.c \
	tests/unit/case_kit.h tests/unit/people.h
tests_unit_test_casefile_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_casefile_LDADD = $(TOOLS_UNIT_LDADD)
check_PROGRAMS += tests/unit/test_casefile_epoch
tests_unit_test_casefile_epoch_SOURCES = tests/unit/test_casefile_epoch.c \
	tests/unit/people.h tests/unit/case_kit.h
tests_unit_test_casefile_epoch_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_casefile_epoch_LDADD = $(TOOLS_UNIT_LDADD)
TESTS += tests/unit/test_casefile_epoch
check_PROGRAMS += tests/unit/test_casefile_raw
tests_unit_test_casefile_raw_SOURCES = tests/unit/test_casefile_raw.c \
	tests/unit/case_kit.h tests/unit/people.h
tests_unit_test_casefile_raw_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_casefile_raw_LDADD = $(TOOLS_UNIT_LDADD)
tests_unit_test_tools_SOURCES = tests/unit/test_tools.c tests/unit/people.h
tests_unit_test_tools_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_tools_LDADD = $(TOOLS_UNIT_LDADD)
check_PROGRAMS += tests/unit/test_render
tests_unit_test_render_SOURCES = tests/unit/test_render.c
tests_unit_test_render_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_render_LDADD = $(TOOLS_UNIT_LDADD)
TESTS += tests/unit/test_render
check_PROGRAMS += tests/unit/test_diff
tests_unit_test_diff_SOURCES = tests/unit/test_diff.c
tests_unit_test_diff_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_diff_LDADD = $(TOOLS_UNIT_LDADD)
TESTS += tests/unit/test_diff
TESTS += tests/unit/test_casefile tests/unit/test_casefile_raw \
	tests/unit/test_tools
# Answers: what is said about a draft before it is submitted.
check_PROGRAMS += tests/unit/test_check_draft
tests_unit_test_check_draft_SOURCES = tests/unit/test_check_draft.c
tests_unit_test_check_draft_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_check_draft_LDADD = $(TOOLS_UNIT_LDADD)
TESTS += tests/unit/test_check_draft
check_PROGRAMS += tests/unit/test_words
tests_unit_test_words_SOURCES = tests/unit/test_words.c
tests_unit_test_words_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_words_LDADD = $(TOOLS_UNIT_LDADD)
TESTS += tests/unit/test_words

check_PROGRAMS += tests/unit/test_paper
tests_unit_test_paper_SOURCES = tests/unit/test_paper.c
tests_unit_test_paper_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_paper_LDADD = $(UNIT_LDADD)
TESTS += tests/unit/test_paper

# Answers by the thousand, for test_many.py.
check_PROGRAMS += tests/lib/answers
tests_lib_answers_SOURCES = tests/lib/answers.c
tests_lib_answers_CFLAGS = $(STORE_UNIT_CFLAGS)
tests_lib_answers_LDADD = $(STORE_UNIT_LDADD)

# Who claims one case at once, for test_race.py.
check_PROGRAMS += tests/lib/racers
tests_lib_racers_SOURCES = tests/lib/racers.c
tests_lib_racers_CFLAGS = $(STORE_UNIT_CFLAGS)
tests_lib_racers_LDADD = $(STORE_UNIT_LDADD)

# Text files that a service may edit.
check_PROGRAMS += tests/unit/test_config_lines
tests_unit_test_config_lines_SOURCES = tests/unit/test_config_lines.c
tests_unit_test_config_lines_CFLAGS = $(STORE_UNIT_CFLAGS)
tests_unit_test_config_lines_LDADD = $(STORE_UNIT_LDADD)
TESTS += tests/unit/test_config_lines

# The pages of the web door.
check_PROGRAMS += tests/unit/test_page
tests_unit_test_page_SOURCES = tests/unit/test_page.c daemon/web/page.c \
	daemon/web/saying.c
tests_unit_test_page_CFLAGS = $(STORE_UNIT_CFLAGS)
tests_unit_test_page_LDADD = $(STORE_UNIT_LDADD)
TESTS += tests/unit/test_page

# Budgets of guesses at the web door.
check_PROGRAMS += tests/unit/test_guess
tests_unit_test_guess_SOURCES = tests/unit/test_guess.c \
	daemon/web/guess.c daemon/web/guess.h \
	daemon/web/network.c daemon/web/network.h
tests_unit_test_guess_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_guess_LDADD = $(UNIT_LDADD)
TESTS += tests/unit/test_guess

# Letters by form, without a browser.
check_PROGRAMS += tests/lib/forms
tests_lib_forms_SOURCES = tests/lib/forms.c
tests_lib_forms_CFLAGS = $(STORE_UNIT_CFLAGS)
tests_lib_forms_LDADD = $(STORE_UNIT_LDADD)

# Many who post at once.
check_PROGRAMS += tests/lib/poster
tests_lib_poster_SOURCES = tests/lib/poster.c
tests_lib_poster_CFLAGS = $(UNIT_CFLAGS)
tests_lib_poster_LDADD = $(UNIT_LDADD)
check_PROGRAMS += tests/unit/test_erase tests/unit/test_sighting
tests_unit_test_erase_SOURCES = tests/unit/test_erase.c \
	tests/unit/desk_kit.c tests/unit/desk_kit.h
tests_unit_test_erase_CFLAGS = $(STORE_UNIT_CFLAGS)
tests_unit_test_erase_LDADD = $(STORE_UNIT_LDADD)
tests_unit_test_erase_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=store_now
tests_unit_test_sighting_SOURCES = tests/unit/test_sighting.c \
	tests/unit/desk_kit.c tests/unit/desk_kit.h
tests_unit_test_sighting_CFLAGS = $(STORE_UNIT_CFLAGS)
tests_unit_test_sighting_LDADD = $(STORE_UNIT_LDADD)
tests_unit_test_sighting_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=store_now
TESTS += tests/unit/test_erase tests/unit/test_sighting

# What a form, a cookie and a letter by form are made of.
check_PROGRAMS += tests/unit/test_ticket tests/unit/test_web_letter
tests_unit_test_ticket_SOURCES = tests/unit/test_ticket.c \
	daemon/web/ticket.c daemon/web/token.c
tests_unit_test_ticket_CFLAGS = $(STORE_UNIT_CFLAGS)
tests_unit_test_ticket_LDADD = $(STORE_UNIT_LDADD)
tests_unit_test_web_letter_SOURCES = tests/unit/test_web_letter.c \
	daemon/web/web_letter.c
tests_unit_test_web_letter_CFLAGS = $(STORE_UNIT_CFLAGS)
tests_unit_test_web_letter_LDADD = $(STORE_UNIT_LDADD)
TESTS += tests/unit/test_ticket tests/unit/test_web_letter
