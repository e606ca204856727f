# An example, never a configuration that would replace somebody's own.
dist_doc_DATA += config/teduh.conf
EXTRA_DIST += config/teduhd.service

# The words of automatic mail, by language.
textsendir = $(pkgdatadir)/texts/en
textsiddir = $(pkgdatadir)/texts/id
textsetdir = $(pkgdatadir)/texts/et
dist_textsen_DATA = config/texts/en/acknowledgement-full.txt \
	config/texts/en/acknowledgement-neutral.txt \
	config/texts/en/alarm-begins.txt \
	config/texts/en/alarm-ends.txt \
	config/texts/en/alarm-stands.txt \
	config/texts/en/contacts.txt \
	config/texts/en/first-line.txt \
	config/texts/en/spans.txt
dist_textsid_DATA = config/texts/id/acknowledgement-full.txt \
	config/texts/id/acknowledgement-neutral.txt \
	config/texts/id/alarm-begins.txt \
	config/texts/id/alarm-ends.txt \
	config/texts/id/alarm-kinds.txt \
	config/texts/id/alarm-stands.txt \
	config/texts/id/contacts.txt \
	config/texts/id/first-line.txt \
	config/texts/id/spans.txt
dist_textset_DATA = config/texts/et/acknowledgement-full.txt \
	config/texts/et/acknowledgement-neutral.txt \
	config/texts/et/alarm-begins.txt \
	config/texts/et/alarm-ends.txt \
	config/texts/et/alarm-kinds.txt \
	config/texts/et/alarm-stands.txt \
	config/texts/et/contacts.txt \
	config/texts/et/first-line.txt \
	config/texts/et/spans.txt

# The unit, with the paths of this build.  systemd looks here for /usr and
# for /usr/local.
systemunitdir = $(prefix)/lib/systemd/system
install-data-local:
	$(MKDIR_P) '$(DESTDIR)$(systemunitdir)'
	$(SED) -e 's,/usr/sbin/,$(sbindir)/,' \
		-e 's,/etc/teduh,$(sysconfdir)/teduh,' \
		'$(srcdir)/config/teduhd.service' \
		>'$(DESTDIR)$(systemunitdir)/teduhd.service'
	chmod 644 '$(DESTDIR)$(systemunitdir)/teduhd.service'
uninstall-local:
	rm -f '$(DESTDIR)$(systemunitdir)/teduhd.service'
