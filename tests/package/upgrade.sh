# Part of installed.sh: a package over a running service, and one that brings
# a new schema.

before=$(cat /run/systemctl/teduhd.pid)
ok "the package is installed over a running service" \
	apt install --reinstall ./teduhd_*.deb
ok "which runs again" systemctl is-active teduhd
ok "as another process" not same "$(cat /run/systemctl/teduhd.pid)" "$before"
ok "and has its letters" sh -c '. ./tap.sh
	as anna show "$0" >shown && has shown "$1"' "$case" "$words"

# schema-1.tar.gz is what the release with the first schema left: three
# letters, one answered and approved, one with an answer begun; with the
# homes of its maria and anna, whose passphrases are those of today's.
systemctl stop teduhd
mkdir aside old
mv /var/lib/teduh /etc/teduh/secrets aside/
tar -C old -xf schema-1.tar.gz
cp -r old/data /var/lib/teduh
cp -r old/secrets /etc/teduh/secrets
chown -R teduh:teduh /var/lib/teduh
for who in maria anna; do
	mv "/home/$who/.config/teduh" "aside/$who"
	cp -r "old/$who" "/home/$who/.config/teduh"
	chown -R "$who:" "/home/$who/.config/teduh"
done
sed -i 's/mailbox youth-pipe/mailbox pipe/' /etc/teduh/teduh.conf
ok "a store of the first schema is not touched by the daemon" \
	ends 78 teduhd -f -c /etc/teduh/teduh.conf
ok "its teduhd is upgraded" sh -c '. ./tap.sh
	apt install --reinstall ./teduhd_*.deb >said 2>&1 || { cat said; exit 1; }
	has said "from schema 1"'
ok "the upgraded service runs" systemctl is-active teduhd
ok "the store is whole" runuser -u teduh -- teduh-admin check
as anna queue --json >queue
ok "who waited waits" sh -c '. ./tap.sh
	has queue "Letter number 2" && has queue "Letter number 3"'
ok "letter, answer and draft are there" sh -c '. ./tap.sh
	as anna show 65BJQ6BW >shown &&
	has shown "The first letter, before the upgrade." &&
	has shown "The answer to the first letter." &&
	as anna drafts --json >drafts && has drafts D6DJ6ASH.d1'
ok "work goes on" sh -c '. ./tap.sh
	as anna submit D6DJ6ASH.d1 && as maria approve D6DJ6ASH.d1'
ok "both of staff are who they were" sh -c '. ./tap.sh
	as maria staff list --json >list && has list anna && has list maria'

systemctl stop teduhd
rm -rf /var/lib/teduh /etc/teduh/secrets
mv aside/teduh /var/lib/teduh
mv aside/secrets /etc/teduh/secrets
for who in maria anna; do
	rm -rf "/home/$who/.config/teduh"
	mv "aside/$who" "/home/$who/.config/teduh"
done
sed -i 's/mailbox pipe/mailbox youth-pipe/' /etc/teduh/teduh.conf
ok "the present service goes on" systemctl start teduhd
