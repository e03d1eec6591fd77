#!/bin/sh
# Prints the home of a JDK 25 or newer; installs Debian's where there is one; else says what to do in one line.
set -u

major() { "$1/bin/java" -version 2>&1 | sed -n '1s/.*version "\([0-9]*\).*/\1/p'; }

usable() {
    [ -n "$1" ] && [ -x "$1/bin/javac" ] || return 1
    found=$(major "$1")
    [ -n "$found" ] && [ "$found" -ge 25 ]
}

find_jdk() {
    path_java=$(command -v java 2>/dev/null) && path_java=$(dirname "$(dirname "$(readlink -f "$path_java")")")
    for home in "${JAVA_HOME:-}" /usr/lib/jvm/*25* /opt/*jdk*25* /opt/java/* "${path_java:-}"; do
        if usable "$home"; then
            echo "$home"
            return 0
        fi
    done
    return 1
}

find_jdk && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "no JDK 25 here; asking Debian for openjdk-25-jdk-headless ..." >&2
    (apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq openjdk-25-jdk-headless) >/dev/null 2>&1
    find_jdk && exit 0
fi
echo "Swivel needs a JDK 25, and this system's packages have none: unpack one (for instance Temurin 25) under /opt or /usr/lib/jvm, or set JAVA_HOME to it." >&2
exit 1
