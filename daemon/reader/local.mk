READER_FILES = \
	daemon/reader/mail.c daemon/reader/mail.h \
	daemon/reader/address.c daemon/reader/address.h \
	daemon/reader/decode.c daemon/reader/decode.h \
	daemon/reader/decode_words.c \
	daemon/reader/flowed.c daemon/reader/flowed.h \
	daemon/reader/html.c daemon/reader/html.h \
	daemon/reader/html_sink.c daemon/reader/html_sink.h \
	daemon/reader/html_scan.c \
	daemon/reader/html_style.c daemon/reader/html_style.h \
	daemon/reader/fold.c daemon/reader/fold.h \
	daemon/reader/auth.c daemon/reader/auth.h \
	daemon/reader/class.c daemon/reader/class.h \
	daemon/reader/ident.c daemon/reader/ident.h \
	daemon/reader/language.c daemon/reader/language.h \
	daemon/reader/report.c daemon/reader/report.h \
	daemon/reader/plain.c daemon/reader/plain.h \
	daemon/reader/phrase.c daemon/reader/phrase.h \
	daemon/reader/firsts.c daemon/reader/firsts.h \
	daemon/reader/pattern.c daemon/reader/pattern.h \
	daemon/reader/match.c daemon/reader/match.h \
	daemon/reader/sets.c daemon/reader/sets.h \
	daemon/reader/spam.c daemon/reader/spam.h \
	daemon/reader/mime.c daemon/reader/mime.h \
	daemon/reader/inline_file.c daemon/reader/inline_file.h \
	daemon/reader/mime_leaf.c daemon/reader/mime_leaf.h \
	daemon/reader/view.c daemon/reader/view.h
READER_FILES += \
	daemon/reader/jail.c daemon/reader/jail.h \
	daemon/reader/reader.c daemon/reader/reader.h
READER_LIBS = $(GMIME_LIBS) $(PCRE2_LIBS) $(XML_LIBS) $(SECCOMP_LIBS)
READER_CFLAGS = $(GMIME_CFLAGS) $(PCRE2_CFLAGS) $(XML_CFLAGS) $(SECCOMP_CFLAGS)
pkglibexec_PROGRAMS += teduh-reader
teduh_reader_SOURCES = daemon/reader/main.c $(READER_FILES)
teduh_reader_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS) $(READER_CFLAGS)
teduh_reader_LDADD = $(LIB_LIBS) $(READER_LIBS)

# The reader without its walls, for sanitizers and fuzzers.
if SANITIZERS
check_PROGRAMS += reader-filter
reader_filter_SOURCES = daemon/reader/filter.c $(READER_FILES)
reader_filter_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS) $(READER_CFLAGS)
reader_filter_LDADD = $(LIB_LIBS) $(READER_LIBS)
endif
