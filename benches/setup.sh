#!/usr/bin/env bash
# Installs what benches/compare.sh needs; Debian or Ubuntu, as root.
set -euo pipefail

if ! command -v apt-get >/dev/null; then
    echo "setup: no apt here; install nginx with headers-more, haproxy, wrk, h2load, nss_wrapper by hand" >&2
    exit 3
fi
if ((EUID != 0)); then
    echo "setup: run as root" >&2
    exit 3
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -q
# The services themselves are not wanted: the comparison starts its own.
RUNLEVEL=1 apt-get install -y -q --no-install-recommends \
    nginx libnginx-mod-http-headers-more-filter haproxy wrk nghttp2-client libnss-wrapper python3 openssl \
    gcc libc6-dev
