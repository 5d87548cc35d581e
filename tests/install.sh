#!/bin/sh
# Installs the programs that the tests run. Only root can; anybody else is told what is missing.
set -eu
# A C compiler, the headers of Python and those of libvirt: libvirt-python is built from source. Go and govmomi are the
# simulated vCenter that the tests read; libvirt and QEMU are the real hypervisor that they read; nbdkit and nbdcopy are
# what the checks before a move look for.
packages="ca-certificates chromium gcc golang-github-vmware-govmomi-dev golang-go graphviz libc6-dev libnbd-bin libvirt-clients libvirt-daemon
  libvirt-daemon-driver-qemu libvirt-daemon-system libvirt-dev nbdkit openssh-client openssh-server openssl pkg-config
  python3-apt python3-dev qemu-system-x86 qemu-utils"
missing=""
for package in $packages; do
  dpkg-query --show --showformat='${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed || missing="$missing $package"
done
[ "$(id -u)" -ne 0 ] || install -d -m 0755 /run/sshd # a test runs sshd of its own, which wants it
[ -n "$missing" ] || exit 0
if [ "$(id -u)" -ne 0 ]; then
  echo "The tests need these packages, ask an administrator: apt-get install$missing" >&2
  exit 1
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update --quiet=2
# shellcheck disable=SC2086
apt-get install --quiet=2 --yes --no-install-recommends $missing
