# An example, never a configuration that would replace somebody's own.
dist_doc_DATA += config/teduh.conf
calendarsdir = $(docdir)/calendars
dist_calendars_DATA = config/calendars/estonia.txt \
	config/calendars/indonesia.txt
EXTRA_DIST += config/teduhd.service

# The words of automatic mail, by language.
textsendir = $(pkgdatadir)/texts/en
textsiddir = $(pkgdatadir)/texts/id
textsetdir = $(pkgdatadir)/texts/et
dist_textsen_DATA = config/texts/en/acknowledgement-full.txt \
	config/texts/en/acknowledgement-neutral.txt \
	config/texts/en/after-care.txt \
	config/texts/en/alarm-begins.txt \
	config/texts/en/alarm-ends.txt \
	config/texts/en/alarm-stands.txt \
	config/texts/en/areas.txt \
	config/texts/en/canary.txt \
	config/texts/en/common-words.txt \
	config/texts/en/contacts.txt \
	config/texts/en/first-line.txt \
	config/texts/en/help-now.txt \
	config/texts/en/code-link.txt \
	config/texts/en/notice.txt \
	config/texts/en/questions.txt \
	config/texts/en/spans.txt \
	config/texts/en/staff-news.txt \
	config/texts/en/staff.txt \
	config/texts/en/web.txt
dist_textsid_DATA = config/texts/id/acknowledgement-full.txt \
	config/texts/id/acknowledgement-neutral.txt \
	config/texts/id/after-care.txt \
	config/texts/id/alarm-begins.txt \
	config/texts/id/alarm-ends.txt \
	config/texts/id/alarm-kinds.txt \
	config/texts/id/alarm-stands.txt \
	config/texts/id/areas.txt \
	config/texts/id/canary.txt \
	config/texts/id/common-words.txt \
	config/texts/id/contacts.txt \
	config/texts/id/first-line.txt \
	config/texts/id/help-now.txt \
	config/texts/id/code-link.txt \
	config/texts/id/notice.txt \
	config/texts/id/questions.txt \
	config/texts/id/spans.txt \
	config/texts/id/staff-news.txt \
	config/texts/id/staff.txt \
	config/texts/id/web.txt
dist_textset_DATA = config/texts/et/acknowledgement-full.txt \
	config/texts/et/acknowledgement-neutral.txt \
	config/texts/et/after-care.txt \
	config/texts/et/alarm-begins.txt \
	config/texts/et/alarm-ends.txt \
	config/texts/et/alarm-kinds.txt \
	config/texts/et/alarm-stands.txt \
	config/texts/et/areas.txt \
	config/texts/et/canary.txt \
	config/texts/et/common-words.txt \
	config/texts/et/contacts.txt \
	config/texts/et/first-line.txt \
	config/texts/et/help-now.txt \
	config/texts/et/code-link.txt \
	config/texts/et/notice.txt \
	config/texts/et/questions.txt \
	config/texts/et/spans.txt \
	config/texts/et/staff-news.txt \
	config/texts/et/staff.txt \
	config/texts/et/web.txt

# The pages of the web door: markup with holes, no words.
pagesdir = $(pkgdatadir)/web
dist_pages_DATA = config/web/again.html config/web/contacts.html \
	config/web/door.js config/web/earlier.html \
	config/web/erased.html config/web/file.html \
	config/web/foot.html \
	config/web/form.html \
	config/web/head.html config/web/hidden.html \
	config/web/letters.html \
	config/web/mailbox.html \
	config/web/message.html \
	config/web/now-box.html \
	config/web/now.html \
	config/web/once.html config/web/open.html \
	config/web/sent.html \
	config/web/style.css \
	config/web/sure.html

# The words of return codes, by language; with their licences.
wordsdir = $(pkgdatadir)/words
dist_words_DATA = config/words/README config/words/en.txt \
	config/words/et.txt config/words/id.txt

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

# What triage looks for, by language.
rulesendir = $(pkgdatadir)/texts/en/rules
dist_rulesen_DATA = config/texts/en/rules/abuse.txt \
	config/texts/en/rules/addiction.txt \
	config/texts/en/rules/bullying.txt \
	config/texts/en/rules/careers.txt \
	config/texts/en/rules/eating.txt \
	config/texts/en/rules/exclusion.txt \
	config/texts/en/rules/self-harm.txt \
	config/texts/en/rules/violence.txt
rulesiddir = $(pkgdatadir)/texts/id/rules
dist_rulesid_DATA = config/texts/id/rules/abuse.txt \
	config/texts/id/rules/addiction.txt \
	config/texts/id/rules/bullying.txt \
	config/texts/id/rules/careers.txt \
	config/texts/id/rules/eating.txt \
	config/texts/id/rules/exclusion.txt \
	config/texts/id/rules/self-harm.txt \
	config/texts/id/rules/violence.txt
rulesetdir = $(pkgdatadir)/texts/et/rules
dist_ruleset_DATA = config/texts/et/rules/abuse.txt \
	config/texts/et/rules/addiction.txt \
	config/texts/et/rules/bullying.txt \
	config/texts/et/rules/careers.txt \
	config/texts/et/rules/eating.txt \
	config/texts/et/rules/exclusion.txt \
	config/texts/et/rules/self-harm.txt \
	config/texts/et/rules/violence.txt
