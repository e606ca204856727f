# Fuzzers that find the same things at every run; see tests/fuzz/fuzz.h.
FUZZ_FILES = tests/fuzz/fuzz.c tests/fuzz/fuzz.h
FUZZERS = tests/fuzz/fuzz_address tests/fuzz/fuzz_form \
	tests/fuzz/fuzz_html tests/fuzz/fuzz_return_code \
	tests/fuzz/fuzz_rules tests/fuzz/fuzz_view tests/fuzz/fuzz_weigh
check_PROGRAMS += $(FUZZERS)
TESTS += $(FUZZERS)
tests_fuzz_fuzz_address_SOURCES = tests/fuzz/fuzz_address.c $(FUZZ_FILES)
tests_fuzz_fuzz_address_CFLAGS = $(UNIT_CFLAGS)
tests_fuzz_fuzz_address_LDADD = $(UNIT_LDADD)
tests_fuzz_fuzz_form_SOURCES = tests/fuzz/fuzz_form.c $(FUZZ_FILES) \
	$(FORM_FILES)
tests_fuzz_fuzz_form_CFLAGS = $(UNIT_CFLAGS)
tests_fuzz_fuzz_form_LDADD = $(UNIT_LDADD)
tests_fuzz_fuzz_html_SOURCES = tests/fuzz/fuzz_html.c $(FUZZ_FILES) \
	$(READER_FILES)
tests_fuzz_fuzz_html_CFLAGS = $(READER_UNIT_CFLAGS)
tests_fuzz_fuzz_html_LDADD = $(READER_UNIT_LDADD)
tests_fuzz_fuzz_return_code_SOURCES = tests/fuzz/fuzz_return_code.c \
	$(FUZZ_FILES) $(WORDS_KIT_FILES)
tests_fuzz_fuzz_return_code_CFLAGS = $(UNIT_CFLAGS)
tests_fuzz_fuzz_return_code_LDADD = $(UNIT_LDADD)
MATCH_FILES = daemon/reader/match.c daemon/reader/pattern.c \
	daemon/reader/phrase.c daemon/reader/plain.c daemon/reader/firsts.c
tests_fuzz_fuzz_rules_SOURCES = tests/fuzz/fuzz_rules.c $(FUZZ_FILES) \
	daemon/reader/sets.c $(MATCH_FILES)
tests_fuzz_fuzz_rules_CFLAGS = $(READER_UNIT_CFLAGS)
tests_fuzz_fuzz_rules_LDADD = $(READER_UNIT_LDADD)
tests_fuzz_fuzz_weigh_SOURCES = tests/fuzz/fuzz_weigh.c $(FUZZ_FILES) \
	daemon/desk/triage.c $(MATCH_FILES)
tests_fuzz_fuzz_weigh_CFLAGS = $(READER_UNIT_CFLAGS)
tests_fuzz_fuzz_weigh_LDADD = $(READER_UNIT_LDADD)
tests_fuzz_fuzz_view_SOURCES = tests/fuzz/fuzz_view.c $(FUZZ_FILES) \
	daemon/desk/reading_check.c $(READER_FILES)
tests_fuzz_fuzz_view_CFLAGS = $(READER_UNIT_CFLAGS)
tests_fuzz_fuzz_view_LDADD = $(READER_UNIT_LDADD)
