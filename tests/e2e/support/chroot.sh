#!/bin/sh
# chroot.sh FOLDER COMMAND…: runs a command as root on a copy of this machine that keeps its changes in FOLDER; the
# machine itself is not touched. Exit code 77 where that cannot be had here.
folder=$1
shift
[ "$(id -u)" -eq 0 ] || exit 77
mkdir -p "$folder/changes" "$folder/work" "$folder/root" || exit 77
exec unshare --mount sh -c '
  folder=$1; shift
  mount -t overlay overlay -o "lowerdir=/,upperdir=$folder/changes,workdir=$folder/work" "$folder/root" 2>/dev/null || exit 77
  mount --rbind /dev "$folder/root/dev" && mount -t proc proc "$folder/root/proc" 2>/dev/null ||
    mount --rbind /proc "$folder/root/proc" || exit 77
  mount -t tmpfs tmpfs "$folder/root/run" || exit 77
  exec chroot "$folder/root" "$@"' sh "$folder" "$@"
