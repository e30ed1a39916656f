#!/bin/bash
# Shows what the tool knows within a minute: a poor and a good call side by side, then the report of all sample calls.
# The last line is the bare path of the report.
set -euo pipefail
evenkeel=$1
out=${EVENKEEL_DEMO_OUT:-out/demo}
mkdir -p "$out"
echo
echo "=== A call that went badly =============================================="
"$evenkeel" analyze samples/calls/poor-broken-update.wav --scenario broken-update --format text --relative
echo
echo "=== The same kind of call, handled well ================================="
"$evenkeel" analyze samples/calls/good-double-charge.wav --scenario double-charge --format text --relative
echo
echo "=== All sample calls, one report each ==================================="
"$evenkeel" batch samples/calls --out "$out" --relative
echo
echo "Open this page in a browser (samples: staged calls with synthetic voices):"
echo "$(cd "$out" && pwd)/index.html"
