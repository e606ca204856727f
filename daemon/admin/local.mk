teduh_admin_SOURCES += \
	daemon/admin/main.c daemon/admin/admin.h \
	daemon/admin/backup.c daemon/admin/backup.h \
	daemon/admin/backup_file.c \
	daemon/admin/restore.c \
	daemon/admin/secret_files.c daemon/admin/secret_files.h \
	daemon/admin/check.c \
	daemon/admin/complete.c \
	daemon/admin/doctor.c \
	daemon/admin/doctor_door.c daemon/admin/doctor_door.h \
	daemon/admin/drill.c \
	daemon/admin/finding.c \
	daemon/admin/finding.h \
	daemon/admin/init.c \
	daemon/admin/inject.c \
	daemon/admin/lock.c \
	daemon/admin/migrate.c \
	daemon/admin/pin.c \
	daemon/admin/read.c \
	daemon/admin/read_page.c daemon/admin/read_page.h \
	daemon/admin/reconcile.c \
	daemon/admin/resume.c \
	daemon/admin/retire.c \
	daemon/admin/status.c
