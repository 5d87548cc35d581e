#!/bin/sh
# networkmanager.sh apply|undo
# A port brings up what it is a port of, so bridges and bonds are only started here, not waited for.
set -eu
nmcli connection reload
if [ "$1" = undo ]; then
    # A card whose profile is gone takes up the one that it had.
    for link in $TOUCHED; do
        nmcli device connect "$link" || true
    done
    exit 0
fi
for link in $TOUCHED; do
    case $(nmcli --get-values connection.type connection show "kvm-$link") in
        bridge | bond) nmcli --wait 0 connection up "kvm-$link" ;;
    esac
done
for link in $TOUCHED; do
    case $(nmcli --get-values connection.type connection show "kvm-$link") in
        vlan | 802-3-ethernet) nmcli --wait 30 connection up "kvm-$link" ;;
    esac
done
