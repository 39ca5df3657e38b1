#!/usr/bin/env bash
# Installs the real parts that the tests run against, where they are missing and where it may: as root, with apt.
# It starts no service and stops none. What stays missing is named here, and the tests that need it fail by that name.
set -uo pipefail

# command:package
wanted="
  mvn:maven curl:curl ip:iproute2
  etcd:etcd-server etcdctl:etcd-client docker-registry:docker-registry
  containerd:containerd ctr:containerd runc:runc skopeo:skopeo buildah:buildah podman:podman
  mmdebstrap:mmdebstrap nginx:nginx-light openssl:openssl tc:iproute2 bash:bash
"
PATH=$PATH:/usr/sbin:/sbin

say() { printf 'darner test: %s\n' "$*" >&2; }

# The packages whose commands are not there.
missing() {
  local pair
  for pair in $wanted; do
    command -v "${pair%%:*}" >/dev/null || printf '%s\n' "${pair#*:}"
  done
  [ -e /etc/ssl/certs/ca-certificates.crt ] || [ ! -e /etc/debian_version ] || printf 'ca-certificates\n'
}

named() { missing | sort -u | tr '\n' ' '; }

# Debian starts the services of what it installs, unless this file forbids it.
policy=/usr/sbin/policy-rc.d
forbid_services() {
  [ -e "$policy" ] && return
  trap 'rm -f "$policy"' EXIT
  printf '#!/bin/sh\nexit 101\n' >"$policy" && chmod 755 "$policy"
}

install() {
  export DEBIAN_FRONTEND=noninteractive
  local wait=(-o DPkg::Lock::Timeout=600 -o Acquire::Retries=3)
  forbid_services
  apt-get "${wait[@]}" -qq update >/dev/null || say "apt-get update failed; trying with the lists that are here"
  # shellcheck disable=SC2086 # packages are words
  apt-get "${wait[@]}" -qq -y --no-install-recommends install $1 >/dev/null || say "apt-get install failed"
}

packages=$(named)
[ -n "$packages" ] || exit 0
if ! command -v apt-get >/dev/null; then
  say "there is no apt-get here: install by hand what stands for $packages"
elif [ "$(id -u)" != 0 ]; then
  say "not root, so nothing is installed; run as root, or: apt-get install $packages"
else
  say "installing $packages"
  install "$packages"
fi
packages=$(named)
[ -z "$packages" ] || say "MISSING: $packages- the tests that need them will fail and say so"
exit 0
