# Part of installed.sh: a package over a running service.

before=$(cat /run/systemctl/teduhd.pid)
ok "the package is installed over a running service" \
	apt install --reinstall ./teduhd_*.deb
ok "which runs again" systemctl is-active teduhd
ok "as another process" not same "$(cat /run/systemctl/teduhd.pid)" "$before"
ok "and has its letters" sh -c '. ./tap.sh
	as anna show "$0" >shown && has shown "Sudah seminggu"' "$case"
