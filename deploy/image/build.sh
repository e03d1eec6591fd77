#!/bin/sh
# Builds the container image as an OCI layout, without a container engine:
#
#   build.sh DISTRIBUTION OUTPUT [ARCHITECTURE]...
#
# DISTRIBUTION is what `make dist` builds; ARCHITECTURE is amd64 or arm64, both if none is given. The base is a dozen
# Debian packages (packages.txt), the runtime is linked from Debian's JDK of that architecture by the jlink of this
# machine's JDK 25, so neither an emulator nor a registry of images is needed. Debian's archive is asked through apt, which
# checks its signatures. Downloads are kept in image-cache beside OUTPUT, so the next image needs no network.
set -eu

distribution=$(readlink -f "$1")
mkdir -p "$2"
output=$(readlink -f "$2")
shift 2
[ $# -gt 0 ] || set -- amd64 arm64
here=$(dirname "$(readlink -f "$0")")
work=$output.work
cache=$(dirname "$output")/image-cache
jlink=${JAVA_HOME:-$("$here/../../scripts/jdk.sh")}/bin/jlink
suite=trixie
jdk=openjdk-25-jdk-headless
# Where this machine's own packages come from, unless said otherwise.
sites() { apt-get indextargets --format '$(SITE)' | sort -u; }
archive=${DEBIAN_ARCHIVE:-$(sites | grep -v security | head -n 1)}
security=${DEBIAN_SECURITY:-$(sites | grep security | head -n 1)}
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
# What jdeps finds, less what Jackson and Logback only look for (java.desktop, java.sql).
modules=java.base,java.logging,java.management,java.naming,java.net.http,java.xml,jdk.httpserver,jdk.management,jdk.unsupported
version=$(cd "$distribution/lib" && echo daemon-*.jar)
version=${version#daemon-}
version=${version%.jar}
epoch=${SOURCE_DATE_EPOCH:-$(git -C "$here" log -1 --format=%ct 2>/dev/null || echo 0)}
created=$(date -u -d "@$epoch" +%Y-%m-%dT%H:%M:%SZ)

say() { echo "image: $*" >&2; }

for program in apt-get dpkg-deb tar gzip sha256sum "$jlink"; do
    command -v "$program" >/dev/null || { say "$program is missing"; exit 1; }
done
[ -n "$archive" ] || { say "apt knows no archive here; name Debian's in DEBIAN_ARCHIVE"; exit 1; }
[ -r "$keyring" ] || { say "$keyring is missing; on Debian: apt-get install debian-archive-keyring"; exit 1; }
for file in bin/swivel bin/swivel-lab sbom.json; do
    [ -e "$distribution/$file" ] || { say "$distribution has no $file; run make dist first"; exit 1; }
done

# apt for one architecture, with nothing of this machine's own package state.
prepare_apt() {
    apt=$cache/apt-$1
    mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial"
    : >"$apt/status"
    cat >"$apt/sources.list" <<END
deb [signed-by=$keyring] $archive $suite main
END
    [ -z "$security" ] || echo "deb [signed-by=$keyring] $security $suite-security main" >>"$apt/sources.list"
    cat >"$apt/apt.conf" <<END
APT::Architecture "$1";
APT::Architectures { "$1"; };
APT::Sandbox::User "root";
Dir::State::lists "$apt/lists";
Dir::State::status "$apt/status";
Dir::Cache "$apt/cache";
Dir::Etc::SourceList "$apt/sources.list";
Dir::Etc::SourceParts "/dev/null";
Dir::Etc::Preferences "/dev/null";
Dir::Etc::PreferencesParts "/dev/null";
END
    export APT_CONFIG="$apt/apt.conf"
    # Once a day, and without a network with what is known.
    if [ -z "$(find "$apt/updated" -mtime -1 2>/dev/null)" ]; then
        if apt-get -qq update; then
            touch "$apt/updated"
        else
            [ -e "$apt/updated" ] || { say "Debian's archive cannot be read"; exit 1; }
        fi
    fi
}

# Downloads packages that are not there yet, and unpacks them: unpack FOLDER PACKAGE...
unpack() {
    into=$1
    shift
    mkdir -p "$into" "$cache/debs"
    apt-get -qq --print-uris download "$@" | while read -r _ file _; do
        if [ ! -s "$cache/debs/$file" ]; then
            (cd "$cache/debs" && apt-get -qq download "${file%%_*}" </dev/null)
        fi
        dpkg-deb -x "$cache/debs/$file" "$into"
    done
}

# The files that every Debian program expects, less what no program here reads.
base() {
    root=$1
    unpack "$root" $(sed 's/ *#.*//' "$here/packages.txt")
    for folder in bin sbin lib lib64; do
        [ -e "$root/$folder" ] || [ ! -d "$root/usr/$folder" ] || ln -s "usr/$folder" "$root/$folder"
    done
    find "$root/usr/share/doc" \( -type f -o -type l \) ! -name copyright -delete
    rm -rf "$root"/usr/share/man "$root"/usr/share/locale "$root"/usr/share/lintian "$root"/usr/share/bug \
        "$root"/usr/lib/*/gconv "$root"/usr/share/xtables "$root"/var "$root"/usr/share/gdb "$root"/usr/share/doc-base
    rm -f "$root"/usr/sbin/nfnl_osf "$root"/usr/sbin/ebtables* "$root"/usr/sbin/arptables* "$root"/usr/sbin/iptables-apply
    find "$root" -type d -empty -delete
    mkdir -p "$root/etc" "$root/dev" "$root/proc" "$root/sys" "$root/run" "$root/tmp" "$root/root" \
        "$root/lib/modules" "$root/usr/local/bin"
    chmod 1777 "$root/tmp"
    touch "$root/run/xtables.lock"
    echo 'root:x:0:0:root:/root:/bin/sh' >"$root/etc/passwd"
    echo 'root:x:0:' >"$root/etc/group"
    echo 'hosts: files dns' >"$root/etc/nsswitch.conf"
    for applet in sh cat dirname env grep id ls mount ps readlink sed sleep; do
        ln -s busybox "$root/usr/bin/$applet"
    done
    ln -s ../bin/busybox "$root/usr/sbin/modprobe"
    for family in iptables ip6tables; do
        for tool in "" -save -restore; do
            ln -s xtables-nft-multi "$root/usr/sbin/$family$tool"
        done
    done
}

runtime() {
    root=$1
    architecture=$2
    linked=$cache/runtime-$(apt-get -qq --print-uris download $jdk | cut -d' ' -f2)
    if [ ! -d "$linked" ]; then
        unpack "$work/jdk-$architecture" $jdk
        rm -rf "$linked.new"
        "$jlink" --module-path "$work/jdk-$architecture/usr/lib/jvm/java-25-openjdk-$architecture/jmods" \
            --add-modules "$modules" --strip-java-debug-attributes --no-header-files --no-man-pages \
            --compress zip-6 --vm server --output "$linked.new"
        mv "$linked.new" "$linked"
        rm -rf "$work/jdk-$architecture"
    fi
    mkdir -p "$root/opt/swivel"
    cp -a "$linked" "$root/opt/swivel/runtime"
}

application() {
    root=$1
    mkdir -p "$root/opt/swivel/bin" "$root/opt/swivel/lib" "$root/usr/local/bin"
    cp "$distribution/bin/swivel" "$root/opt/swivel/bin/"
    cp "$distribution"/lib/*.jar "$distribution/lib/java.options" "$root/opt/swivel/lib/"
    rm -f "$root"/opt/swivel/lib/lab-*.jar
    sbom "$root" "$2" >"$root/opt/swivel/sbom.json"
    # Netty would unpack it into /tmp, and there is nothing to write to.
    case $2 in arm64) cpu=aarch_64 ;; *) cpu=x86_64 ;; esac
    for jar in "$distribution"/lib/netty-transport-native-epoll-*-linux-"$cpu".jar; do
        if [ -e "$jar" ]; then
            (cd "$work" && "$(dirname "$jlink")/jar" --extract --file "$jar" META-INF/native)
            mkdir -p "$root/usr/lib"
            mv "$work"/META-INF/native/*.so "$root/usr/lib/"
        fi
    done
    for name in swivel kube-proxy; do # kubeadm's DaemonSet calls it by the second
        ln -s /opt/swivel/bin/swivel "$root/usr/local/bin/$name"
    done
}

# Classes loaded and linked beforehand, by the runtime and the jars of this image: they hold for no others, down to the
# jars' times. Made by running it, which is possible for this machine's architecture only.
cache() {
    root=$1
    if [ "$2" != "$(dpkg --print-architecture)" ]; then
        say "$2: no AOT cache, which only a machine of that architecture can make; starts a second later"
        return 0
    fi
    whole=$work/whole
    rm -rf "$whole"
    mkdir -p "$whole" "$root/opt/swivel/lib"
    for other in base runtime application; do
        cp -al "$work/root-$2/$other/." "$whole"
    done
    find "$whole" -exec touch --no-dereference --date="@$epoch" {} +
    "$distribution/bin/swivel-lab" train --root "$whole" /opt/swivel/lib/swivel.aot
    mv "$whole/opt/swivel/lib/swivel.aot" "$root/opt/swivel/lib/"
    rm -rf "$whole"
}

# What is in the image: the jars, the Debian packages with their versions, the Java runtime.
sbom() {
    for package in $(sed 's/ *#.*//' "$here/packages.txt") $jdk; do
        file=$(apt-get -qq --print-uris download "$package" | cut -d' ' -f2)
        dpkg-deb --show --showformat='${Package} ${Version}\n' "$cache/debs/$file"
    done >"$work/packages"
    "$(dirname "$jlink")/java" -cp "$distribution/lib/*" "$here/Bom.java" "$distribution/sbom.json" "$1/opt/swivel/lib" \
        "$work/root-$2/runtime/opt/swivel/runtime/release" "$version" "$created" "$2" "$suite" <"$work/packages"
}

digest() { sha256sum "$1" | cut -d' ' -f1; }

# Moves a file among the blobs by its digest, and prints its descriptor: blob FILE TYPE [MORE]
blob() {
    name=$(digest "$1")
    printf '{"mediaType":"%s","digest":"sha256:%s","size":%s%s}' "$2" "$name" "$(stat -c %s "$1")" "${3:-}"
    mv "$1" "$output/blobs/sha256/$name"
}

# The same tree gives the same bytes: layer FOLDER; adds to layers and diffs
layer() {
    tar --create --file "$work/layer.tar" --directory "$1" --sort=name --mtime="@$epoch" --owner=0 --group=0 \
        --numeric-owner --format=gnu .
    diffs=${diffs:+$diffs,}\"sha256:$(digest "$work/layer.tar")\"
    gzip -7nf "$work/layer.tar"
    layers=${layers:+$layers,}$(blob "$work/layer.tar.gz" application/vnd.oci.image.layer.v1.tar+gzip)
}

rm -rf "$output"
mkdir -p "$output/blobs/sha256" "$work"
manifests=""
for architecture in "$@"; do
    say "$architecture: Debian $suite packages, Java runtime, Swivel"
    rm -rf "$work/root-$architecture"
    prepare_apt "$architecture"
    layers=""
    diffs=""
    for part in base runtime application cache; do
        "$part" "$work/root-$architecture/$part" "$architecture"
        [ ! -d "$work/root-$architecture/$part" ] || layer "$work/root-$architecture/$part"
    done
    printf '{"created":"%s","architecture":"%s","os":"linux","config":{"Entrypoint":["/usr/local/bin/swivel"],"Env":["PATH=/usr/local/bin:/usr/sbin:/usr/bin"],"WorkingDir":"/","Labels":{"org.opencontainers.image.title":"swivel","org.opencontainers.image.description":"A service proxy for Kubernetes nodes: a drop-in replacement for kube-proxy","org.opencontainers.image.version":"%s"}},"rootfs":{"type":"layers","diff_ids":[%s]}}' \
        "$created" "$architecture" "$version" "$diffs" >"$work/config.json"
    config=$(blob "$work/config.json" application/vnd.oci.image.config.v1+json)
    printf '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":%s,"layers":[%s]}' \
        "$config" "$layers" >"$work/manifest.json"
    manifests=${manifests:+$manifests,}$(blob "$work/manifest.json" application/vnd.oci.image.manifest.v1+json \
        ",\"platform\":{\"architecture\":\"$architecture\",\"os\":\"linux\"}")
done
printf '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[%s]}' \
    "$manifests" >"$work/image.json"
image=$(blob "$work/image.json" application/vnd.oci.image.index.v1+json \
    ",\"annotations\":{\"org.opencontainers.image.ref.name\":\"${version:-latest}\"}")
printf '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[%s]}' "$image" \
    >"$output/index.json"
printf '{"imageLayoutVersion":"1.0.0"}' >"$output/oci-layout"
say "built $output ($(du -sh "$output" | cut -f1), for $*)"
