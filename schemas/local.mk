# All SQL stands here; the build turns it into C.
SCHEMAS = schemas/0001-begin.sql
EXTRA_DIST += $(SCHEMAS) schemas/statements.sql schemas/embed.awk
BUILT_SOURCES += schemas/statements.h schemas/statements.c
CLEANFILES += schemas/statements.h schemas/statements.c

schemas/statements.h: schemas/statements.sql schemas/embed.awk $(SCHEMAS)
	$(AM_V_GEN)$(MKDIR_P) schemas && cd $(srcdir) && $(AWK) -v what=h \
	    -f schemas/embed.awk schemas/statements.sql $(SCHEMAS) \
	    >$(abs_builddir)/$@.tmp && mv $(abs_builddir)/$@.tmp \
	    $(abs_builddir)/$@
schemas/statements.c: schemas/statements.sql schemas/embed.awk $(SCHEMAS)
	$(AM_V_GEN)$(MKDIR_P) schemas && cd $(srcdir) && $(AWK) -v what=c \
	    -f schemas/embed.awk schemas/statements.sql $(SCHEMAS) \
	    >$(abs_builddir)/$@.tmp && mv $(abs_builddir)/$@.tmp \
	    $(abs_builddir)/$@
