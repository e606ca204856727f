#!/bin/sh
# The story of the packages on a clean Debian: installed, founded, one letter
# answered and approved, upgraded, removed, purged.
cd /teduh && . ./tap.sh

modes() {
	stat -c '%a %U:%G' "$@"
}

# The users that the processes of teduhd run as.
users_of() {
	for pid in $(cat /proc/[0-9]*/stat | sed -n 's/^\([0-9]*\) (teduhd) .*/\1/p'); do
		stat -c %U "/proc/$pid"
	done | sort -u
}

# Installed

ok "both packages install, with all that they need" \
	apt install ./teduhd_*.deb ./teduh_*.deb
[ "$bad" -eq 0 ] || exit 1
ok "nothing runs before there is a configuration" \
	not systemctl is-active teduhd
ok "the user has no shell and no password" sh -c \
	'getent passwd teduh | grep :/usr/sbin/nologin && passwd -S teduh | grep "^teduh L"'
ok "secrets are for root only" \
	same "$(modes /etc/teduh/secrets)" "700 root:root"
ok "data is for the service only" \
	same "$(modes /var/lib/teduh)" "700 teduh:teduh"
ok "the example is a configuration" \
	teduhd -t -c /usr/share/doc/teduhd/examples/teduh.conf
for file in man1/teduh.1 man5/teduh.conf.5 man5/teduh-files.5 \
    man8/teduhd.8 man8/teduh-admin.8 man8/teduh-oauth.8; do
	ok "the package has $file" dpkg -S "/usr/share/man/$file.gz"
done

for file in bash-completion/completions/teduh \
    bash-completion/completions/teduh-admin \
    fish/vendor_completions.d/teduh.fish \
    fish/vendor_completions.d/teduh-admin.fish \
    zsh/vendor-completions/_teduh zsh/vendor-completions/_teduh-admin; do
	ok "the package has $file" dpkg -S "/usr/share/$file"
done

# Founded

cat >/etc/teduh/teduh.conf <<'CONF'
data    = "/var/lib/teduh"
secrets = "/etc/teduh/secrets"
api {
	listen = "unix:/run/teduh/api"
}
desk youth {
	from_name    = "Teduh"
	from_address = "letters@desk.example"
	subject      = "Your letter"
}
mailbox youth-pipe {
	desk   = "youth"
	listen = "unix:/run/teduh/youth-pipe"
}
CONF
ok "teduhd -t" teduhd -t -c /etc/teduh/teduh.conf
ok "not before init" not systemctl start teduhd
ok "teduh-admin init" sh -c 'teduh-admin init --json >init'
ok "the service starts" systemctl start teduhd
ok "its processes are the service's user" same "$(users_of)" teduh
somebody maria "maria ja vaikne meri 17"
somebody anna "anna ja vaikne meri 17"
joins maria unix:/run/teduh/api "$(field founder_code <init)" \
	--name maria --json >joined
ok "the founder joins" grep '"pin"' joined
ok "her pin is kept" teduh-admin pin "$(field pin <joined)"
ok "with it the service takes letters" systemctl restart teduhd
ok "she invites a counsellor" sh -c '. ./tap.sh; as maria staff invite anna \
	--role counsellor --desk youth --json >invitation'
ok "who joins" joins anna unix:/run/teduh/api "$(field code <invitation)"
ok "and is let in" as maria staff confirm anna

# A letter

printf '%s\n' "From: Dewi <dewi@example.org>" "To: letters@desk.example" \
	"Subject: Tidak bisa tidur" "Message-ID: <1@example.org>" \
	"Date: Wed, 25 Nov 2026 12:00:00 +0000" \
	"Content-Type: text/plain; charset=utf-8" "" \
	"Sudah seminggu saya tidak bisa tidur." >letter
ok "a letter is handed in" sh -c \
	'runuser -u teduh -- teduh-admin inject youth-pipe <letter'
words="Sudah seminggu"
as anna queue --json >queue
case=$(field id <queue)
ok "it stands in the queue" has queue "Tidak bisa tidur"
ok "it can be read by the counsellor" sh -c '. ./tap.sh
	as anna show "$0" >shown && has shown "Sudah seminggu"' "$case"
ok "and nowhere in the data folder" \
	not grep -r -q "Sudah seminggu" /var/lib/teduh
echo "Terima kasih atas suratmu." >/home/anna/answer
as anna reply "$case" --body /home/anna/answer --submit --json >reply
draft=$(field id <reply)
ok "she answers and submits" same "$draft" "$case.d1"
ok "the supervisor reviews" as maria review "$draft"
ok "and approves" as maria approve "$draft"
ok "teduh-admin check" runuser -u teduh -- teduh-admin check

# Upgraded

. ./upgrade.sh

# Removed

ok "the packages are removed" apt remove teduhd teduh
ok "which stops the service" same "$(users_of)" ""
ok "letters stay" test -s /var/lib/teduh/store.db
ok "so does the configuration" test -s /etc/teduh/teduh.conf
ok "they are installed again" apt install ./teduhd_*.deb ./teduh_*.deb
ok "which starts the service" systemctl is-active teduhd
ok "and the letters are there" sh -c '. ./tap.sh
	as anna show "$0" >shown && has shown "$1"' "$case" "$words"
ok "purged" apt purge teduhd teduh
ok "letters stay even so" test -s /var/lib/teduh/store.db
ok "and secrets" test -s /etc/teduh/secrets/pepper
ok "installed once more" apt install ./teduhd_*.deb
touch /etc/teduh/delete-at-purge
ok "purged by somebody who asked for it" apt purge teduhd
ok "no letter stays" not test -e /var/lib/teduh
ok "and no secret" not test -e /etc/teduh
# The next story begins with nobody.
ok "staff leave with their homes" sh -c \
	'userdel --remove maria && userdel --remove anna'
exit $bad
