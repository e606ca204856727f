#!/bin/sh
# doc/operations.md, typed as it stands there: the blocks "sh" as root, the
# blocks "sh NAME" by that person, in order, on a clean Debian. What people
# read off the screen and type again (codes, the pin) is read off here too.
cd /teduh && . ./tap.sh

# What is there before somebody reads the page: a server with its name and a
# certificate, and people with a machine of their own.
printf '127.0.0.1 teduh.desk.example imap.desk.example smtp.desk.example\n' \
	>>/etc/hosts
live=/etc/letsencrypt/live/teduh.desk.example
world() {
	apt install openssl ./teduh_*.deb &&
	mkdir -p $live &&
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
		-days 30 -subj /CN=teduh.desk.example \
		-addext subjectAltName=DNS:teduh.desk.example \
		-keyout $live/privkey.pem -out $live/fullchain.pem &&
	cp $live/fullchain.pem /usr/local/share/ca-certificates/desk.crt &&
	update-ca-certificates
}
ok "operations: a server with a name" world
for who in maria tiit; do
	useradd --create-home "$who"
	echo "$who ja vaikne meri 17" >"/home/$who/passphrase"
done
# Passphrases are typed by this, and a key's page when somebody joins.
cat >/usr/local/bin/teduh <<'SH'
#!/bin/sh
if [ "$1" = join ]; then
	"$0" key new 2>/dev/null || :
	"$0" key backup --file "$HOME/page"
	set -- "$@" --paper "$HOME/page"
fi
exec /usr/bin/teduh "$@" --passphrase-fd 3 3<"$HOME/passphrase"
SH
chmod 755 /usr/local/bin/teduh

# Blocks to files: N.WHO, with the line and the heading in N.what.
mkdir blocks
awk '
	/^##/ { heading = $0; sub(/^#+ /, "", heading) }
	/^```sh/ { n++; who = $2 == "" ? "root" : $2
		file = sprintf("blocks/%02d", n)
		print "operations: " heading " (line " NR ")" >(file ".what")
		print who >(file ".who"); next }
	/^```/ { file = ""; next }
	file != "" { print >(file ".sh") }
' operations.md
ok "operations: the page has commands" test -e blocks/15.sh

# The words in capitals, from what was printed last.
founder=
pin=
invitation=
remember() {
	founder=$(sed -n 's/^founder code: //p' blocks/*.out | tail -1)
	pin=$(sed -n 's/^ *teduh-admin pin //p' blocks/*.out | tail -1)
	invitation=$(sed -n 's/^ *teduh join [^ ]* //p' blocks/*.out | tail -1)
}

run() {
	sed -e "s/FOUNDER-CODE/$founder/" -e "s/INVITATION-CODE/$invitation/" \
		-e "s/\bPIN\b/$pin/" "$1.sh" >"$1.typed"
	who=$(cat "$1.who")
	if [ "$who" = root ]; then
		sh -e "$1.typed" >"$1.out" 2>&1
	else
		runuser -u "$who" -- env HOME="/home/$who" sh -e "$1.typed" \
			>"$1.out" 2>&1
	fi || {
		cat "$1.out"
		return 1
	}
}

# Nobody types two blocks in one second, and backups are named by theirs.
second=0
for what in blocks/*.what; do
	while [ "$(date +%s)" = "$second" ]; do
		:
	done
	second=$(date +%s)
	ok "$(cat "$what")" run "${what%.what}"
	remember
done
ok "operations: the queue has the letter" has "$(grep -l 'teduh queue' \
	blocks/*.typed | sed 's/typed$/out/')" "A first letter"
reloaded() {
	sed -i 's/^desk youth {/&\n	hold = 1m/' /etc/teduh/teduh.conf
	/etc/letsencrypt/renewal-hooks/deploy/teduh &&
		timeout 60 sh -c 'until grep "taken: .*api restarted" \
			/var/log/teduhd.log; do :; done'
}
ok "operations: a renewal takes what is new, without a restart" reloaded
ok "operations: staff are served behind nginx" runuser -u tiit -- \
	env HOME=/home/tiit teduh queue
# The door's block begins with what must stand at the top of the file.
awk '/^```/ { on = /caddy/; n += on; next } on { print >"caddy." n }' \
	operations.md
cat caddy.2 caddy.1 >Caddyfile
ok "operations: caddy can be had" apt install caddy
ok "operations: it takes what the page has for it" \
	caddy validate --config Caddyfile --adapter caddyfile
ok "operations: no letter went into a log" \
	not grep -r -q "Is anybody there" /var/log
systemctl stop nginx teduhd
exit $bad
