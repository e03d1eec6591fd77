#!/bin/sh
# Installs what building, testing and the demo need and this machine lacks. Asks for nothing when nothing is missing.
set -eu

missing=""
need() { command -v "$1" >/dev/null 2>&1 || missing="$missing $2"; }

PATH="$PATH:/usr/sbin:/sbin"
need mvn maven
need ip iproute2
need iptables-nft iptables
need ipset ipset
need nft nftables
need conntrack conntrack
need strace strace
need tcpdump tcpdump
need sysctl procps
need kubectl kubernetes-client
need linux.uml user-mode-linux
need modprobe kmod
need gcc "gcc libc6-dev"
need ipvsadm ipvsadm
need groff groff-base
need capsh libcap2-bin
need curl curl

if [ -n "$missing" ]; then
    if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
        echo "please install first:$missing (Debian package names)" >&2
        exit 1
    fi
    echo "installing:$missing"
    apt-get update -qq
    # shellcheck disable=SC2086
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
fi
"$(dirname "$0")/jdk.sh" >/dev/null
