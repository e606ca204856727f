# desk: what the service means, over the store. Linked by teduhd and
# teduh-admin.
noinst_LIBRARIES += daemon/libdesk.a
daemon_libdesk_a_SOURCES = \
	daemon/config.c daemon/config.h \
	daemon/config_alarm.c daemon/config_alarm.h \
	daemon/config_calendar.c daemon/config_calendar.h \
	daemon/config_days.c daemon/config_days.h \
	daemon/config_duty.c daemon/config_duty.h \
	daemon/config_find.c \
	daemon/config_lines.c daemon/config_lines.h \
	daemon/config_first.c daemon/config_first.h \
	daemon/config_keep.c daemon/config_keep.h \
	daemon/config_form.c daemon/config_form.h \
	daemon/config_parse.c daemon/config_parse.h \
	daemon/config_quiet.c daemon/config_quiet.h \
	daemon/config_watch.c daemon/config_watch.h \
	daemon/config_web.c daemon/config_web.h \
	daemon/config_words.c daemon/config_words.h \
	daemon/config_rules.c daemon/config_rules.h \
	daemon/config_text.c daemon/config_text.h \
	daemon/secrets.c daemon/secrets.h \
	daemon/sandbox.c daemon/sandbox.h \
	daemon/program.c daemon/program.h \
	daemon/log.c daemon/log.h \
	daemon/crash.c daemon/crash.h
nodist_daemon_libdesk_a_SOURCES = schemas/statements.c schemas/statements.h
daemon_libdesk_a_CFLAGS = $(AM_CFLAGS) $(SODIUM_CFLAGS) $(JANSSON_CFLAGS) \
	$(SQLITE_CFLAGS) $(CONFUSE_CFLAGS)
DESK_LIBS = daemon/libdesk.a $(LIB_LIBS) $(SQLITE_LIBS) $(CONFUSE_LIBS)
include daemon/store/local.mk
include daemon/desk/local.mk

sbin_PROGRAMS += teduhd teduh-admin
teduhd_SOURCES = \
	daemon/main.c \
	daemon/config_check.c daemon/config_check.h \
	daemon/role.c daemon/role.h \
	daemon/rules_check.c daemon/rules_check.h \
	daemon/probe.c daemon/probe.h \
	daemon/token.c daemon/token.h \
	daemon/trust.c daemon/trust.h \
	daemon/child.c daemon/child.h \
	daemon/keeper.c daemon/keeper.h daemon/keeper_parts.h \
	daemon/keeper_config.c \
	daemon/keeper_files.c \
	daemon/keeper_listen.c \
	daemon/keeper_probe.c \
	daemon/keeper_reload.c \
	daemon/keeper_roles.c \
	daemon/keeper_spawn.c \
	daemon/keeper_token.c \
	daemon/keeper_wants.c \
	daemon/keeper_watch.c
teduhd_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS) $(SQLITE_CFLAGS) \
	$(MHD_CFLAGS) $(CURL_CFLAGS) $(GNUTLS_CFLAGS)
teduhd_LDADD = $(DESK_LIBS) $(MHD_LIBS) $(CURL_LIBS) $(ETPAN_LIBS) \
	$(GNUTLS_LIBS)
include daemon/intake/local.mk
include daemon/api/local.mk
include daemon/http/local.mk
include daemon/bell/local.mk
include daemon/clock/local.mk
include daemon/post/local.mk
include daemon/oauth/local.mk
include daemon/web/local.mk
include daemon/reader/local.mk

teduh_admin_SOURCES =
teduh_admin_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS) $(SODIUM_CFLAGS)
teduh_admin_LDADD = $(DESK_LIBS)
include daemon/admin/local.mk
