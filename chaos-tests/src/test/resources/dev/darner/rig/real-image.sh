#!/usr/bin/env bash
# Builds a real image of several layers out of Debian packages and leaves it as an OCI layout, tag v1.
#   real-image.sh TARGET WORK     TARGET: the layout to make; WORK: an empty folder on the same file system
# Needs mmdebstrap and buildah, and packages from the mirror that this machine's apt is set to.
set -euo pipefail

target=$1
work=$2
suite=bookworm

# What apt was told here about its mirror; empty where it was told nothing of this suite.
mirror() {
  command -v apt-get >/dev/null || return 0
  apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' |
    awk -v suite="$suite" '$2 == suite && $3 == "main" { print "deb " $1 " " suite " main"; exit }'
}

# How apt was told here to reach it: proxies, and whether old lists will do.
apt_options() {
  command -v apt-config >/dev/null || return 0
  apt-config dump | grep -E '^Acquire::(https?::Proxy|Check-Valid-Until|Check-Date)' || true
}

trap 'chmod -R u+w "$work" 2>/dev/null; rm -rf "$work"/*' EXIT
apt_options >"$work/apt.conf"
found=$(mirror)
mmdebstrap --quiet --variant=minbase --aptopt="$work/apt.conf" "$suite" "$work/base.tar" ${found:+"$found"}

driver=overlay
in_store() {
  buildah --root "$work/store" --runroot "$work/run" --storage-driver "$driver" "$@"
}
in_store images >/dev/null 2>&1 || driver=vfs

# layer NAME: what the container $container holds becomes image NAME, one layer above the one before.
layer() {
  in_store commit --quiet --format oci "$container" "$1" >/dev/null
  in_store rm "$container" >/dev/null
}

container=$(in_store from scratch)
in_store add --quiet "$container" "$work/base.tar" / >/dev/null
layer base
previous=base
for packages in python3-minimal git openjdk-17-jre-headless; do
  container=$(in_store from --pull-never "$previous")
  in_store run --isolation chroot "$container" -- sh -c "
    set -e
    export DEBIAN_FRONTEND=noninteractive
    apt-get -qq update
    apt-get -qq -y --no-install-recommends install $packages
    rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/log/*" </dev/null >&2
  layer "$packages"
  previous=$packages
done
container=$(in_store from --pull-never "$previous")
in_store copy --quiet "$container" "$0" /srv/recipe >/dev/null
in_store config --cmd '["java", "-version"]' "$container"
layer whole
in_store push --quiet whole "oci:$target:v1"
