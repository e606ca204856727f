# Shell functions that dev/check and dev/demo share.  Sourced, never run;
# $root is the source tree.

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
jobs=$(nproc 2>/dev/null || echo 2)

say() {
	printf '== %s\n' "$*"
}

die() {
	printf '%s: %s\n' "${0##*/}" "$*" >&2
	exit 1
}

as_root() {
	if [ "$(id -u)" -eq 0 ]; then
		"$@"
	else
		command -v sudo >/dev/null ||
			die "root or sudo is needed to run: $*"
		sudo "$@"
	fi
}

packages() {
	sed -e 's/#.*//' -e 's/[[:space:]]//g' -e '/^$/d' "$root/dev/packages"
}

# Something that an installed package provides is there as well (another
# nodejs than Debian's brings npm along).
packages_missing() {
	provided=$(dpkg-query -W -f='${db:Status-Abbrev} ${Provides}\n' |
		sed -n 's/^.i.//p' | tr -s ', ' '\n')
	for package in $(packages); do
		case $(dpkg-query -W -f='${db:Status-Abbrev}' "$package" \
		    2>/dev/null) in
		?i*) ;;
		*) echo "$provided" | grep -Fqx "$package" ||
			echo "$package" ;;
		esac
	done
}

packages_apt() {
	echo 'postfix postfix/main_mailer_type select No configuration' |
		as_root debconf-set-selections &&
	as_root apt-get -q update &&
	as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y \
		--no-install-recommends install "$@"
}

# Installs what is not there. The mail servers come without being started:
# we want their programs, not a mail server on this machine.
packages_install() {
	missing=$(packages_missing | tr '\n' ' ')
	[ -n "$missing" ] || return 0
	command -v apt-get >/dev/null ||
		die "this is not Debian; please install: $missing"
	say "installing $missing"
	policy=/usr/sbin/policy-rc.d
	ours=
	if [ ! -e "$policy" ]; then
		ours=yes
		trap 'as_root rm -f "$policy"; exit 1' INT TERM HUP
		printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
		as_root chmod 755 "$policy"
	fi
	status=0
	# shellcheck disable=SC2086 # a list of words
	packages_apt $missing || status=$?
	[ -z "$ours" ] || as_root rm -f "$policy"
	trap - INT TERM HUP
	[ "$status" -eq 0 ] || die "apt-get could not install: $missing"
}

# configure from configure.ac, when it is missing or older than its sources.
prepare() {
	cd "$root" || exit 1
	if [ -x configure ] && [ -z "$(find configure.ac Makefile.am \
	    lib daemon tools schemas config doc tests po \
	    \( -name configure.ac -o -name '*.am' -o -name local.mk \) \
	    -newer Makefile.in)" ]; then
		return 0
	fi
	say "autoreconf"
	autoreconf -fi
}

# build NAME CONFIGURE-OPTION...: an out-of-tree build in build/NAME, with
# the programs of the unit tests when there are any.
build() {
	name=$1
	shift
	dir=$root/build/$name
	mkdir -p "$dir"
	if [ ! -f "$dir/config.status" ] ||
	    [ "$(cat "$dir/.options" 2>/dev/null)" != "$*" ]; then
		say "configuring build/$name ($*)"
		(cd "$dir" && "$root/configure" --quiet "$@") || return 1
		echo "$*" >"$dir/.options"
	fi
	say "building build/$name"
	make -C "$dir" --no-print-directory -j"$jobs" all
}
