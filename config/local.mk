EXTRA_DIST += config/teduh.conf config/teduhd.service
