#!/usr/bin/env bash
# package.sh PROGRAM FOLDER: builds the Debian package of a program in FOLDER and prints its path. The configuration
# file, the manual page and the completions are what the program itself prints.
set -euo pipefail
program=$(realpath "$1")
mkdir -p "$2"
folder=$(realpath "$2")
cd "$(dirname "$0")/.."
from=packaging/debian
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
tree=$root/tree
umask 022

version=$("$program" version | awk '{ print $2 }')
epoch=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || date +%s)}
if commit=$(git rev-parse --short=8 HEAD 2>/dev/null); then
  version+="+git$(date -u -d "@$epoch" +%Y%m%d.%H%M%S).$commit"
fi
export SOURCE_DATE_EPOCH=$epoch

put() { install -D -m "$1" "$2" "$tree/$3"; }
make() { mkdir -p "$(dirname "$tree/$1")" && cat >"$tree/$1"; }

put 755 "$program" usr/bin/cloudvno
strip --strip-unneeded --remove-section=.comment --remove-section=.note "$tree/usr/bin/cloudvno"
"$program" config | make etc/cloudvno/cloudvno.toml
put 644 $from/cloudvno.service lib/systemd/system/cloudvno.service
put 644 $from/cloudvno.socket lib/systemd/system/cloudvno.socket
"$program" reference manual | gzip -9n | make usr/share/man/man1/cloudvno.1.gz
"$program" reference completion bash | make usr/share/bash-completion/completions/cloudvno
"$program" reference completion zsh | make usr/share/zsh/vendor-completions/_cloudvno
"$program" reference completion fish | make usr/share/fish/vendor_completions.d/cloudvno.fish
put 755 tools/lookup_data.py usr/share/cloudvno/lookup_data.py
doc=usr/share/doc/cloudvno
put 644 $from/copyright $doc/copyright
for file in operations.md configuration.md errors.md openapi.yaml; do put 644 "docs/$file" "$doc/$file"; done
printf 'cloudvno (%s) bookworm; urgency=medium\n\n  * Built from the source of this version.\n\n -- %s  %s\n' \
  "$version" "$(sed -n 's/^Maintainer: //p' $from/control)" "$(LC_ALL=C date -u -R -d "@$epoch")" |
  gzip -9n | make "$doc/changelog.gz"

# What the program is linked with, by the packages' own lists.
mkdir -p "$root/debian"
printf 'Source: cloudvno\n\nPackage: cloudvno\nArchitecture: any\n' >"$root/debian/control"
depends=$(cd "$root" && dpkg-shlibdeps -O tree/usr/bin/cloudvno 2>/dev/null | sed -n 's/^shlibs:Depends=//p')
[ -n "$depends" ] || { echo "dpkg-shlibdeps found no libraries of $program" >&2; exit 1; }

mkdir "$tree/DEBIAN"
architecture=$(dpkg --print-architecture)
sed -e "s|@VERSION@|$version|; s|@ARCHITECTURE@|$architecture|; s|@DEPENDS@|$depends|" \
  -e "s|@SIZE@|$(du -sk --apparent-size "$tree" | cut -f1)|" $from/control >"$tree/DEBIAN/control"
echo /etc/cloudvno/cloudvno.toml >"$tree/DEBIAN/conffiles"
for script in postinst prerm postrm; do put 755 "$from/$script" "DEBIAN/$script"; done
(cd "$tree" && find usr lib -type f -print0 | sort -z | xargs -0 md5sum) >"$tree/DEBIAN/md5sums"
find "$tree" -newermt "@$epoch" -exec touch -h -d "@$epoch" {} +
package=$folder/cloudvno_${version}_$architecture.deb
dpkg-deb --root-owner-group -Zxz --build "$tree" "$package" >/dev/null
echo "$package"
