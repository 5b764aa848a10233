#!/bin/sh
# systemd.sh FOLDER: a systemd of our own until standard input ends, in namespaces that see nothing of the machine's. Units
# lie in FOLDER/systemd/user. Prints "ready". Exit code 77 where it cannot be had.
folder=$1
[ "$(id -u)" -eq 0 ] && [ -x /lib/systemd/systemd ] && command -v nsenter >/dev/null || exit 77
exec unshare --mount --pid --fork --mount-proc sh -c '
  folder=$1
  { mount -t tmpfs tmpfs /run && mkdir -p /run/systemd/system /run/user && chmod 700 /run/user &&
    mount -t tmpfs tmpfs /sys/fs/cgroup && mkdir /sys/fs/cgroup/systemd &&
    mount -t cgroup -o none,name=systemd cgroup /sys/fs/cgroup/systemd; } 2>/dev/null || exit 77
  mkdir "/sys/fs/cgroup/systemd/cloudvno-test-$$" 2>/dev/null
  export XDG_RUNTIME_DIR=/run/user XDG_CONFIG_HOME=$folder
  /lib/systemd/systemd --user --log-target=null >/dev/null 2>&1 </dev/null &
  for _ in $(seq 100); do
    systemctl --user is-system-running >/dev/null 2>&1 && break
    sleep 0.1
  done
  systemctl --user is-system-running >/dev/null 2>&1 || exit 77
  echo ready
  cat >/dev/null
  systemctl --user stop "*.service" >/dev/null 2>&1
  systemctl --user exit' sh "$folder"
