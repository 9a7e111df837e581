#!/usr/bin/env bash
# Fetch what scripts/gpu_evidence.sh needs beside torch and numpy, for a machine with a GPU and no network.
#
#   scripts/gpu_wheels.sh                         into build/wheels, for Python 3.12 on x86-64
#   scripts/gpu_wheels.sh DIR 3.13 aarch64        into another folder; for another Python; for another processor
#
# Then, over there: WHEELS=build/wheels scripts/gpu_evidence.sh
set -euo pipefail
cd "$(dirname "$0")/.."

folder=${1:-build/wheels}
version=${2:-3.12}
machine=${3:-x86_64}
mkdir -p "$folder"
# Several platforms, since a wheel says the oldest system that it runs on.
"${PYTHON:-python3}" -m pip --disable-pip-version-check download --quiet --dest "$folder" --only-binary=:all: \
  --python-version "$version" --implementation cp --platform "manylinux2014_$machine" \
  --platform "manylinux_2_17_$machine" --platform "manylinux_2_28_$machine" \
  'click>=8.1' 'nh3>=0.2.18' 'pygments>=2.18' 'pyromark>=0.10,<0.11' 'pyyaml>=6.0.2' 'rich>=13.9'
ls "$folder"
