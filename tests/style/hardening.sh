#!/bin/sh
# Installs a build into a folder of its own and looks at what stands there:
# every file in its place, every program as hard as configure promised.
#
#   hardening.sh [BUILD-FOLDER]
#
# TAP; exit 1 when something is missing or soft.
build=$(cd "${1:-.}" && pwd) || exit 1
count=0
bad=0

# ok WHAT COMMAND...
ok() {
	what=$1
	shift
	count=$((count + 1))
	if "$@" >"$scratch/said" 2>&1; then
		echo "ok $count - $what"
	else
		echo "not ok $count - $what"
		sed 's/^/# /' "$scratch/said"
		bad=1
	fi
}

not() {
	! "$@"
}

elf() {
	LC_ALL=C readelf -W "$@"
}

is_pie() {
	elf -h "$1" | grep -q 'Type: *DYN' && elf -d "$1" | grep -q '\<PIE\>'
}

is_relro() {
	elf -l "$1" | grep -q GNU_RELRO
}

binds_now() {
	elf -d "$1" | grep -Eq 'BIND_NOW|\<NOW\>'
}

has_stack_protector() {
	elf --dyn-syms "$1" | grep -q __stack_chk_fail
}

is_fortified() {
	elf --dyn-syms "$1" | grep -Eq '__[a-z]+_chk\>'
}

has_rpath() {
	elf -d "$1" | grep -Eq 'RPATH|RUNPATH'
}

has_executable_stack() {
	! elf -l "$1" | grep -Eq 'GNU_STACK .* RW +0x'
}

has_writable_code() {
	elf -l "$1" | grep -Eq ' RWE +0x'
}

is_privileged() {
	[ -u "$1" ] || [ -g "$1" ]
}

skip=
if grep -q '^#define SANITIZERS 1' "$build/config.h"; then
	skip="this build is for sanitizers"
elif ! command -v readelf >/dev/null; then
	skip="there is no readelf"
fi
if [ -n "$skip" ]; then
	echo "1..1"
	echo "ok 1 - hard programs # SKIP $skip"
	exit 0
fi
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
trap 'exit 1' INT TERM HUP
root=$scratch/root
prefix=$(sed -n 's/^prefix = //p' "$build/Makefile")
ok "make install" make -C "$build" --no-print-directory install \
	DESTDIR="$root"
if [ "$bad" -ne 0 ]; then
	echo "1..$count"
	exit 1
fi
for file in bin/teduh sbin/teduhd sbin/teduh-admin \
    libexec/teduh/teduh-reader \
    share/man/man1/teduh.1 share/man/man5/teduh.conf.5 \
    share/man/man5/teduh-files.5 \
    share/man/man8/teduhd.8 share/man/man8/teduh-admin.8 \
    share/bash-completion/completions/teduh \
    share/bash-completion/completions/teduh-admin \
    share/zsh/site-functions/_teduh share/zsh/site-functions/_teduh-admin \
    share/fish/vendor_completions.d/teduh.fish \
    share/fish/vendor_completions.d/teduh-admin.fish \
    share/doc/teduh/teduh.conf share/doc/teduh/README.md \
    lib/systemd/system/teduhd.service; do
	ok "PREFIX/$file" test -s "$root$prefix/$file"
done
ok "nobody's configuration is touched" \
	test -z "$(find "$root" -path '*/etc/*')"
ok "the unit names the program" test -x "$root$(sed -n -E \
	's/^ExecStart=([^ ]*) .*/\1/p' \
	"$root$prefix/lib/systemd/system/teduhd.service")"
for name in bin/teduh sbin/teduhd sbin/teduh-admin \
    libexec/teduh/teduh-reader; do
	program=$root$prefix/$name
	ok "${name##*/}: position-independent" is_pie "$program"
	ok "${name##*/}: relocations read-only" is_relro "$program"
	ok "${name##*/}: bound at the start" binds_now "$program"
	ok "${name##*/}: stack protector" has_stack_protector "$program"
	ok "${name##*/}: checked copies" is_fortified "$program"
	ok "${name##*/}: no library path inside" not has_rpath "$program"
	ok "${name##*/}: stack holds no code" \
		not has_executable_stack "$program"
	ok "${name##*/}: code is not writable" not has_writable_code "$program"
	ok "${name##*/}: no set-user-id" not is_privileged "$program"
done
ok "make uninstall" make -C "$build" --no-print-directory uninstall \
	DESTDIR="$root"
ok "uninstall leaves no file" test -z "$(find "$root" -type f)"
echo "1..$count"
exit $bad
