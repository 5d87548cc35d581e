#!/bin/sh
# Builds the disk of a fresh Debian 12 server for the end-to-end tests.
#
#   build_image.sh DIRECTORY PUBLIC_KEY PACKAGE...
#
# leaves vmlinuz, initrd.img and disk.qcow2 in DIRECTORY. Root may log in with PUBLIC_KEY. The named
# packages are downloaded into the image, and the libraries that they need are installed, because
# unpacking takes twenty times as long under emulation; the programs and daemons are left to the playbook.
# The machine uses the apt sources and the apt proxy of the machine that builds it.
set -eu

directory=$1
public_key=$2
shift 2

install_in_root() {
    DEBIAN_FRONTEND=noninteractive chroot "$root" apt-get install --yes --no-install-recommends "$@"
}

libraries_of() {
    chroot "$root" apt-get install --simulate --no-install-recommends "$@" |
        sed --quiet 's/^Inst \(lib[^ ]*\) .*/\1/p' | grep --invert-match '^libvirt-'
}

release=bookworm
base=ca-certificates,dbus,initramfs-tools,iproute2,linux-image-amd64,openssh-server,python3,python3-apt
base=$base,systemd-sysv,systemd-timesyncd,udev
work=$(mktemp --directory "$directory/build.XXXXXX")
root=$work/root
trap 'umount "$root/proc" 2>/dev/null || true; rm -rf "$work"' EXIT

# What apt really reads, whatever format it is written in; "$(ORIGIN)" leaves other vendors' archives out.
# shellcheck disable=SC2016 # apt's own placeholders
archives=$(apt-get indextargets --format '$(ORIGIN) $(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' |
    sed --quiet "s/^Debian \([^ ]*\) [a-z]*\(-[a-z-]*\)\{0,1\} \([^ ]*\)$/deb \1 $release\2 \3/p" | sort --unique)
[ -n "$archives" ] || { echo "this machine's apt knows no archive of Debian to build a Debian machine from" >&2; exit 1; }
mirror=$(echo "$archives" | sed --quiet "s/^deb \([^ ]*\) $release main$/\1/p" | head --lines 1)

debootstrap --variant=minbase --include="$base" "$release" "$root" "$mirror" >"$directory/build.log" 2>&1

echo "$archives" >"$root/etc/apt/sources.list"
apt-config dump Acquire >"$root/etc/apt/apt.conf.d/90builder"
if [ -d /usr/local/share/ca-certificates ]; then
    cp --recursive /usr/local/share/ca-certificates "$root/usr/local/share/"
fi
cp --dereference /etc/resolv.conf "$root/etc/resolv.conf"
mount --types proc proc "$root/proc"
{
    chroot "$root" update-ca-certificates
    chroot "$root" apt-get update
    # shellcheck disable=SC2046 # a list of words
    install_in_root $(libraries_of "$@")
    install_in_root --download-only "$@"
} >>"$directory/build.log" 2>&1

# The machine is booted with the kernel and the initrd outside it: making a new one is minutes for nothing.
echo 'update_initramfs=no' >"$root/etc/initramfs-tools/update-initramfs.conf"
echo 'force-unsafe-io' >"$root/etc/dpkg/dpkg.cfg.d/unsafe-io"
# Without this every login starts a user manager and every logout stops it: seconds under emulation.
install -d "$root/var/lib/systemd/linger"
touch "$root/var/lib/systemd/linger/root"
echo kvm-host >"$root/etc/hostname"
printf '127.0.0.1 localhost kvm-host\n::1 localhost\n' >"$root/etc/hosts"
# QEMU's user-mode network forwards to whatever resolver this machine uses.
echo 'nameserver 10.0.2.3' >"$root/etc/resolv.conf"
echo '/dev/vda / ext4 errors=remount-ro 0 1' >"$root/etc/fstab"
printf '[Match]\nName=eth0\n\n[Network]\nDHCP=ipv4\n' >"$root/etc/systemd/network/80-dhcp.network"
install -D --mode 0600 "$public_key" "$root/root/.ssh/authorized_keys"
chroot "$root" systemctl --quiet enable systemd-networkd.service serial-getty@ttyS0.service
umount "$root/proc"

cp "$root"/boot/vmlinuz-* "$work/vmlinuz"
cp "$root"/boot/initrd.img-* "$work/initrd.img"
mke2fs -q -t ext4 -d "$root" "$work/disk.raw" 8G
qemu-img convert -O qcow2 "$work/disk.raw" "$work/disk.qcow2"
mv "$work/vmlinuz" "$work/initrd.img" "$work/disk.qcow2" "$directory/"
