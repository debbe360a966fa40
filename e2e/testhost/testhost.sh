#!/bin/bash
# Fresh Debian servers on one machine: containers with systemd as PID 1, sshd, root and a user with sudo.
#   testhost.sh make_image
#   testhost.sh start_host NAME SSH_PORT HTTP_PORT [docker run options]
#   testhost.sh stop_host NAME...
# Needs a container engine, debootstrap, openssh-client and root. For tests only: these hosts are as strong as root here.
set -euo pipefail

: "${TH_IMAGE:=windlass-testhost:bookworm-2}"
: "${TH_SUITE:=bookworm}"
: "${TH_DIR:=${TMPDIR:-/tmp}/windlass-hosts}"
: "${TH_USER:=deploy}"
: "${TH_PASSWORD:=Test-pass-1}"
: "${TH_MIRROR:=$(apt-get indextargets --format '$(REPO_URI)' 2>/dev/null | grep -m1 -E '/debian/?$' | sed 's#/$##')}"
# Without one, debootstrap takes its own default.
mkdir -p "$TH_DIR"

# Every capability the engine itself has; where it lacks one, --privileged would fail. Never those that reach through
# to the real machine.
caps() {
  local bound drop=() index=0 name
  bound=$((16#$(awk '/CapBnd/ {print $2}' /proc/self/status)))
  for name in CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE \
    NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT \
    SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE \
    AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ \
    PERFMON BPF CHECKPOINT_RESTORE; do
    (( (bound >> index) & 1 )) || drop+=(--cap-drop "$name")
    index=$((index + 1))
  done
  drop+=(--cap-drop SYS_TIME --cap-drop SYS_BOOT --cap-drop SYS_MODULE --cap-drop SYS_RAWIO)
  echo --cap-add ALL "${drop[@]}" --security-opt seccomp=unconfined --security-opt apparmor=unconfined \
    --security-opt systempaths=unconfined
}

make_image() {
  docker image inspect "$TH_IMAGE" >/dev/null 2>&1 && return
  local work root unit
  work=$(mktemp -d "$TH_DIR/image.XXXXXX")
  root=$work/root
  debootstrap --variant=minbase \
    --include=systemd,systemd-sysv,dbus,openssh-server,ca-certificates,sudo,iproute2,procps,curl,nftables,nginx-light \
    "$TH_SUITE" "$root" ${TH_MIRROR:+"$TH_MIRROR"} >"$work/log" 2>&1 || { tail "$work/log" >&2; return 1; }
  # A network that inspects TLS has an authority of its own; what runs inside must trust it, too.
  mkdir -p "$root/usr/local/share/ca-certificates"
  cp /usr/local/share/ca-certificates/*.crt "$root/usr/local/share/ca-certificates/" 2>/dev/null || true
  chroot "$root" update-ca-certificates >/dev/null 2>&1
  rm -f "$root"/etc/ssh/ssh_host_*
  : >"$root/etc/machine-id"
  rm -rf "$root"/var/cache/apt/archives/*.deb "$root"/var/lib/apt/lists/*
  mkdir -p "$root/etc/ssh/sshd_config.d"
  printf 'PermitRootLogin yes\nPasswordAuthentication yes\nUseDNS no\n' >"$root/etc/ssh/sshd_config.d/50-test.conf"
  chroot "$root" useradd -m -s /bin/bash -G sudo "$TH_USER"
  chroot "$root" useradd -m -s /bin/bash nobody-special
  printf 'root:%s\n%s:%s\n' "$TH_PASSWORD" "$TH_USER" "$TH_PASSWORD" | chroot "$root" chpasswd
  for unit in console-getty.service getty@.service systemd-udevd.service systemd-udev-trigger.service \
    systemd-modules-load.service sys-kernel-debug.mount sys-kernel-tracing.mount sys-kernel-config.mount \
    dev-hugepages.mount systemd-remount-fs.service apt-daily.timer apt-daily-upgrade.timer e2scrub_all.timer \
    fstrim.timer dpkg-db-backup.timer nginx.service; do
    ln -sf /dev/null "$root/etc/systemd/system/$unit"
  done
  cat >"$root/sbin/testhost-init" <<'INIT'
#!/bin/sh
# Control groups are mounted read-only in a container; systemd needs them writable before it starts.
if [ -d /sys/fs/cgroup ]; then
  mount -o remount,bind,rw /sys/fs/cgroup 2>/dev/null
  for d in /sys/fs/cgroup/*/; do
    d=${d%/}; mountpoint -q "$d" && mount -o remount,bind,rw "$d" 2>/dev/null
  done
fi
mount --make-rshared / 2>/dev/null
ls /etc/ssh/ssh_host_ed25519_key >/dev/null 2>&1 || ssh-keygen -A >/dev/null 2>&1
export container=docker
exec /sbin/init "$@"
INIT
  chmod 755 "$root/sbin/testhost-init"
  tar -C "$root" --numeric-owner -c . |
    docker import --change 'ENV container=docker' --change 'EXPOSE 22 80' --change 'CMD ["/sbin/testhost-init"]' - "$TH_IMAGE" >/dev/null
  rm -rf --one-file-system "$work"
}

start_host() {
  local name=$1 ssh=$2 http=$3 state='' _
  shift 3
  [ -f "$TH_DIR/id_ed25519" ] || ssh-keygen -q -t ed25519 -N '' -f "$TH_DIR/id_ed25519"
  # shellcheck disable=SC2046
  docker run -d --name "$name" --hostname "$name" --label windlass-testhost=1 $(caps) --cgroupns=private \
    --device-cgroup-rule 'a *:* rwm' --tmpfs /run:rw,nosuid,nodev,mode=755,size=256m \
    --tmpfs /run/lock:rw,nosuid,nodev,noexec,size=5m --stop-signal SIGRTMIN+3 --restart unless-stopped \
    -p "127.0.0.1:$ssh:22" -p "127.0.0.1:$http:80" "$@" "$TH_IMAGE" >/dev/null
  # systemd-tmpfiles empties /tmp while it boots: nothing is safe there before.
  for _ in $(seq 200); do
    state=$(docker exec "$name" systemctl is-system-running 2>/dev/null || true)
    case $state in running | degraded) break ;; esac
    sleep 0.2
  done
  case $state in running | degraded) ;; *) echo "$name did not boot: $state" >&2; return 1 ;; esac
  docker exec -i -e "USERS=root $TH_USER nobody-special" "$name" sh -c 'cat >/root/.k
    for u in $USERS; do h=$(getent passwd "$u" | cut -d: -f6); mkdir -p -m 700 "$h/.ssh"
    cp /root/.k "$h/.ssh/authorized_keys"; chmod 600 "$h/.ssh/authorized_keys"; chown -R "$u:" "$h/.ssh"; done
    rm /root/.k' <"$TH_DIR/id_ed25519.pub"
}

stop_host() { docker rm -f -v "$@" >/dev/null; }

"$@"
