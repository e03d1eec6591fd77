#!/bin/sh
# Maven on a JDK 25.
set -eu
JAVA_HOME=$("$(dirname "$0")/jdk.sh")
export JAVA_HOME
exec mvn "$@"
