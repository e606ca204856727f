#!/bin/sh
# A clean Debian in a folder, from the mirror that apt of this machine uses.
#
#   root.sh CACHE FOLDER
#
# CACHE is the archive of a root of at most a week's age, made when there is
# none; FOLDER becomes a copy of it.
set -e
cache=$1
folder=$2
. /etc/os-release

# "deb URL SUITE COMPONENT" of Debian's own archive, the release first.
sources() {
	apt-get indextargets --format \
		'$(ORIGIN)|deb $(REPO_URI) $(RELEASE) $(COMPONENT)' \
		'Created-By: Packages' | sed -n 's/^Debian|//p' | sort -u
}

make_cache() {
	mirror=$(sources | sed -n \
		"s/^deb \([^ ]*\) $VERSION_CODENAME main\$/\1/p" | head -1)
	[ -n "$mirror" ] || {
		echo "apt knows no mirror of $VERSION_CODENAME" >&2
		exit 1
	}
	eval "$(apt-config shell proxy Acquire::http::Proxy)"
	[ -z "$proxy" ] || export http_proxy="$proxy"
	rm -rf "$folder"
	debootstrap --variant=minbase "$VERSION_CODENAME" "$folder" "$mirror"
	# A root that is thrown away need not survive a power loss.
	echo force-unsafe-io >"$folder/etc/dpkg/dpkg.cfg.d/unsafe"
	tar -C "$folder" --exclude=./var/cache/apt/archives/*.deb \
		-cf "$cache.new" .
	mv "$cache.new" "$cache"
}

[ -n "$(find "$cache" -mtime -7 2>/dev/null)" ] || make_cache
rm -rf "$folder"
mkdir -p "$folder"
tar -C "$folder" -xf "$cache"

# apt in there goes the way of apt out here.
sources >"$folder/etc/apt/sources.list"
apt-config dump | grep -E '^Acquire::(http|https|Check-|Languages)' \
	>"$folder/etc/apt/apt.conf.d/99machine" || :
echo 'APT::Install-Recommends "false";' >"$folder/etc/apt/apt.conf.d/98small"
cp -L /etc/resolv.conf /etc/hosts "$folder/etc/"
chroot "$folder" apt-get -q update
