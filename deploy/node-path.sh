#!/usr/bin/env bash
# Prints "DIR:" where a Node.js 20 or newer with npm is; nothing where the system's own will do.
set -euo pipefail
major() { "$1" --version 2>/dev/null | sed 's/^v\([0-9]*\).*/\1/'; }
if command -v npm >/dev/null && [ "$(major node || echo 0)" -ge 20 ] 2>/dev/null; then
  exit 0
fi
here=$(cd "$(dirname "$0")/.." && pwd)
printf '%s:' "$here/.venv/node/bin"
