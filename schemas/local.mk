# All SQL stands here; the build turns it into C.
SCHEMAS = schemas/0001-begin.sql schemas/0002-daily.sql \
	schemas/0003-mail.sql schemas/0004-care.sql \
	schemas/0005-team.sql
EXTRA_DIST += $(SCHEMAS) schemas/statements.sql schemas/embed.awk
BUILT_SOURCES += schemas/statements.h schemas/statements.c
CLEANFILES += schemas/statements.h schemas/statements.c \
	schemas/statements.h.tmp schemas/statements.c.tmp

# Runs in the source folder, so that errors name files as people know them.
SQL = schemas/statements.sql $(SCHEMAS)
EMBED = cd $(srcdir) && $(AWK) -f schemas/embed.awk

schemas/statements.h: schemas/embed.awk $(SQL)
	$(AM_V_GEN)$(MKDIR_P) schemas && \
	    ($(EMBED) -v what=h $(SQL)) >$@.tmp && mv $@.tmp $@
schemas/statements.c: schemas/embed.awk $(SQL)
	$(AM_V_GEN)$(MKDIR_P) schemas && \
	    ($(EMBED) -v what=c $(SQL)) >$@.tmp && mv $@.tmp $@
