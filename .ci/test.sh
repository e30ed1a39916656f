#!/bin/bash
# The README's `make test`: formatting, lints, licences, every test. `quick` leaves the tests out.
set -euo pipefail
cd "$(dirname "$0")/.."
step() { printf '\n--- %s (%s)\n' "$1" "$(date +%H:%M:%S)"; }

if cargo fmt --version >/dev/null 2>&1; then
    step "formatting"
    cargo fmt --all -- --check
fi
if cargo clippy --version >/dev/null 2>&1; then
    step "lints"
    cargo clippy --release --locked --all-targets -- -D warnings
fi
if cargo deny --version >/dev/null 2>&1; then
    step "licences and sources"
    cargo deny --offline check bans licenses sources 2>&1 | tail -n 3
else
    echo "cargo-deny is not installed: licences not checked here (cargo install --locked cargo-deny)"
fi
[ "${1:-}" = quick ] && exit 0

step "tests"
cargo test --release --locked --lib --bins
cargo test --release --locked --test it -- --skip device:: --skip live:: --skip rehearsal::
# These play and record in real time on a virtual sound card and are judged to the millisecond: nothing beside them.
step "tests with virtual sound"
cargo test --release --locked --test it -- --test-threads 1 device:: live:: rehearsal::
