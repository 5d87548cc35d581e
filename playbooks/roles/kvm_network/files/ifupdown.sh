#!/bin/sh
# ifupdown.sh apply|undo
# TOUCHED is in the order in which links stand on each other: taken down from the top, brought up from below.
set -eu
downwards=''
for link in $TOUCHED; do
    downwards="$link $downwards"
done
for link in $downwards; do
    ifdown --force "$link" || true
    ip address flush dev "$link" 2>/dev/null || true
done
for link in $TOUCHED; do
    if ifquery "$link" >/dev/null 2>&1; then
        ifup "$link"
    fi
done
