#!/bin/sh
# Installs what the end-to-end tests run: QEMU to be the machine, debootstrap and e2fsprogs to build
# its disk, ssh to reach it. python3-apt lets Ansible's package tasks run in check mode on this machine.
# Needs root and an apt system; says what is missing otherwise.
set -eu

packages='ca-certificates debian-archive-keyring debootstrap e2fsprogs openssh-client openssh-server
    openssl python3-apt qemu-system-x86 qemu-utils'

missing=''
for package in $packages; do
    dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed ||
        missing="$missing $package"
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" -ne 0 ]; then
    echo "prepare.sh: these packages are missing and only root can install them:$missing" >&2
    exit 1
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update --quiet
# shellcheck disable=SC2086 # a list of words
apt-get install --quiet --yes --no-install-recommends $missing
