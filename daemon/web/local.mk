teduhd_SOURCES += \
	daemon/web/door.c daemon/web/door.h \
	daemon/web/guess.c daemon/web/guess.h \
	daemon/web/network.c daemon/web/network.h \
	daemon/web/page.c daemon/web/page.h \
	daemon/web/probe.c \
	daemon/web/saying.c daemon/web/saying.h \
	daemon/web/ticket.c daemon/web/ticket.h \
	daemon/web/token.c daemon/web/token.h \
	daemon/web/visit_box.c \
	daemon/web/visit_form.c \
	daemon/web/visit_mailto.c \
	daemon/web/visit_mask.c \
	daemon/web/visit_mode.c \
	daemon/web/visit_once.c \
	daemon/web/visit_open.c \
	daemon/web/visit_page.c \
	daemon/web/visit_post.c \
	daemon/web/visit_send.c \
	daemon/web/visit_sent.c \
	daemon/web/visit_wait.c \
	daemon/web/visit_wish.c \
	daemon/web/web.c daemon/web/web.h \
	daemon/web/web_letter.c daemon/web/web_letter.h \
	daemon/web/when.c daemon/web/when.h
