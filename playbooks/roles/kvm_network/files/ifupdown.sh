#!/bin/sh
# ifupdown.sh apply|undo
# TOUCHED is in the order in which links stand on each other: taken down from the top, brought up from below.
set -eu
ifquery --list >/dev/null  # fails when the files cannot be read, before anything is taken down

downwards=''
for link in $TOUCHED; do
    downwards="$link $downwards"
done
for link in $downwards; do
    [ -e "/sys/class/net/$link" ] || continue
    ifdown --force "$link" || true
    ip address flush dev "$link" 2>/dev/null || true
done
known=$(ifquery --list --allow hotplug; ifquery --list)
for link in $TOUCHED; do
    if echo "$known" | grep -qx "$link"; then
        ifup "$link"
    fi
done
