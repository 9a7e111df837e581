#!/usr/bin/env bash
# Measure the proofs that need a GPU, and write their receipts to verify/receipts.
#
#   scripts/gpu_evidence.sh                       in a checkout, on a machine with a GPU
#   WHEELS=dir scripts/gpu_evidence.sh            install missing packages from wheels in a folder, without a network
#                                                 (scripts/gpu_wheels.sh fetches them where there is one)
#   OUT=dir scripts/gpu_evidence.sh               copy the receipts there too
#   PYTHON=python3.12 LIMIT=500 scripts/…         another interpreter; another limit in seconds (540)
#
# What needs the GPU runs first, so that a limit cuts off the rest. torch.compile needs a C compiler and Python's headers.
# Uses the machine's own Python and torch (3.11 or newer; torch 2.8 or newer) and installs nothing outside a temporary
# folder. Ends with 0 where every GPU claim was measured and holds, 69 where nothing can be measured here (no torch, no
# GPU, a package missing), 124 where the limit came first, and otherwise with the exit code of `deckforge verify`.
set -euo pipefail
cd "$(dirname "$0")/.."

python=${PYTHON:-python3}
site=$(mktemp -d)
trap 'rm -rf "$site"' EXIT
export PYTHONPATH="$PWD/src:$site${PYTHONPATH:+:$PYTHONPATH}" PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1

if [ -n "${WHEELS:-}" ] && ls "$WHEELS"/*.whl >/dev/null 2>&1; then
  "$python" -m pip --disable-pip-version-check install --quiet --no-index --no-deps --no-compile \
    --target "$site" "$WHEELS"/*.whl
fi

if ! "$python" - <<'PY'
import importlib.util, sys
needed = {"torch": "torch", "numpy": "numpy", "click": "click", "yaml": "pyyaml", "pyromark": "pyromark",
          "nh3": "nh3", "pygments": "pygments", "rich": "rich"}
missing = [package for module, package in needed.items() if importlib.util.find_spec(module) is None]
if sys.version_info < (3, 11):
    sys.exit(f"Python 3.11 or newer is needed, and this is {sys.version.split()[0]}: set PYTHON")
if missing:
    sys.exit(f"missing here: {', '.join(missing)}; scripts/gpu_wheels.sh fetches their wheels; then set WHEELS")
print(f"Python {sys.version.split()[0]}")
PY
then
  exit 69
fi

command -v nvidia-smi >/dev/null && nvidia-smi --query-gpu=name,driver_version,memory.total --format=csv,noheader || true

# The verdicts of all claims are shown; only what was measured on the GPU is recorded.
status=0
timeout --signal=INT --kill-after=20 "${LIMIT:-540}" \
  "$python" -m deckforge verify --device cuda --record || status=$?

# There may be no such folder, which is no reason to end here.
count=$({ find verify/receipts -name '*.cuda*.json' 2>/dev/null || true; } | wc -l)
echo "$count GPU receipts in verify/receipts"
if [ -n "${OUT:-}" ] && [ "$count" -gt 0 ]; then
  # One archive: nested folders and many small files do not survive every way of carrying them home.
  mkdir -p "$OUT"
  tar -czf "$OUT/receipts.tar.gz" verify/receipts
  echo "copied to $OUT/receipts.tar.gz (unpack it in the checkout's root)"
fi
if [ "$count" -eq 0 ]; then
  echo "Nothing was measured on a GPU: the claims that need one stay unproven. The messages above say why." >&2
  [ "$status" -ne 0 ] || status=69
fi
exit "$status"
