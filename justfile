# Recipes for development. `.ci/run` does the same steps and more, from a fresh clone.

set shell := ["bash", "-euo", "pipefail", "-c"]

# List the recipes
default:
    @just --list

# Format the code
fmt:
    cargo fmt

# Check the format, then clippy with warnings denied
lint:
    cargo fmt --check
    cargo clippy --all-targets --locked -- -D warnings

# Run all tests, or those whose names contain FILTER
test *FILTER:
    cargo test --locked -- {{ FILTER }}

# Run the console's tests in a browser, or those of one module: just test-browser languages
test-browser MODULE='':
    EVOTOR_REQUIRE_BROWSER=1 cargo test --locked --test it console::{{ MODULE }}

# Compare with nginx and HAProxy; benches/setup.sh installs them
bench *ARGS:
    benches/compare.sh {{ ARGS }}

# Fuzz a target for some seconds: gate, har or http2_heads
fuzz TARGET='gate' SECONDS='60':
    cargo +nightly fuzz run --fuzz-dir tests/fuzz {{ TARGET }} -- -max_total_time={{ SECONDS }}

# Show a user's first day with a sample partner: just demo --once
demo *ARGS:
    cargo run --release --locked -- demo {{ ARGS }}

# Write the generated documents and reports anew
docs:
    UPDATE_GOLDEN=1 cargo test --locked --test it the_committed
    UPDATE_GOLDEN=1 cargo test --locked --test it every_report_reads

# Build the crate's documentation with warnings denied
doc:
    RUSTDOCFLAGS='-D warnings' cargo doc --no-deps --locked

# Run everything that a change has to pass
ci *ARGS:
    .ci/run {{ ARGS }}
