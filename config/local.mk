# An example, never a configuration that would replace somebody's own.
dist_doc_DATA += config/teduh.conf
EXTRA_DIST += config/teduhd.service

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
