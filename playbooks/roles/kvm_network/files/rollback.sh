#!/bin/sh
# rollback.sh RENDERER DIRECTORY ARCHIVE
# Puts back the files that the role kvm_network found in DIRECTORY, and lets RENDERER take them up.
# TOUCHED names the links whose files were changed, CREATED those that did not exist before.
set -u
renderer=$1 directory=$2 archive=$3

find "$directory" -type f -name '*kvm-*' -delete
tar --extract --file="$archive" --directory="$directory"
for link in $CREATED; do
    ip link delete dev "$link"
done
exec "$renderer" undo
