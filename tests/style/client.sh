#!/bin/sh
# './configure --client' builds the command line of staff alone, in a world
# where pkg-config knows nothing but what it needs.
#
#   client.sh
#
# TAP; exit 1 when something is missing, or more was built or linked.
top=$(cd "$(dirname "$0")/../.." && pwd) || exit 1
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
trap 'exit 1' INT TERM HUP
count=0
bad=0

ok() {
	count=$((count + 1))
	what=$1
	shift
	if "$@" >"$scratch/said" 2>&1; then
		echo "ok $count - $what"
	else
		echo "not ok $count - $what"
		sed 's/^/# /' "$scratch/said"
		bad=1
	fi
}

# Of what these packages lead to, whatever else is installed.
cat >"$scratch/pkg-config" <<'END'
#!/bin/sh
for word; do
	case $word in
	-* | libsodium* | jansson* | libcurl* | [0-9]* | '>='*) ;;
	*) exit 1 ;;
	esac
done
exec pkg-config "$@"
END
chmod +x "$scratch/pkg-config"
cd "$scratch" || exit 1

configures() {
	PKG_CONFIG="$scratch/pkg-config" "$top/configure" -q --client \
		--enable-werror --prefix="$scratch/root"
}
needs() {
	readelf -d teduh | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' |
		sed -e 's/\.so.*//' -e 's/-gnutls//' | sort >needed
	printf 'libc\nlibcurl\nlibjansson\nlibsodium\nlibunistring\n' |
		diff - needed
}
installs() {
	make install && test -x root/bin/teduh &&
		test -f root/share/man/man1/teduh.1 &&
		test -f root/share/man/man5/teduh-files.5 &&
		test ! -e root/sbin && test ! -e root/share/man/man8 &&
		for file in bash-completion/completions/teduh \
		    zsh/site-functions/_teduh \
		    fish/vendor_completions.d/teduh.fish; do
			test -s "root/share/$file" || return 1
		done && ! find root/share | grep -q teduh-admin
}

# As a compiler on macOS reads it: nothing of Linux, and the call of the BSDs
# for who is at the other end. No substitute for a build there.
elsewhere() {
	printf '%s\n' '#include <sys/types.h>' \
		'int getpeereid(int, uid_t *, gid_t *);' >bsd.h
	for source in "$top"/lib/*.c "$top"/tools/*.c \
		"$top"/tools/commands/*.c; do
		${CC:-cc} -std=gnu11 -fsyntax-only -Wall -Wextra -Werror \
			-D_GNU_SOURCE -U__linux__ -U__linux -Ulinux \
			-include bsd.h -I. -I"$top" -DLOCALEDIR='"."' -DBUILDDIR='"."' \
			-DSOURCEDIR='"."' -DPACKAGEDIR='"."' \
			"$source" || return 1
	done
}

ok "configures with four libraries" configures
ok "builds" make -j2
ok "needs these and no other" needs
ok "reads without what Linux alone has" elsewhere
ok "helps" ./teduh help
ok "says which key is missing, not which library" \
	sh -c 'TEDUH_HOME=$PWD/home ./teduh queue 2>&1 | grep -q join'
# speaks LANGUAGE WORD PROGRAM: what it says to a command that is none.
speaks() {
	LC_ALL=C.UTF-8 LANGUAGE=$1 "$3" nosuch 2>&1 | grep -q "$2"
}
without_gettext() {
	mkdir plain && cd plain && PKG_CONFIG="$scratch/pkg-config" \
		"$top/configure" -q --client --disable-nls --enable-werror &&
		make -j2 teduh && speaks et 'there is no command' ./teduh
}

ok "installs the command and its page, nothing of the daemon" installs
uninstalls() {
	make DESTDIR="$scratch/gone" install uninstall &&
		test -z "$(find gone -type f)"
}
ok "uninstalls what it installed" uninstalls
ok "speaks Estonian where it is installed" speaks et käsku root/bin/teduh
ok "speaks Indonesian where it is installed" speaks id perintah root/bin/teduh
ok "speaks English without gettext" without_gettext
echo "1..$count"
exit $bad
