#!/usr/bin/env bash
# The tests import packages into the newest Anki, and into the oldest that is supported: that one lives in .venv-anki-old.
# Where it cannot be installed, this says so, and the tests that need it are skipped.
#
#   scripts/old_anki.sh [PYTHON]      make .venv-anki-old with this interpreter (python3), unless it is there
set -euo pipefail
cd "$(dirname "$0")/.."

version=23.12.1
venv=.venv-anki-old
marker="$venv/.installed-$version"
[ -e "$marker" ] && exit 0

exec 9>"$venv.lock" && flock 9
[ -e "$marker" ] && exit 0
echo "Installing Anki $version for the tests of updates …"
rm -rf "$venv"
# What Anki 23.12 was built with knows nothing of later majors of protobuf; 7 was seen to work.
if "${1:-python3}" -m venv "$venv" \
  && "$venv/bin/python" -m pip --disable-pip-version-check install --quiet "anki==$version" "protobuf<8" \
  && "$venv/bin/python" -c "import anki.collection"; then
  touch "$marker"
else
  rm -rf "$venv"
  echo "Anki $version cannot be installed here: the tests of updates run on the newest Anki alone."
fi
