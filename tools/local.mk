bin_PROGRAMS += teduh
teduh_SOURCES = tools/main.c
teduh_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS) $(CURL_CFLAGS)
teduh_LDADD = $(LIB_LIBS) $(CURL_LIBS)
