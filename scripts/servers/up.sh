#!/usr/bin/env bash
# Starts the servers that the suites of servers run on, and prints their addresses as variables of a shell.
# Usage: eval "$(scripts/servers/up.sh)"    Ends: scripts/servers/down.sh [--wipe]
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=${TIEZHENG_SERVERS:-${TIEZHENG_CACHE:-$HOME/.cache/tiezheng}/servers}
mongo=$("$here/mongo-up.sh" "$root/mongo" | tail -n 1)
minio=$("$here/minio-up.sh" "$root/minio" | tail -n 1)
ceph=$("$here/ceph-up.sh" "$root/ceph" | tail -n 1)
printf "export TEST_MONGODB_URL='%s'\n" "$mongo"
printf "export TEST_S3_URLS='%s'\n" "{\"minio\":\"$minio\",\"ceph\":\"$ceph\"}"
