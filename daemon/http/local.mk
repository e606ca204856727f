HTTP_FILES = \
	daemon/http/connection.c daemon/http/connection.h \
	daemon/http/form.c daemon/http/form.h \
	daemon/http/form_multipart.c daemon/http/form_inside.h \
	daemon/http/http.c daemon/http/http.h \
	daemon/http/pem.c daemon/http/pem.h
teduhd_SOURCES += $(HTTP_FILES) daemon/http/pem_look.c
