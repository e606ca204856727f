# teduh-oauth: a token_command, and the only program that sees a refresh
# token. It links neither desk nor store.
sbin_PROGRAMS += teduh-oauth
teduh_oauth_SOURCES = daemon/oauth/main.c \
	daemon/oauth/ask.c daemon/oauth/ask.h \
	daemon/oauth/grant.c daemon/oauth/grant.h \
	daemon/oauth/keep.c daemon/oauth/keep.h \
	daemon/crash.c
teduh_oauth_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS) $(CURL_CFLAGS) \
	$(GNUTLS_CFLAGS) $(SODIUM_CFLAGS)
teduh_oauth_LDADD = $(LIB_LIBS) $(CURL_LIBS) $(GNUTLS_LIBS)
