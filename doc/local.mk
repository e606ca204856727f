dist_man1_MANS = doc/man/teduh.1
dist_man5_MANS = doc/man/teduh-files.5 doc/man/teduh-rules.5
dist_doc_DATA = README.md NEWS doc/counsellor.md
if !CLIENT
dist_man5_MANS += doc/man/teduh.conf.5
dist_man8_MANS = doc/man/teduh-admin.8 doc/man/teduh-oauth.8 \
	doc/man/teduhd.8
dist_doc_DATA += \
	doc/alarms.md doc/api.md doc/architecture.md doc/data-protection.md \
	doc/mail.md doc/operations.md doc/performance.md doc/protocol.md \
	doc/screens.md doc/security.md
endif
