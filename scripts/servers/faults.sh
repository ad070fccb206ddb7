#!/usr/bin/env bash
# Faults with real processes on real servers, which are ended at the end. Usage: faults.sh [--short] [--only WORDS] [--write]
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$here/../.."
# shellcheck disable=SC2016
exec "$here/with-servers.sh" sh -c 'exec node_modules/.bin/node test/faults/main.ts --servers "$TIEZHENG_SERVERS" "$@"' faults "$@"
