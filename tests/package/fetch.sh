#!/bin/sh
# What the other stories install, while there is a network: they have none.
cd /teduh && . ./tap.sh
ok "what is needed is fetched" apt --download-only install ./teduhd_*.deb \
	./teduh_*.deb openssl nginx-light caddy
exit $bad
