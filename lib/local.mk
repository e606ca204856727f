noinst_LIBRARIES += lib/libteduh.a
lib_libteduh_a_SOURCES = \
	lib/err.c lib/err.h \
	lib/words.c lib/words.h \
	lib/buf.c lib/buf.h \
	lib/io.c lib/io.h \
	lib/text.c lib/text.h \
	lib/text_address.c \
	lib/text_unwrap.c \
	lib/addressed.c lib/addressed.h \
	lib/asked.c lib/asked.h \
	lib/audit_action.c lib/audit_action.h \
	lib/audit_chain.c lib/audit_chain.h \
	lib/audit_entry.c lib/audit_entry.h \
	lib/seal.c lib/seal.h \
	lib/seal_part.c \
	lib/secret.c lib/secret.h \
	lib/signature.c lib/signature.h \
	lib/request.c \
	lib/said.c lib/said.h \
	lib/urgency.c lib/urgency.h \
	lib/wire.c lib/wire.h \
	lib/deposit.c \
	lib/face.c lib/face.h \
	lib/statement.c lib/statement.h \
	lib/statistic.c lib/statistic.h \
	lib/link.c lib/link.h \
	lib/wish.c lib/wish.h \
	lib/letter_read.c lib/letter_read.h \
	lib/still.c lib/still.h \
	lib/epoch.c lib/epoch.h \
	lib/shares.c lib/shares.h \
	lib/find.c lib/find.h \
	lib/tokens.c lib/tokens.h \
	lib/code.c lib/code.h \
	lib/word_list.c lib/word_list.h \
	lib/publication.c lib/publication.h \
	lib/code_find.c lib/code_find.h \
	lib/return_code.c lib/return_code.h \
	lib/identity.c lib/identity.h \
	lib/paper.c lib/paper.h \
	lib/rules.c lib/rules.h \
	lib/roster.c lib/roster.h lib/roster_inside.h \
	lib/roster_look.c \
	lib/roster_card.c \
	lib/roster_entry.c lib/roster_entry.h \
	lib/roster_notice.c \
	lib/roster_post.c \
	lib/letter.c lib/letter.h \
	lib/compose.c lib/compose.h \
	lib/compose_encode.c lib/compose_encode.h
lib_libteduh_a_CFLAGS = $(AM_CFLAGS) $(SODIUM_CFLAGS) $(JANSSON_CFLAGS)
LIB_LIBS = lib/libteduh.a $(SODIUM_LIBS) $(JANSSON_LIBS) $(UNISTRING_LIBS)
