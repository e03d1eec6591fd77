#!/bin/sh
# The first process of a kernel that UserModeLinux boots. The root it finds is the host's, read-only;
# what it writes goes to memory. "$0" lies in a folder with the command to run.
here=${0%/*}
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export PATH

finish() {
    sync
    # there may be no program for this
    echo 1 >/proc/sys/kernel/sysrq 2>/dev/null
    echo o >/proc/sysrq-trigger 2>/dev/null
    sleep 5
    poweroff -f
}

fail() {
    echo "swivel-uml: cannot boot: $1"
    finish
    exit 1
}

mount -t proc proc /proc || fail "no /proc"
mount -t tmpfs tmpfs /run || fail "no tmpfs on /run"
kernel=$(uname -r)
modules=/usr/lib/uml/modules
insmod "$modules/$kernel/kernel/fs/overlayfs/overlay.ko" || fail "no overlayfs for $kernel"
mkdir /run/upper /run/work /run/root
mount -t overlay -o lowerdir=/,upperdir=/run/upper,workdir=/run/work overlay /run/root || fail "no overlay"
cd /run/root || fail "no overlay"
mkdir -p lib/modules .host
mount --bind "$modules" lib/modules || fail "no $modules"
# not chroot: the kernel looks for modprobe in its own root
pivot_root . .host || fail "no new root"
cd / || fail "no new root"
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
mkdir -p /dev/shm /dev/pts
mount -t tmpfs tmpfs /dev/shm
mount -t devpts -o mode=620,ptmxmode=666 devpts /dev/pts
mount -t tmpfs tmpfs /run
umount -l /.host && rmdir /.host
ip link set lo up
# the rest the kernel loads when it is asked for it
modprobe -a ip_vs br_netfilter || fail "no module ip_vs or br_netfilter"
if [ -s "$here/shared" ]; then
    shared=$(cat "$here/shared")
    mount -t hostfs none "$shared" -o "$shared" || fail "cannot mount $shared"
fi
# from here on the console is the command's
echo 1 >/proc/sys/kernel/printk

echo "swivel-uml: begin"
sh "$here/command" </dev/null
echo "swivel-uml: exit $?"
finish
