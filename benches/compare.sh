#!/usr/bin/env bash
# This gateway beside Debian's nginx and HAProxy: the same work, the same core. Markdown on stdout.
#
#   benches/compare.sh [--quick] [--peers nginx,haproxy,gateway] [--scenarios S1,S2,…]
#                      [--rounds N] [--seconds N] [--proxy-cpu N] [--load-cpu N]
#
# EVOTOR_GATEWAY=PATH measures that binary instead of building one. KEEP=1 keeps the temporary folder.
# About ten minutes; --quick under three. benches/setup.sh installs the tools.
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
    gateway=(--gateway "$(realpath "$EVOTOR_GATEWAY")")
fi

folder=$(mktemp -d -t evotor-bench.XXXXXX)
if [[ -n ${KEEP:-} ]]; then
    echo "compare: files stay in $folder" >&2
else
    trap 'rm -rf "$folder"' EXIT
fi

ulimit -n "$(ulimit -Hn)"
export PYTHONPATH=$here PYTHONDONTWRITEBYTECODE=1
python3 -m compare --folder "$folder" "${gateway[@]}" "$@"
