#!/bin/sh
# Runs a command in an unpacked image as a container engine would for a pod on the host's network: the image as root file
# system, read-only; /proc with read-only settings; the mounts of the DaemonSet; no rights but the given ones.
#
#   container.sh ROOT CONFIG_FOLDER CAPABILITIES COMMAND...
#
# Is given a mount namespace of its own. CAPABILITIES: cap_net_admin,cap_net_raw and the like, or "all".
set -eu
root=$1
config=$2
keep=$3
shift 3
mount --bind "$root" "$root"
mount -t proc proc "$root/proc"
mount --bind /dev "$root/dev"
touch /run/xtables.lock
mount --bind /run/xtables.lock "$root/run/xtables.lock"
if [ -d /lib/modules ]; then
    mount --bind /lib/modules "$root/lib/modules"
    mount -o remount,bind,ro "$root/lib/modules"
fi
mount --bind "$config" "$root/var/lib/kube-proxy"
mount -o remount,bind,ro "$root"
mount -o remount,bind,ro "$root/var/lib/kube-proxy"
drop=""
if [ "$keep" != all ]; then
    mount --bind "$root/proc/sys" "$root/proc/sys"
    mount -o remount,bind,ro "$root/proc/sys"
    for capability in $(capsh --print | sed -n 's/^Bounding set =//p' | tr , ' '); do
        case ,$keep, in *,$capability,*) ;; *) drop=${drop:+$drop,}$capability ;; esac
    done
fi
exec env -i PATH=/usr/local/bin:/usr/sbin:/usr/bin \
    /usr/sbin/capsh --chroot="$root" ${drop:+--no-new-privs} ${drop:+--drop="$drop"} --shell=/bin/sh -- -c 'exec "$0" "$@"' "$@"
