daemon_libdesk_a_SOURCES +=
