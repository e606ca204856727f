# The languages of the command line: po/README.md says how to add one.
PO_FILES = po/id.po po/et.po
EXTRA_DIST += $(PO_FILES) po/README.md po/GLOSSARY.md po/sentences

# What the service says, for tools/service.c.
EXTRA_DIST += po/service.awk
BUILT_SOURCES += tools/service_list.h
CLEANFILES += tools/service_list.h tools/service_list.h.tmp
tools/libtools_a-service.$(OBJEXT): tools/service_list.h
tools/service_list.h: po/service.awk lib/request.c \
	$(daemon_libdesk_a_SOURCES) $(teduhd_SOURCES)
	$(AM_V_GEN)$(MKDIR_P) tools && (cd $(srcdir) && $(AWK) -f po/service.awk \
	    daemon/desk/*.c daemon/api/*.c daemon/http/connection.c \
	    lib/request.c) >$@.tmp && mv $@.tmp $@

if ENABLE_NLS
iddir = $(localedir)/id/LC_MESSAGES
nodist_id_DATA = po/id/LC_MESSAGES/teduh.mo
etdir = $(localedir)/et/LC_MESSAGES
nodist_et_DATA = po/et/LC_MESSAGES/teduh.mo
CLEANFILES += $(nodist_id_DATA) $(nodist_et_DATA)

po/id/LC_MESSAGES/teduh.mo: po/id.po
	$(AM_V_GEN)$(MKDIR_P) po/id/LC_MESSAGES && \
	    $(MSGFMT) --check --output-file=$@.tmp $(srcdir)/po/id.po && \
	    mv $@.tmp $@
po/et/LC_MESSAGES/teduh.mo: po/et.po
	$(AM_V_GEN)$(MKDIR_P) po/et/LC_MESSAGES && \
	    $(MSGFMT) --check --output-file=$@.tmp $(srcdir)/po/et.po && \
	    mv $@.tmp $@
endif

# The sentences of the sources, as a catalogue without translations, and
# every po file brought up to them.  For translators: needs all of gettext.
update-pot: tools/service_list.h
	@$(MKDIR_P) po && $(SHELL) $(srcdir)/po/sentences $(srcdir) . \
	    $(PACKAGE_VERSION) >po/teduh.pot.tmp && \
	    mv po/teduh.pot.tmp po/teduh.pot
update-po: update-pot
	@for file in $(PO_FILES); do \
	    msgmerge --quiet --update --backup=none --no-fuzzy-matching \
	    --add-location=file --no-wrap "$(srcdir)/$$file" po/teduh.pot && \
	    msgattrib --no-obsolete --no-wrap --add-location=file \
	    --output-file="$(srcdir)/$$file" "$(srcdir)/$$file" || exit 1; \
	    done
CLEANFILES += po/teduh.pot
.PHONY: update-pot update-po
