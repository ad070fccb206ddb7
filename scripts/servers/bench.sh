#!/usr/bin/env bash
# Figures on real servers, which are ended at the end. Usage: bench.sh [--size MIB] [--appends N] [--dir FOLDER]
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$here/../.."
exec "$here/with-servers.sh" node_modules/.bin/node bench/servers.ts "$@"
