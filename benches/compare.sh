#!/usr/bin/env bash
# This gateway beside Debian's nginx and HAProxy: the same work, the same core. Markdown on stdout.
#
#   benches/compare.sh [--quick] [--peers nginx,haproxy,gateway,…] [--scenarios S1,S2,…]
#                      [--rounds N] [--seconds N] [--proxy-cpu N] [--load-cpu N] [--keep]
#
# `--peers gateway-unrecorded,gateway,gateway-watched` shows what the journal costs, and three open pages
# of the console beside it.
#
# EVOTOR_GATEWAY=PATH measures that binary instead of building one. Below ten minutes; --quick below
# three. benches/setup.sh installs the tools.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
tools=(nginx haproxy wrk h2load python3 openssl cc)

missing=()
for tool in "${tools[@]}"; do
    command -v "$tool" >/dev/null || missing+=("$tool")
done
if ((${#missing[@]})); then
    echo "compare: not found: ${missing[*]}; run $here/setup.sh as root" >&2
    exit 3
fi

gateway=()
if [[ "$*" != *--peers* || "$*" == *gateway* ]]; then
    if [[ -z ${EVOTOR_GATEWAY:-} ]]; then
        cargo build --release --locked --manifest-path "$here/../Cargo.toml" >&2
        EVOTOR_GATEWAY=${CARGO_TARGET_DIR:-$here/../target}/release/evotor-gateway
    fi
    if [[ ! -x $EVOTOR_GATEWAY ]]; then
        echo "compare: no program at $EVOTOR_GATEWAY" >&2
        exit 3
    fi
    gateway=(--gateway "$(realpath "$EVOTOR_GATEWAY")")
fi

ulimit -n "$(ulimit -Hn)"
export PYTHONPATH=$here PYTHONDONTWRITEBYTECODE=1
exec python3 -m compare "${gateway[@]}" "$@"
