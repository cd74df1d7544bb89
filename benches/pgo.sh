#!/usr/bin/env bash
# Builds target/pgo/evotor-gateway with profile-guided optimisation, trained on the comparison's own
# traffic. Not needed to build or to run; worth some percent of CPU. Wants `rustup component add
# llvm-tools` and what benches/setup.sh installs.
set -euo pipefail
cd "$(dirname "$0")/.."

profdata=$(find "$(rustc --print sysroot)" -name llvm-profdata -type f | head -n 1)
if [ -z "$profdata" ]; then
  echo "llvm-profdata is missing: rustup component add llvm-tools" >&2
  exit 3
fi

raw=$(mktemp -d)
trap 'rm -rf "$raw"' EXIT

# The loading of many rules is trained too: code that training did not reach is laid out as cold.
RUSTFLAGS="-Cprofile-generate=$raw" cargo build --release --locked --target-dir target/pgo-train
EVOTOR_GATEWAY=target/pgo-train/release/evotor-gateway \
  benches/compare.sh --peers gateway --scenarios S1,S2,S3,S4b,S5u,S5d,S8b,S9 --rounds 1 >/dev/null

"$profdata" merge -o "$raw/merged.profdata" "$raw"/*.profraw
RUSTFLAGS="-Cprofile-use=$raw/merged.profdata" cargo build --release --locked --target-dir target/pgo
cp target/pgo/release/evotor-gateway target/pgo/evotor-gateway
echo "target/pgo/evotor-gateway"
