teduhd_SOURCES += \
	daemon/clock/clock.c daemon/clock/clock.h \
	daemon/clock/duty.c daemon/clock/mailbox.c \
	daemon/clock/tell.c
