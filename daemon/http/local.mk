HTTP_FILES = \
	daemon/http/connection.c daemon/http/connection.h \
	daemon/http/http.c daemon/http/http.h \
	daemon/http/pem.c daemon/http/pem.h
teduhd_SOURCES += $(HTTP_FILES)
